//! Does it run something, and what?

use ambit_catalog::schema::{ArgumentClass, HeadClass, Saying, VerbClass};
use ambit_model::{Audience, Bandwidth, BlastRadius, Effect, EffectFact, Level, Reversibility, Trust, Where};

use super::fact;
use crate::infer::reading::Reading;

/// What runs, with the reason.
pub(super) enum Run {
    /// Commands or code.
    Code(String),
    /// A statement of a query language that can change data.
    Statement(String),
    /// Something that is put where it runs.
    Deployment(String),
    /// Any call of a service's interface.
    Api(String),
    /// Something that others have prepared.
    Automation(String),
    /// A query of a language that only reads.
    Lookup,
}

pub(super) fn of(reading: &Reading<'_>) -> Option<Run> {
    let executes = reading.verb(VerbClass::Execute);
    if reading.verb(VerbClass::Read).is_some() && executes.is_none() && !queries(reading) {
        return None;
    }
    statement(reading)
        .map(Run::Statement)
        .or_else(|| lookup(reading).then_some(Run::Lookup))
        .or_else(|| deployment(reading).map(Run::Deployment))
        .or_else(|| code(reading).map(Run::Code))
        .or_else(|| api(reading).map(Run::Api))
        .or_else(|| automation(reading).map(Run::Automation))
}

