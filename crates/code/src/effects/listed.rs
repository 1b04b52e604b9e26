//! What the catalog lists for a call, narrowed by what the call is given; code, and variables of the process.

use ambit_catalog::Called;
use ambit_catalog::schema::{Access, CallAct, CallKind, Role, When};
use ambit_model::effect::Place as ExecutionPlace;
use ambit_model::facts::OwnEffect;
use ambit_model::{Audience, Bandwidth, Effect, Level};

use crate::follow::value::{ObjectKind, Value};

use super::call::{Call, language_of};
use super::chosen::Decided;
use super::{Reading, told};

/// The listed effects that happen with these arguments.
pub(super) fn effects(call: &Call<'_>) -> Vec<OwnEffect> {
    let Some(act) = call.act else { return Vec::new() };
    if call.reading.is_on_the_way(call) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let decided = call.decided_at_all();
    for entry in &act.effects {
        if entry.when.as_ref().is_some_and(|it| !holds(call, it)) {
            continue;
        }
        let on = call.object(entry.on.as_deref().unwrap_or("env:unknown"));
        let effect = narrowed(call, &entry.effect, &decided);
        found.push(told(effect, on, does(call, &decided), call.place()));
    }
    found
}

/// What happens, with who decides what.
pub(super) fn does(call: &Call<'_>, decided: &Decided) -> String {
    let does = call.act.map_or("", |it| &it.does);
    let symbol = call.symbol.trim_end_matches("()");
    if decided.is_chosen() {
        format!("{does}, as {} says (`{symbol}`)", decided.who())
    } else {
        format!("{does} (`{symbol}`)")
    }
}

/// The effect as far as the arguments let it go.
fn narrowed(call: &Call<'_>, effect: &Effect, decided: &Decided) -> Effect {
    match effect {
        Effect::Sends { audience, bandwidth } => {
            let bandwidth =
                if !decided.is_chosen() || decided.is_narrow { Bandwidth::FixedTemplate } else { *bandwidth };
            // Who is written into the program is one of the organization's own.
            let recipient = call.role(Role::Recipient);
            let chosen = call.reading.decided(recipient.iter()).is_chosen();
            let fixed = !chosen && recipient.is_some_and(|it| is_written(&it));
            let audience =
                if fixed && *audience == Audience::Public { Audience::Organization } else { *audience };
            Effect::Sends { audience, bandwidth }
        }
        Effect::Spends { limit: None } => {
            let amount = call.role(Role::Amount);
            let limit = amount.and_then(|it| match it {
                Value::Number(number) => Some(format!("always {number}")),
                _ => None,
            });
            Effect::Spends { limit }
        }
        other => other.clone(),
    }
}

/// Whether the value stands in the program or its settings, whole.
fn is_written(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Env(_) | Value::Param(_) => true,
        Value::Choice(list) => list.iter().all(is_written),
        _ => false,
    }
}

fn holds(call: &Call<'_>, when: &When) -> bool {
    let values = call.roles(when.role);
    let decided = call.reading.decided(values.iter());
    let words: Vec<String> = values.iter().flat_map(|it| words(call, it)).collect();
    let given = !values.is_empty();
    let open = || values.iter().any(|it| call.reading.is_open(it, 8));
    when.open.is_none_or(|it| it == open())
        && when.given.is_none_or(|it| it == given)
        && when.chosen.is_none_or(|it| it == decided.is_chosen())
        && (when.is.is_empty() || words.iter().any(|it| when.is.contains(it)))
        && !words.iter().any(|it| when.not.contains(it))
}

