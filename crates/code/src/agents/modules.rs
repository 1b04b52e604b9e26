//! What is given as a whole and holds tools: modules, and kits that functions are put into.

use ambit_catalog::schema::{AgentMaker, KitMaker};
use ambit_model::Place;

use super::attached::attached_by;
use super::given::{Given, Reader};
use super::options::Options;
use super::roles::Role;
use crate::follow::ModuleNo;
use crate::follow::value::{Object, ObjectKind, Value};

impl Reader<'_, '_, '_> {
    /// The tools that a module is: its decorated functions, else the function that its specification names.
    pub(super) fn module(&mut self, no: ModuleNo, given: &Place) -> Option<Vec<Given>> {
        let mut found = Vec::new();
        let members = self.follower.members_of(no);
        for value in members.values() {
            let Value::Object(made) = value else { continue };
            let Some(ObjectKind::Made { symbol, wraps: Some(_), .. }) =
                self.follower.object(*made).map(|it| it.kind.clone())
            else {
                continue;
            };
            // What it has imported is a tool of another module.
            let is_own = self.follower.object(*made).is_some_and(|it| it.site.module == no);
            if is_own && self.roles.of(&symbol).iter().any(|it| matches!(it.role, Role::Tool(_))) {
                found.extend(self.known_made(*made, &symbol, None, given).unwrap_or_default());
            }
        }
        if found.is_empty() {
            let specification = self.follower.pairs(members.get("TOOL_SPEC")?)?;
            let named =
                |(key, _): &&(Option<Value>, Value)| key.as_ref().and_then(Value::text) == Some("name");
            let name = specification.iter().find(named)?.1.text()?.to_owned();
            found.extend(self.function(members.get(name.as_str())?, None, given));
        }
        (!found.is_empty()).then_some(found)
    }

    /// The tools that were put into a kit.
    pub(super) fn kit(
        &mut self,
        maker: &KitMaker,
        object: &Object,
        options: &Options,
        given: &Place,
    ) -> Vec<Given> {
        let mut found = attached_by(self, object, &maker.attach);
        for (_, value) in options.all(self.follower, &maker.tools) {
            found.extend(self.all(&value, given));
        }
        found
    }

    /// The tools that a processor around the loop brings along: the model finds them by a search and calls them like its own.
    pub(super) fn of_guards(&mut self, options: &Options, maker: &AgentMaker, given: &Place) -> Vec<Given> {
        let mut found = Vec::new();
        for (_, value) in options.all(self.follower, &maker.guards) {
            let items = self.follower.items(&value).unwrap_or_else(|| value.each().to_vec());
            for item in items {
                let made = item.object().and_then(|it| self.follower.object(it)).map(|it| &it.kind);
                let Some(ObjectKind::Made { symbol, .. }) = made else { continue };
                let symbol = symbol.clone();
                if self.roles.of(&symbol).iter().any(|it| matches!(it.role, Role::Kit(_))) {
                    found.extend(self.all(&item, given));
                }
            }
        }
        found
    }

    /// A tool that is written as an object without a call around it: what it says, what it takes, what carries it out.
    pub(super) fn carried_out(
        &mut self,
        pairs: &[(Option<Value>, Value)],
        key: Option<&str>,
        given: &Place,
    ) -> Option<Given> {
        let get = |name: &str| {
            let named = |it: &&(Option<Value>, Value)| it.0.as_ref().and_then(Value::text) == Some(name);
            pairs.iter().rev().find(named).map(|(_, it)| it.clone())
        };
        // `{ ...another, execute }` takes what the other does.
        let is_spread = |it: &(Option<Value>, Value)| {
            it.0.is_none() && matches!(it.1, Value::Object(_) | Value::Part(..))
        };
        let takes = ["inputSchema", "parameters", "input_schema"].iter().any(|it| get(it).is_some());
        let takes = takes || pairs.iter().any(is_spread);
        let function = get("execute").filter(|_| takes)?;
        let name = key.map(str::to_owned).or_else(|| Some(get("name")?.text()?.to_owned()))?;
        self.function(&function, Some(&name), given)
    }
}
