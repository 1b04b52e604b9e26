//! Does something come back, and who wrote it, and who may know it?

use ambit_catalog::schema::{ArgumentClass, HeadClass, Outsiders, Saying, Topic, VerbClass, WordClass};
use ambit_model::{Effect, EffectFact, Level, Trust};

use super::fact;
use super::run::Run;
use crate::infer::reading::Reading;
use crate::infer::words_of;

/// Whether the evidence suffices: false where something comes back and nothing says from where.
pub(super) fn judge(reading: &Reading<'_>, run: Option<&Run>, facts: &mut Vec<EffectFact>) -> bool {
    let looks = reading.verb(VerbClass::Read).map(str::to_owned).or_else(|| returned(reading, run));
    let Some(verb) = looks else { return true };
    if matches!(run, Some(Run::Code(_) | Run::Statement(_) | Run::Api(_))) {
        return true;
    }
    let Some((topic, place)) = &reading.topic else {
        return place_unknown(reading, &verb, facts);
    };
    let because = format!("{verb}, {place}");
    if let Some(why) = outsiders(reading, topic, run) {
        facts.push(fact(Effect::Ingests { trust: Trust::Public }, format!("{because}{why}")));
    }
    if topic.id == "memory" {
        facts.push(fact(Effect::Recalls { memory: None }, because.clone()));
    }
    let (level, why) = level(reading, topic);
    facts.push(fact(Effect::Reads { data: data(topic, level).into(), level }, format!("{because}{why}")));
    true
}

/// Reads something of which nothing says where it is kept.
fn place_unknown(reading: &Reading<'_>, verb: &str, facts: &mut Vec<EffectFact>) -> bool {
    if reading.noun.is_none() && !reading.described {
        return false;
    }
    if let Some(address) = reading.argument(ArgumentClass::Url) {
        // What stands at an address of the caller's choice is judged where the address is.
        facts.push(fact(
            Effect::Reads { data: [].into(), level: Level::Public },
            format!("{verb}, {address}"),
        ));
        return true;
    }
    if let Some(word) = published(reading) {
        let because = format!("{verb}, {word}");
        facts.push(fact(Effect::Reads { data: [].into(), level: Level::Public }, because));
        return true;
    }
    if let Some(noun) = voiced(reading) {
        facts.push(fact(Effect::Ingests { trust: Trust::Public }, format!("{verb}, `{noun}` in the name")));
    }
    let because = format!("{verb}, and nothing says that anybody may know it");
    facts.push(fact(Effect::Reads { data: [].into(), level: Level::Internal }, because));
    true
}

/// What in the definition says that its supplier publishes what comes back.
fn published(reading: &Reading<'_>) -> Option<String> {
    let path = reading.argument(ArgumentClass::Path);
    if path.is_some() || reading.own().is_some() {
        return None;
    }
    if let Some(handed) = handed(reading) {
        return Some(handed);
    }
    if let Some(place) = &reading.place {
        return Some(format!("`{place}` in the arguments"));
    }
    let offered = reading.noun.as_deref().filter(|_| reading.head.contains(&HeadClass::Offered));
    let manual = reading.manual.as_ref().map(|it| format!("`{it}` in the description"));
    manual.or_else(|| offered.map(|it| format!("`{it}` is for everybody")))
}

/// The argument that carries what is examined: the answer is about it and nothing else.
fn handed(reading: &Reading<'_>) -> Option<String> {
    let examines = reading.manner.contains(&WordClass::Examine);
    let argument = reading.argument(ArgumentClass::Text).or_else(|| reading.argument(ArgumentClass::Code))?;
    let kept =
        reading.arguments.words.iter().any(|it| ["id", "project", "repo", "key"].contains(&it.stem.as_str()));
    (examines && !kept).then_some(argument)
}

/// What in the name of a tool of an unknown place says that people wrote it, or that an application wrote it down.
/// Errors of an unknown place are its own.
fn voiced<'r>(reading: &'r Reading<'_>) -> Option<&'r str> {
    let logs =
        reading.named.get(&HeadClass::Log).filter(|it| !it.starts_with("error") && !it.starts_with("issue"));
    let posted = reading.named.get(&HeadClass::Posted);
    reading.named.get(&HeadClass::Authored).or(posted).or(logs).map(String::as_str)
}

/// A change that gives back what it changed, and a query.
fn returned(reading: &Reading<'_>, run: Option<&Run>) -> Option<String> {
    if matches!(run, Some(Run::Lookup)) {
        return reading.any_verb(&[VerbClass::Execute, VerbClass::Read]).map(str::to_owned);
    }
    if let Some(phrase) = reading.sayings.get(&Saying::Returns) {
        return Some(format!("`{phrase}` in the description"));
    }
    let computes = reading.verbs.keys().all(|it| *it == VerbClass::Compute);
    let returns = reading.arguments.words.iter().find(|it| it.stem == "return" && !computes);
    returns.map(|it| format!("`{}` in the arguments", it.word))
}

