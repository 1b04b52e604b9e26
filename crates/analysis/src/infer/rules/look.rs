//! Does something come back, and who wrote it, and who may know it?

use ambit_catalog::schema::{HeadClass, Outsiders, Saying, Topic, VerbClass};
use ambit_model::{Effect, EffectFact, Level, Trust};

use super::fact;
use super::run::Run;
use crate::infer::reading::Reading;

/// Whether the evidence suffices: false where something comes back and nothing says from where.
pub(super) fn judge(reading: &Reading<'_>, run: Option<&Run>, facts: &mut Vec<EffectFact>) -> bool {
    let looks = reading.verb(VerbClass::Read).map(str::to_owned).or_else(|| returned(reading, run));
    let Some(verb) = looks else { return true };
    if matches!(run, Some(Run::Code(_) | Run::Statement(_))) {
        return true;
    }
    let Some((topic, place)) = &reading.topic else {
        return place_unknown(reading, &verb, facts);
    };
    let because = format!("{verb}, {place}");
    if let Some(why) = outsiders(reading, topic, run) {
        facts.push(fact(Effect::Ingests { trust: Trust::Public }, format!("{because}{why}")));
    }
    facts.push(fact(Effect::Reads { data: topic.data.clone(), level: level(reading, topic) }, because));
    true
}

/// Reads something of which nothing says where it is kept.
fn place_unknown(reading: &Reading<'_>, verb: &str, facts: &mut Vec<EffectFact>) -> bool {
    if reading.noun.is_none() && !reading.described {
        return false;
    }
    let because = format!("{verb}, and nothing says that anybody may know it");
    facts.push(fact(Effect::Reads { data: Vec::new(), level: Level::Internal }, because));
    true
}

/// A change that gives back what it changed, and a query.
fn returned(reading: &Reading<'_>, run: Option<&Run>) -> Option<String> {
    if matches!(run, Some(Run::Lookup)) {
        return reading.any_verb(&[VerbClass::Execute, VerbClass::Read]).map(str::to_owned);
    }
    if let Some(phrase) = reading.sayings.get(&Saying::Returns) {
        return Some(format!("`{phrase}` in the description"));
    }
    None
}

/// Why outsiders may have written what comes back.
fn outsiders(reading: &Reading<'_>, topic: &Topic, run: Option<&Run>) -> Option<String> {
    let named = |class: HeadClass| reading.named.get(&class).map(|it| format!(", `{it}` in the name"));
    let head = |class: HeadClass| {
        let noun = reading.noun.as_deref().unwrap_or_default();
        reading.head.contains(&class).then(|| format!(", `{noun}`"))
    };
    let structure = reading.head.contains(&HeadClass::Structure)
        && !reading.head.contains(&HeadClass::Content)
        && !reading.head.contains(&HeadClass::Log);
    match topic.outsiders {
        Outsiders::None => None,
        Outsiders::Logs => head(HeadClass::Log).or_else(|| named(HeadClass::Log).filter(|_| !structure)),
        Outsiders::Some if matches!(run, Some(Run::Lookup)) && !structure => Some(", a query".to_owned()),
        Outsiders::Some => head(HeadClass::Content).or_else(|| head(HeadClass::Log)),
        Outsiders::Most => (!structure).then(String::new),
    }
}

fn level(reading: &Reading<'_>, topic: &Topic) -> Level {
    let is_secret = reading.name.iter().any(|it| ["secret", "password", "credential"].contains(&it.stem.as_str()));
    if is_secret { Level::Secret } else { topic.level }
}