pub(super) fn judge(run: &Run, reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    match run {
        Run::Code(because) => code_facts(reading, because, facts),
        Run::Statement(because) => {
            facts.push(fact(Effect::Executes { r#where: Where::Remote }, because.clone()));
            facts.push(fact(writes(Reversibility::Irreversible, BlastRadius::Organization), because.clone()));
            // A statement that is said to write gives back a count.
            if !is_said_to_write(reading) {
                facts.push(fact(Effect::Ingests { trust: Trust::Public }, because.clone()));
                facts.push(fact(reads(reading, Level::Confidential), because.clone()));
            }
        }
        Run::Deployment(because) => {
            let place = if reading.lives_in(&["cluster", "cloud", "database", "observability"]) {
                Where::Remote
            } else {
                Where::Host
            };
            facts.push(fact(Effect::Executes { r#where: place }, because.clone()));
            facts.push(fact(writes(Reversibility::Recoverable, BlastRadius::Organization), because.clone()));
            // What is deployed can talk to anybody.
            facts.push(fact(public_text(), because.clone()));
        }
        Run::Automation(because) => {
            facts.push(fact(Effect::Executes { r#where: Where::Remote }, because.clone()));
            facts.push(fact(writes(Reversibility::Recoverable, BlastRadius::Organization), because.clone()));
            if let Some(phrase) = reading.sayings.get(&Saying::Returns) {
                let because = format!("{because}, `{phrase}` in the description");
                facts.push(fact(Effect::Ingests { trust: Trust::Public }, because.clone()));
                facts.push(fact(reads(reading, Level::Internal), because));
            }
        }
        Run::Api(because) => {
            facts.push(fact(writes(Reversibility::Irreversible, BlastRadius::Organization), because.clone()));
            facts.push(fact(Effect::Ingests { trust: Trust::Public }, because.clone()));
            facts.push(fact(reads(reading, Level::Internal), because.clone()));
            if reading.topic.as_ref().is_some_and(|(topic, _)| topic.audience == Audience::Public) {
                facts.push(fact(public_text(), because.clone()));
            }
        }
        Run::Lookup => {}
    }
}

/// Code reads and sends whatever its environment can.
fn code_facts(reading: &Reading<'_>, because: &str, facts: &mut Vec<EffectFact>) {
    let place = if reading.says(Saying::Sandbox) {
        Where::Sandbox
    } else if reading.lives_in(&["cluster", "cloud", "database"]) {
        Where::Remote
    } else {
        Where::Host
    };
    facts.push(fact(Effect::Executes { r#where: place }, because.to_owned()));
    facts.push(fact(public_text(), because.to_owned()));
    facts.push(fact(Effect::Ingests { trust: Trust::Public }, because.to_owned()));
    if place != Where::Sandbox {
        facts.push(fact(reads(reading, Level::Confidential), because.to_owned()));
        facts.push(fact(writes(Reversibility::Irreversible, BlastRadius::Workspace), because.to_owned()));
    }
}

/// Whether the name asks with a query: `query`, `run_query`.
fn queries(reading: &Reading<'_>) -> bool {
    reading.lead.as_deref() == Some("query")
}

fn statement(reading: &Reading<'_>) -> Option<String> {
    let lead = reading.lead.as_deref().unwrap_or_default();
    let asks = queries(reading)
        || reading.verb(VerbClass::Execute).is_some()
        || lead.is_empty()
        || is_said_to_write(reading);
    let carried = !reading.arguments.known
        || [ArgumentClass::Statement, ArgumentClass::Code, ArgumentClass::Text, ArgumentClass::Path]
            .iter()
            .any(|it| reading.arguments.get(*it).is_some());
    let noun = reading.nouns.get(&HeadClass::Statement).filter(|_| carried);
    let noun = noun.map(|it| format!("`{it}` in name or description"));
    let argument = reading
        .arguments
        .get(ArgumentClass::Statement)
        .filter(|it| {
            let plain = it.to_lowercase();
            let writes = is_said_to_write(reading) && reading.lives_in(&["database"]);
            !plain.contains("quer") || plain.contains("sql") || writes
        })
        .map(|it| format!("argument `{it}`"));
    // Any query that is executed on a database is taken for one that can change it.
    let plain = (reading.verb(VerbClass::Execute).is_some()
        && reading.lives_in(&["database"])
        && reading.name.iter().any(|it| it.stem == "query"))
    .then(|| format!("`{lead}` and `query` in the name{}", reading.there()));
    let evidence = noun.or(argument).or(plain)?;
    let reads = reading.says(Saying::ReadOnly) && !is_said_to_write(reading);
    let only_reads = reads || reading.nouns.contains_key(&HeadClass::Lookup);
    (asks && !only_reads).then_some(evidence)
}

/// Whether the name says that the statement changes something: what its description says of reading is about others.
fn is_said_to_write(reading: &Reading<'_>) -> bool {
    let writes =
        ["write", "apply", "migrate", "alter", "insert", "update", "delete", "drop", "create", "upsert"];
    reading.lead.as_deref().is_some_and(|it| writes.contains(&it))
}

fn lookup(reading: &Reading<'_>) -> bool {
    if is_said_to_write(reading) {
        return false;
    }
    let query = reading.name.iter().any(|it| it.stem == "query");
    // `run_report` shows a report.
    let shows = matches!(reading.lead.as_deref(), None | Some("run" | "execute")) && reading.shown.is_some();
    queries(reading)
        || reading.verb(VerbClass::Execute).is_some()
            && (query
                || shows
                || reading.nouns.contains_key(&HeadClass::Lookup)
                || reading.says(Saying::ReadOnly))
}

fn code(reading: &Reading<'_>) -> Option<String> {
    let executes = reading.verb(VerbClass::Execute);
    let argument = reading.argument(ArgumentClass::Code);
    // `Run a scanner for Python`: a description names languages for many reasons.
    // `Run a scanner for Python`, of a path: what runs is not of the caller's choice.
    let listed = reading.arguments.known && !reading.arguments.words.is_empty();
    let carries = reading.argument(ArgumentClass::Text).is_some();
    let nouns = if listed { &reading.opening } else { &reading.nouns };
    let noun = nouns.get(&HeadClass::Code).filter(|_| !listed || carries);
    let noun = noun.map(|it| format!("`{it}` in name or description"));
    if let Some(verb) = executes {
        let what = argument.or(noun)?;
        return Some(format!("{verb}, {what}"));
    }
    let commands = reading
        .arguments
        .get(ArgumentClass::Code)
        .is_some_and(|it| ["command", "cmd", "commands", "shell_command"].contains(&it));
    let starts = reading.any_verb(&[VerbClass::Update, VerbClass::Send, VerbClass::Interact]);
    let named = reading.named.get(&HeadClass::Code);
    match (starts, named) {
        (Some(verb), _) if commands => Some(format!("{verb}, argument `command`")),
        (Some(verb), Some(noun)) if reading.verb(VerbClass::Interact).is_some() => {
            Some(format!("{verb}, `{noun}` in the name"))
        }
        (None, Some(noun)) if reading.lead.is_none() => {
            argument.map(|it| format!("`{noun}` in the name, {it}"))
        }
        _ => None,
    }
}

fn deployment(reading: &Reading<'_>) -> Option<String> {
    let lead = reading.lead.as_deref().unwrap_or_default();
    if let Some(verb) = reading.verb(VerbClass::Execute) {
        let deploys = ["deploy", "redeploy", "install"].contains(&lead);
        let what =
            reading.argument(ArgumentClass::Manifest).filter(|_| reading.lives_in(&["cluster", "cloud"]));
        return what.map(|it| format!("{verb}, {it}")).or_else(|| deploys.then(|| verb.to_owned()));
    }
    let changes = reading.any_verb(&[VerbClass::Create, VerbClass::Update])?;
    let what = reading.argument(ArgumentClass::Manifest)?;
    reading.lives_in(&["cluster"]).then(|| format!("{changes}, {what}{}", reading.there()))
}

/// `call_api`, `make_api_request`: what the service can do, this can.
fn api(reading: &Reading<'_>) -> Option<String> {
    let noun = reading.named.get(&HeadClass::Api)?;
    let verb = reading.any_verb(&[VerbClass::Execute, VerbClass::Create, VerbClass::Send])?;
    let calls = ["call", "make", "request", "send", "invoke", "execute"];
    let lead = reading.lead.as_deref().unwrap_or_default();
    calls.contains(&lead).then(|| format!("{verb}, `{noun}` in the name"))
}

fn automation(reading: &Reading<'_>) -> Option<String> {
    let verb = reading.verb(VerbClass::Execute)?;
    let noun = reading.nouns.get(&HeadClass::Automation);
    // Anything that is run may do anything.
    Some(noun.map_or_else(|| verb.to_owned(), |it| format!("{verb}, `{it}` in name or description")))
}

pub(super) fn public_text() -> Effect {
    Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::FreeText }
}

fn writes(reversibility: Reversibility, blast_radius: BlastRadius) -> Effect {
    Effect::Writes { reversibility, blast_radius }
}

fn reads(reading: &Reading<'_>, least: Level) -> Effect {
    let topic = reading.topic.as_ref().map(|(topic, _)| topic);
    let data = topic
        .filter(|it| !it.data.is_empty())
        .map_or_else(|| vec!["operations".to_owned()], |it| it.data.clone());
    Effect::Reads { data: data.into(), level: topic.map_or(least, |it| it.level.max(least)) }
}
