//! The calls that run agents: who hands what to which.

use std::collections::BTreeMap;

use ambit_model::facts::AgentFacts;

use super::around;
use super::asked;
use super::draft::Draft;
use super::finish::{ByObject, keep};
use super::options::Options;
use super::roles::{Role, Roles};
use super::starts::Entries;
use crate::follow::Follower;
use crate::follow::value::{EventNo, ObjectKind, ObjectNo, Value};

/// The calls that may run an agent.
pub(super) struct Runs {
    /// Those that run whatever agent they are given.
    any: Vec<EventNo>,
    /// Those that make an agent, by what they make.
    making: BTreeMap<ObjectNo, Vec<EventNo>>,
}

impl Runs {
    pub(super) fn of(follower: &Follower<'_>, roles: &mut Roles<'_>, agents: &ByObject) -> Self {
        let mut found = Self { any: Vec::new(), making: BTreeMap::new() };
        for (no, event) in follower.events() {
            if roles.find(&event.symbol, |it| matches!(it, Role::Runs(_)).then_some(())).is_some() {
                found.any.push(no);
            } else if let Some(made) = event.result.object().filter(|it| agents.contains_key(it)) {
                found.making.entry(made).or_default().push(no);
            }
        }
        found
    }

    /// Those that are about one of `objects`, in their order.
    fn about(&self, objects: &[ObjectNo]) -> impl Iterator<Item = EventNo> {
        let making = objects.iter().filter_map(|it| self.making.get(it)).flatten();
        let mut all: Vec<EventNo> = self.any.iter().chain(making).copied().collect();
        all.sort();
        all.into_iter()
    }
}

/// Who runs it with what.
pub(super) fn started(
    follower: &Follower<'_>,
    roles: &mut Roles<'_>,
    draft: &Draft,
    (entries, runs): (&Entries<'_>, &Runs),
    facts: &mut AgentFacts,
) {
    for event in runs.about(&draft.objects).filter_map(|it| follower.event(it)) {
        let runs = roles.find(&event.symbol, |it| if let Role::Runs(it) = it { Some(it) } else { None });
        let own = event.result.object().is_some_and(|it| draft.objects.contains(&it));
        let options = Options::of_call(&event.args, event.receiver);
        let value = match runs {
            Some((runs, _)) => {
                let agent = options.get(follower, &runs.agent);
                let is_it = agent.iter().flat_map(Value::each).filter_map(Value::object);
                if !is_it.into_iter().any(|it| leads_to(follower, it, &draft.objects)) {
                    continue;
                }
                for (name, value) in options.all(follower, &runs.limits) {
                    facts.program.limits.push(around::limit(
                        follower,
                        &name,
                        &value,
                        Some(follower.place(event.site)),
                    ));
                }
                let keeps = options.all(follower, &runs.keeps);
                let keeps = keeps.iter().flat_map(|(_, it)| it.each()).filter_map(Value::object);
                facts.program.keeps.extend(keeps.filter_map(|it| keep(follower, roles, it)));
                options.get(follower, &runs.input)
            }
            // What makes it runs it: a call of a model with tools.
            None if own => {
                let of_request = event.result.object().and_then(|it| follower.object(it));
                let sent = of_request.and_then(|it| asked::of(follower, roles, it));
                sent.map_or(options, |it| it.options)
                    .get(follower, &["prompt", "messages", "input", "contents", "#0"].map(str::to_owned))
            }
            None => continue,
        };
        let Some(value) = value else { continue };
        for origin in entries.origins(follower, &value, event.entry) {
            let trigger = origin.trigger();
            if !facts.program.starts.contains(&trigger) {
                facts.program.starts.push(trigger);
            }
        }
    }
}

/// Whether the object is one of `objects`, or a member of one.
fn leads_to(follower: &Follower<'_>, no: ObjectNo, objects: &[ObjectNo]) -> bool {
    let mut no = no;
    for _ in 0..6 {
        if objects.contains(&no) {
            return true;
        }
        let Some(ObjectKind::Made { receiver: Some(next), .. }) = follower.object(no).map(|it| &it.kind)
        else {
            return false;
        };
        no = *next;
    }
    false
}