/// The texts and names that a value may be.
fn words(call: &Call<'_>, value: &Value) -> Vec<String> {
    let one = |it: &Value| match it {
        Value::Text(text) | Value::Number(text) => Some(text.to_string()),
        Value::Symbol(path) => Some(path.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Object(no) => Some(call.reading.follower.path_of(*no)),
        _ => None,
    };
    value.each().iter().filter_map(one).collect()
}

/// Code does something only where somebody chooses it, or where it lies in a file.
pub(super) fn code(call: &Call<'_>) -> Vec<OwnEffect> {
    let codes = call.roles(Role::Code);
    let decided = call.reading.decided(codes.iter());
    if !decided.is_chosen() {
        return of_file(call, &codes);
    }
    let act = call.act.into_iter().flat_map(|it| &it.effects);
    let held = act.filter(|it| it.when.as_ref().is_none_or(|it| holds(call, it)));
    held.map(|it| {
        let on = call.object(it.on.as_deref().unwrap_or("env:host"));
        told(it.effect.clone(), on, does(call, &decided), call.place())
    })
    .collect()
}

/// Code that stands in a file which the program names: whoever writes into the workspace decides what runs.
fn of_file(call: &Call<'_>, codes: &[Value]) -> Vec<OwnEffect> {
    if !call.act.is_some_and(|it| it.runs) {
        return Vec::new();
    }
    let names_file = call.act.is_some_and(|it| it.access.is_some()) && !codes.is_empty();
    if !names_file && !codes.iter().any(|it| call.reading.is_read_from_file(it)) {
        return Vec::new();
    }
    let symbol = call.symbol.trim_end_matches("()");
    let on = call.object("env:workspace");
    let effect = Effect::Executes { r#where: ExecutionPlace::Workspace };
    vec![told(effect, on, format!("run the code of a file (`{symbol}`)"), call.place())]
}

/// A variable of the process that the caller names.
pub(super) fn variable(call: &Call<'_>) -> Vec<OwnEffect> {
    let decided = call.decided(Role::Name);
    let all = call.event.args.is_empty();
    if !decided.is_chosen() && !all {
        return Vec::new();
    }
    vec![call.reading.environment(&does(call, &decided), call.place())]
}

impl Reading<'_, '_> {
    /// Whether the call only fetches what another one is then done to: `get_repo(name).create_issue(…)`.
    fn is_on_the_way(&self, call: &Call<'_>) -> bool {
        let only_reads = |it: &ambit_catalog::schema::CallEffect| {
            matches!(it.effect, Effect::Reads { .. } | Effect::Ingests { .. })
        };
        let reads = call.act.is_some_and(|it| !it.effects.is_empty() && it.effects.iter().all(only_reads));
        let Some(no) = call.event.result.object().filter(|_| reads) else { return false };
        self.leads_on(no, 8)
    }

    /// Whether a method of what was made, or of what that gives back, does something.
    fn leads_on(&self, no: crate::follow::value::ObjectNo, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Some(object) = self.follower.object(no) else { return false };
        object.events.iter().filter_map(|it| self.follower.event(*it)).any(|it| {
            match self.catalog.called(language_of(self.follower, it.site), &it.symbol) {
                Some(Called::Does { act, .. }) => !act.effects.is_empty(),
                _ => it.result.object().is_some_and(|it| self.leads_on(it, depth)),
            }
        })
    }

    /// Whether the value begins with what somebody other than the program decides.
    fn is_open(&self, value: &Value, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        match value {
            Value::Text(_) | Value::Env(_) => false,
            Value::Template(parts) => parts.first().is_some_and(|it| self.is_open(it, depth)),
            Value::Choice(list) => list.iter().any(|it| self.is_open(it, depth)),
            Value::Object(no) => match self.follower.object(*no).map(|it| &it.kind) {
                // `path.join(folder, name)`, `pathToFileURL(file)`: what comes first.
                Some(ObjectKind::Made { args, .. }) => match args.first() {
                    Some((_, first)) => self.is_open(first, depth),
                    None => self.decided([value]).is_chosen(),
                },
                _ => self.decided([value]).is_chosen(),
            },
            other => self.decided([other]).is_chosen(),
        }
    }

    /// Whether the value was read from a file.
    fn is_read_from_file(&self, value: &Value) -> bool {
        let mut found = false;
        self.follower.collect(value, &mut |it| {
            let made = it.object().and_then(|it| self.follower.object(it));
            let Some(ObjectKind::Made { symbol, .. }) = made.map(|it| &it.kind) else { return };
            let language = made.map(|it| language_of(self.follower, it.site));
            let called = language.and_then(|it| self.catalog.called(it, symbol));
            let reads = |it: &CallAct| {
                it.kind == CallKind::Resource
                    || it.kind == CallKind::File && matches!(it.access, Some(Access::Opens | Access::Reads))
            };
            found |= matches!(called, Some(Called::Does { act, .. }) if reads(act));
        });
        found
    }

    fn environment(&self, does: &str, place: ambit_model::Place) -> OwnEffect {
        let effect = Effect::Reads { data: ["credential".to_owned()].into(), level: Level::Secret };
        told(effect, self.known("store:environment"), does, place)
    }

    /// Variables of the process that the function gives back: all of them, those that the caller names, and credentials.
    pub(super) fn variables(&self) -> Vec<OwnEffect> {
        let mut found = None;
        self.shown(&self.outcome.returned, 24, &mut |it| match it {
            Value::Symbol(path) if is_environment(path) => {
                found = Some("read all variables of the process".to_owned());
            }
            Value::Env(name) if self.catalog.credential_named(name).is_some() => {
                found.get_or_insert(format!("give back the variable `{name}`"));
            }
            _ => {}
        });
        let named = self.outcome.calls.iter().filter_map(|it| self.follower.event(*it)).find(|it| {
            is_environment(&it.symbol) && self.decided(it.args.iter().map(|(_, it)| it)).is_chosen()
        });
        let place = named.map(|it| self.follower.place(it.site));
        let found =
            found.or_else(|| named.map(|_| "read variables of the process that the caller names".to_owned()));
        // Where no call tells, it is somewhere in the function.
        let place = place.unwrap_or_else(|| self.start.clone());
        found.map(|does| self.environment(&does, place)).into_iter().collect()
    }

    /// Calls `take` for what is shown to whoever gets `value`: what it is made of, through calls that only compute.
    fn shown(&self, value: &Value, depth: usize, take: &mut impl FnMut(&Value)) {
        take(value);
        let Some(depth) = depth.checked_sub(1) else { return };
        let no = match value {
            Value::Template(parts) | Value::Choice(parts) | Value::Mixed(parts) => {
                return parts.iter().take(64).for_each(|it| self.shown(it, depth, take));
            }
            Value::Object(no) => *no,
            _ => return,
        };
        let Some(object) = self.follower.object(no) else { return };
        match &object.kind {
            ObjectKind::List(items) => items.iter().take(64).for_each(|it| self.shown(it, depth, take)),
            ObjectKind::Map(pairs) => pairs.iter().take(64).for_each(|(_, it)| self.shown(it, depth, take)),
            ObjectKind::Made { symbol, args, .. } => {
                if is_environment(symbol) {
                    take(&Value::Symbol(symbol.clone()));
                }
                if writes_down(symbol) {
                    args.iter().take(64).for_each(|(_, it)| self.shown(it, depth, take));
                }
            }
            ObjectKind::Instance { .. } => {}
        }
    }
}

/// Whether the call only writes down what it is given.
fn writes_down(symbol: &str) -> bool {
    const MODULES: [&str; 9] = [
        "json.",
        "orjson.",
        "yaml.",
        "pprint.",
        "builtins.",
        "textwrap.",
        "global.JSON.",
        "global.Object.",
        "util.inspect",
    ];
    MODULES.iter().any(|it| symbol.starts_with(it))
}

/// The environment of the process, or a method of it.
fn is_environment(path: &str) -> bool {
    ["os.environ", "global.process.env", "process.env"]
        .iter()
        .any(|it| path.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with('.')))
}
