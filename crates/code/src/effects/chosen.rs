//! Who decides a value: the caller of the tool, content that the tool has read, or the program.

use std::collections::BTreeSet;

use ambit_catalog::schema::CallKind;
use ambit_catalog::{Called, wild};
use ambit_model::Effect;

use crate::follow::value::{ObjectKind, ObjectNo, Value};
use crate::ir::{Expr, Function, Kind, Language, Name};

use super::Reading;
use super::call::language_of;

/// How far back it is asked what a value is made of.
const DEEPEST: usize = 32;
/// How many parts of a value are looked at.
const MOST: usize = 4_000;

/// Which parameters of a tool its caller chooses. The others are handed in by what runs the tool: a context, a client.
#[derive(Debug, Default)]
pub(crate) struct Chooser {
    chosen: BTreeSet<Name>,
    all: BTreeSet<Name>,
    /// Those of which only few values are possible: numbers, flags, one of a list.
    narrow: BTreeSet<Name>,
}

/// What frameworks hand to tools beside what a model chooses, by the names of types.
const HANDED_TYPES: [&str; 22] = [
    "RunContext",
    "RunContextWrapper",
    "ToolContext",
    "ToolRuntime",
    "Runtime",
    "Context",
    "RunnableConfig",
    "CallbackManagerForToolRun",
    "AsyncCallbackManagerForToolRun",
    "InjectedState",
    "InjectedStore",
    "InjectedToolArg",
    "InjectedToolCallId",
    "CancellationToken",
    "AgentContext",
    "InvocationContext",
    "CallbackContext",
    "Request",
    "ReadonlyContext",
    "ServerSession",
    "ToolExecutionOptions",
    "RuntimeContext",
];

/// The same, by the names of parameters: as parameters, or as members of the one object that some frameworks hand over.
const HANDED_NAMES: [&str; 24] = [
    "ctx",
    "run_manager",
    "runManager",
    "tool_context",
    "toolContext",
    "runtime",
    "runtimeContext",
    "requestContext",
    "abortSignal",
    "mastra",
    "writer",
    "extra",
    "callbacks",
    "cancellation_token",
    "tool_call_id",
    "toolCallId",
    "callback_manager",
    "agent_context",
    "invocation_context",
    "runnable_config",
    "_config",
    "_context",
    "experimental_context",
    "tracingContext",
];

impl Chooser {
    pub(crate) fn of(function: &Function, language: Language) -> Self {
        let mut chooser = Self::default();
        for (at, param) in function.params.iter().enumerate() {
            let name = param.name.as_ref();
            chooser.all.insert(Name::clone(&param.name));
            let types = param.annotation.as_ref().map(names_in).unwrap_or_default();
            let later = language == Language::TypeScript
                && at > 0
                && (["config", "context", "options", "opts", "meta", "_"].contains(&name)
                    || name.starts_with('_'));
            let typed = types.iter().any(|it| HANDED_TYPES.contains(&&**it));
            if HANDED_NAMES.contains(&name) || typed || later || ["self", "cls", "this"].contains(&name) {
                continue;
            }
            chooser.chosen.insert(Name::clone(&param.name));
            let plain = ["int", "float", "bool", "number", "boolean", "Literal", "date", "datetime"];
            if !types.is_empty()
                && types
                    .iter()
                    .all(|it| plain.contains(&&**it) || ["Optional", "Annotated", "None"].contains(&&**it))
            {
                chooser.narrow.insert(Name::clone(&param.name));
            }
        }
        chooser
    }

    /// Whether it is a parameter of the function itself.
    pub(crate) fn is_parameter(&self, name: &str) -> bool {
        self.all.contains(name)
    }

    /// The parameter that a path of one begins with, where the caller chooses it.
    fn decides(&self, path: &str) -> Option<&Name> {
        let mut parts = path.split(['.', '[']);
        let name = self.chosen.get(parts.next()?)?;
        let member = parts.next().unwrap_or_default();
        (!HANDED_NAMES.contains(&member)).then_some(name)
    }
}

/// Names that a type is written with.
pub(crate) fn names_in(expr: &Expr) -> Vec<Name> {
    match &expr.kind {
        Kind::Name(name) => vec![Name::clone(name)],
        Kind::Member(_, name) => vec![Name::clone(name)],
        Kind::Index(of, inner) => {
            // What a list of values says of itself are texts.
            let mut names = names_in(of);
            if !names.iter().any(|it| &**it == "Literal") {
                names.extend(names_in(inner));
            }
            names
        }
        Kind::List(parts) | Kind::Choice(parts) | Kind::Mixed(parts) => {
            parts.iter().flat_map(names_in).collect()
        }
        Kind::Call(call) => names_in(&call.callee),
        _ => Vec::new(),
    }
}

/// What decides a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decided {
    /// Parameters that the caller chooses.
    pub(crate) by: BTreeSet<Name>,
    /// Whether content that the tool has read, or what a model has written, is in it.
    pub(crate) by_content: bool,
    /// Whether each of the parameters has only few values.
    pub(crate) is_narrow: bool,
}

impl Decided {
    /// Whether somebody other than the program decides it.
    pub(crate) fn is_chosen(&self) -> bool {
        !self.by.is_empty() || self.by_content
    }

    /// Who, in words: `` `url` ``.
    pub(crate) fn who(&self) -> String {
        let names: Vec<String> =
            self.by.iter().filter(|it| !it.is_empty()).map(|it| format!("`{it}`")).collect();
        match names.as_slice() {
            // A parameter that is taken apart where it stands has no name.
            [] if !self.by.is_empty() => "its argument".to_owned(),
            [] => "what it has read".to_owned(),
            [one] => one.clone(),
            [first, .., last] => format!("{first} to {last}"),
        }
    }
}