/// Why outsiders may have written what comes back.
fn outsiders(reading: &Reading<'_>, topic: &Topic, run: Option<&Run>) -> Option<String> {
    let noun = reading.noun.as_deref().unwrap_or_default();
    let head = |class: HeadClass| reading.head.contains(&class).then(|| format!(", `{noun}`"));
    let named = |class: HeadClass| reading.named.get(&class).map(|it| format!(", `{it}` in the name"));
    let written = reading.head.contains(&HeadClass::Content) || reading.head.contains(&HeadClass::Log);
    // A noun of the description alone says where it is found as often as what is found.
    let structure = reading.head.contains(&HeadClass::Structure)
        && reading.named.contains_key(&HeadClass::Structure)
        && !written;
    if reading.manner.contains(&WordClass::Measure) {
        return None;
    }
    if own_person(reading) || local(reading, topic) || measured(reading, topic).is_some() {
        return None;
    }
    let open = topic.level == Level::Public || topic.id == "forge";
    // The articles of one's own site are one's own; what is said below them is not.
    let own = topic.id == "memory" || topic.id == "site" && noun.starts_with("article");
    let authored = head(HeadClass::Authored).filter(|_| !own);
    let person = head(HeadClass::Person).filter(|_| open && topic.outsiders == Outsiders::Most);
    let published = topic.level == Level::Public || reading.manual.is_some();
    let voice = reading.sayings.get(&Saying::Voices).filter(|_| published);
    let voice = voice.map(|it| format!(", `{it}` in the description"));
    authored.or(person).or(voice).or_else(|| match topic.outsiders {
        Outsiders::None => None,
        Outsiders::Logs if reading.manner.contains(&WordClass::Seek) && written => {
            named(HeadClass::Content).filter(|_| reading.argument(ArgumentClass::Path).is_none())
        }
        // Only what watches programs calls an error an issue.
        Outsiders::Logs if noun.starts_with("issue") && topic.id != "observability" => None,
        Outsiders::Logs => named(HeadClass::Log).filter(|_| !structure).or_else(|| {
            let asked =
                matches!(run, Some(Run::Lookup)).then(|| reading.nouns.get(&HeadClass::Log)).flatten();
            asked.map(|it| format!(", `{it}` in the description"))
        }),
        Outsiders::Some if matches!(run, Some(Run::Lookup)) => Some(", a query".to_owned()),
        Outsiders::Some if structure => None,
        Outsiders::Some if reading.manner.contains(&WordClass::Seek) => Some(String::new()),
        Outsiders::Some => {
            head(HeadClass::Content).or_else(|| head(HeadClass::Log)).or_else(|| named(HeadClass::Statement))
        }
        // Of what anybody may publish, names and settings too are their authors'.
        Outsiders::Most => {
            (!structure || topic.level == Level::Public || topic.id == "browser").then(String::new)
        }
    })
}

/// Whether what comes back is the profile of the one who asks.
fn own_person(reading: &Reading<'_>) -> bool {
    reading.own().is_some() && reading.head.contains(&HeadClass::Person)
}

/// What says that a place where everybody writes counts for the owner of an account there.
fn measured(reading: &Reading<'_>, topic: &Topic) -> Option<String> {
    let counted = ["social", "web", "site", "media"].contains(&topic.id.as_str());
    let noun = reading.named.get(&HeadClass::Measured).filter(|_| counted)?;
    Some(format!(", `{noun}` in the name"))
}

/// Whether a file of this machine is read, in a place whose content is otherwise everybody's or a repository's.
fn local(reading: &Reading<'_>, topic: &Topic) -> bool {
    let Some(path) = reading.arguments.get(ArgumentClass::Path) else { return false };
    let words = words_of(path);
    // A `path` alone may lead through the place itself.
    let files = ["file", "filepath", "filename", "local", "project", "repo"];
    let file = words.iter().any(|it| files.contains(&it.as_str()));
    let elsewhere = reading.arguments.get(ArgumentClass::Output) == Some(path)
        || reading.argument(ArgumentClass::Url).is_some();
    let everybodys = topic.level == Level::Public && file;
    let cloned = topic.id == "forge" && (!reading.product || reading.working_copy().is_some());
    (everybodys || cloned) && !elsewhere
}

/// How confidential what comes back is, and why it is more than its topic says.
fn level(reading: &Reading<'_>, topic: &Topic) -> (Level, String) {
    let secret =
        reading.name.iter().find(|it| ["secret", "password", "credential"].contains(&it.stem.as_str()));
    if let Some(word) = secret {
        return (Level::Secret, format!(", `{}` in the name", word.word));
    }
    // Where ordinary words alone say what it is about, it stands where the address says.
    let guessed = !reading.product || reading.lives_in(&["browser", "files"]);
    let address = reading.argument(ArgumentClass::Url).filter(|_| guessed);
    let found = ["search", "find"].contains(&reading.lead.as_deref().unwrap_or_default())
        && reading.lives_in(&["forge"])
        && (reading.head.contains(&HeadClass::Person)
            || reading.noun.as_deref().is_some_and(|it| it.starts_with("repo")));
    let ranked = reading.lives_in(&["forge"])
        && reading.name.iter().any(|it| ["trending", "popular", "explor"].contains(&it.stem.as_str()));
    if let Some(word) = reading
        .manual
        .as_ref()
        .filter(|_| reading.own().is_none() && !reading.lives_in(&["documents", "memory", "files"]))
    {
        return (Level::Public, format!(", `{word}` in the description"));
    }
    let market = reading.lives_in(&["brokerage"]) && reading.named.contains_key(&HeadClass::Market);
    if address.is_some() || found || ranked || market {
        return (Level::Public, ", which anybody can".to_owned());
    }
    if topic.level > Level::Public {
        return (topic.level, String::new());
    }
    if let Some(why) = measured(reading, topic) {
        return (Level::Confidential, why);
    }
    if let Some(path) = reading.argument(ArgumentClass::Path).filter(|_| !reading.lives_in(&["pure"])) {
        return (Level::Internal, format!(", {path}"));
    }
    match reading.own() {
        Some(word) => (Level::Confidential, format!(", `{word}`")),
        None => (topic.level, String::new()),
    }
}

fn data(topic: &Topic, level: Level) -> Vec<String> {
    if level > Level::Public && topic.data.is_empty() {
        vec!["personal".to_owned()]
    } else {
        topic.data.clone()
    }
}