impl Reading<'_, '_> {
    /// Who decides `value`: what it is made of, and what was put into the objects that it is made of.
    pub(crate) fn decided<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> Decided {
        let mut decided = Decided::default();
        let mut narrow = true;
        let mut walk = Walk { seen: BTreeSet::new(), left: MOST };
        for value in values {
            self.walk(value, DEEPEST, &mut walk, &mut |it| match it {
                Value::Param(path) => {
                    if let Some(name) = self.chooser.decides(path) {
                        narrow &= self.chooser.narrow.contains(name);
                        decided.by.insert(Name::clone(name));
                    }
                }
                Value::Object(no) if self.brings_content(*no) => decided.by_content = true,
                Value::Part(no, member) if self.is_left_by_steps(*no, member) => decided.by_content = true,
                _ => {}
            });
        }
        decided.is_narrow = narrow && !decided.by_content && !decided.by.is_empty();
        decided
    }

    fn walk(&self, value: &Value, depth: usize, walk: &mut Walk, take: &mut impl FnMut(&Value)) {
        let Some(left) = walk.left.checked_sub(1) else { return };
        walk.left = left;
        take(value);
        let Some(depth) = depth.checked_sub(1) else { return };
        let no = match value {
            Value::Template(parts) | Value::Choice(parts) | Value::Mixed(parts) => {
                return parts.iter().for_each(|it| self.walk(it, depth, walk, take));
            }
            Value::Object(no) | Value::Part(no, _) => *no,
            _ => return,
        };
        if !walk.seen.insert(no) {
            return;
        }
        // An attribute of what a call gave back is content of that.
        if matches!(value, Value::Part(..)) {
            take(&Value::Object(no));
        }
        let Some(object) = self.follower.object(no) else { return };
        match &object.kind {
            ObjectKind::List(items) => items.iter().for_each(|it| self.walk(it, depth, walk, take)),
            ObjectKind::Map(pairs) => {
                for (key, it) in pairs {
                    if let Some(key) = key {
                        self.walk(key, depth, walk, take);
                    }
                    self.walk(it, depth, walk, take);
                }
            }
            ObjectKind::Made { args, receiver, .. } => {
                args.iter().for_each(|(_, it)| self.walk(it, depth, walk, take));
                if let Some(receiver) = receiver {
                    self.walk(&Value::Object(*receiver), depth, walk, take);
                }
                // What its methods were given: `message.set_content(text)`; not by others that have the object too.
                let given = object.events.iter().filter_map(|it| self.follower.event(*it));
                let given = given.filter(|it| it.entry.is_none() || it.entry == self.entry);
                for (_, it) in given.filter(|it| !self.acts_outside(it)).flat_map(|it| it.args.iter()) {
                    self.walk(it, depth, walk, take);
                }
            }
            ObjectKind::Instance { args, .. } => {
                args.iter().for_each(|(_, it)| self.walk(it, depth, walk, take));
            }
        }
        object.fields.values().for_each(|it| self.walk(it, depth, walk, take));
    }

    /// Whether the call does something outside: what it is given is not kept in its object. A session does not become
    /// what was once asked through it.
    fn acts_outside(&self, event: &crate::follow::value::CallEvent) -> bool {
        let language = language_of(self.follower, event.site);
        matches!(self.catalog.called(language, &event.symbol), Some(Called::Does { .. }) | None)
    }

    /// Whether the member of a flow holds what its steps, and whoever they ask, leave for each other.
    fn is_left_by_steps(&self, no: ObjectNo, member: &str) -> bool {
        let Some(ObjectKind::Instance { class, .. }) = self.follower.object(no).map(|it| &it.kind) else {
            return false;
        };
        let first = member.split('.').next().unwrap_or(member);
        let bases = self.follower.outside_bases(class);
        let flows = self.catalog.agent_frameworks().values().flat_map(|it| &it.flows);
        flows
            .filter(|it| it.state.iter().any(|it| it == first))
            .any(|it| it.of.iter().any(|pattern| bases.iter().any(|base| wild(pattern, base))))
    }

    /// Whether what made the object brings content of others: an answer, a page, what a model says.
    fn brings_content(&self, no: ObjectNo) -> bool {
        let Some(object) = self.follower.object(no) else { return false };
        let ObjectKind::Made { symbol, .. } = &object.kind else { return false };
        let language = language_of(self.follower, object.site);
        match self.catalog.called(language, symbol) {
            Some(Called::Does { act, .. }) => {
                act.kind == CallKind::Request && act.method.as_deref() != Some("SOCKET")
                    || act.effects.iter().any(|it| matches!(it.effect, Effect::Ingests { .. }))
            }
            // What a model writes is nobody's in particular.
            Some(Called::Nothing) => self.asks_model(language, symbol),
            _ => false,
        }
    }

    fn asks_model(&self, language: ambit_catalog::schema::CallLanguage, symbol: &str) -> bool {
        const LAST: [&str; 16] = [
            "create",
            "invoke",
            "ainvoke",
            "complete",
            "completion",
            "acompletion",
            "generate",
            "generate_content",
            "generateContent",
            "predict",
            "chat",
            "generateText",
            "streamText",
            "generateObject",
            "messages",
            "parse",
        ];
        let is_model =
            self.catalog.library_of(language, symbol).is_some_and(|it| it.name.starts_with("Model clients"));
        is_model && LAST.contains(&symbol.rsplit('.').next().unwrap_or(symbol))
    }
}

struct Walk {
    seen: BTreeSet<ObjectNo>,
    left: usize,
}
