//! Does state change: records, money, rights, memories, the work of others?

use ambit_catalog::schema::{ArgumentClass, HeadClass, Saying, VerbClass};
use ambit_model::{BlastRadius, Effect, EffectFact, Reversibility};

use super::fact;
use super::run::Run;
use crate::infer::reading::Reading;

/// Topics where a change without history, or to what others run on, is hard to take back.
const HARD: [&str; 7] = ["database", "cluster", "cloud", "identity", "security", "files", "observability"];
/// Topics where money is at home.
const MONEY: [&str; 3] = ["payments", "shop", "brokerage"];

pub(super) fn judge(reading: &Reading<'_>, run: Option<&Run>, facts: &mut Vec<EffectFact>) {
    money(reading, facts);
    rights(reading, facts);
    others(reading, facts);
    memory(reading, facts);
    let written =
        facts.iter().any(|it| matches!(it.effect, Effect::Writes { .. } | Effect::Remembers { .. }));
    if !written && !matches!(run, Some(Run::Lookup)) && !is_of_the_window(reading) {
        state(reading, facts);
    }
}

/// Something is made, altered or gone.
fn state(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let blast_radius = reading.topic.as_ref().map_or(BlastRadius::Organization, |(topic, _)| topic.reach);
    let mut push = |reversibility, because: String| {
        facts.push(fact(Effect::Writes { reversibility, blast_radius }, because));
    };
    if let Some(verb) = reading.verb(VerbClass::Delete) {
        let trash = reading.sayings.get(&Saying::Trash).filter(|_| !reading.says(Saying::Permanent));
        match trash {
            Some(phrase) => {
                push(Reversibility::Recoverable, format!("{verb}, `{phrase}` in the description"));
            }
            None => push(Reversibility::Irreversible, verb.to_owned()),
        }
    } else if let Some(verb) = reading.verb(VerbClass::Update) {
        let hard = reading.lives_in(&HARD);
        push(if hard { Reversibility::Recoverable } else { Reversibility::Reversible }, verb.to_owned());
    } else if let Some(verb) = reading.verb(VerbClass::Create) {
        let hard = reading.lives_in(&["files"]);
        push(if hard { Reversibility::Recoverable } else { Reversibility::Reversible }, verb.to_owned());
    } else if let Some(verb) = reading.verb(VerbClass::Interact) {
        push(Reversibility::Recoverable, verb.to_owned());
    } else if let Some(file) = file(reading) {
        push(Reversibility::Recoverable, file);
    }
}

/// The file that is left behind, or that is given another form.
fn file(reading: &Reading<'_>) -> Option<String> {
    let forms = reading.verb(VerbClass::Compute).filter(|_| reading.verb(VerbClass::Read).is_none());
    let part = reading.arguments.words.iter().find(|it| ["id", "index"].contains(&it.stem.as_str()));
    let part =
        part.filter(|_| reading.lives_in(&["files"])).map(|it| format!("`{}` in the arguments", it.word));
    let what = reading.argument(ArgumentClass::Path).or(part);
    let remade = forms.and_then(|verb| Some(format!("{verb}, {}", what?)));
    reading.argument(ArgumentClass::Output).or(remade).or_else(|| downloaded(reading))
}

/// The copy that a download leaves: of an address, or where an argument says.
fn downloaded(reading: &Reading<'_>) -> Option<String> {
    let copies = matches!(reading.lead.as_deref(), Some("download" | "export"));
    let from = reading.argument(ArgumentClass::Url);
    let local = reading.arguments.words.windows(2).find(|it| {
        let [first, second] = it else { return false };
        let place = ["local", "dest", "target", "destination", "sav"].contains(&first.stem.as_str());
        place && ["path", "file", "dir", "directory", "folder"].contains(&second.word.as_str())
    });
    let local = local.map(|it| {
        let words: Vec<&str> = it.iter().map(|it| it.word.as_str()).collect();
        format!("`{}` in the arguments", words.join(" "))
    });
    copies.then(|| from.or(local)).flatten()
}

/// The size of a window, a recording that starts, a canvas that nobody keeps: nothing outside the session changes.
pub(super) fn is_of_the_window(reading: &Reading<'_>) -> bool {
    let drives = reading.any_verb(&[
        VerbClass::Interact,
        VerbClass::Navigate,
        VerbClass::Create,
        VerbClass::Delete,
        VerbClass::Send,
    ]);
    let chooses = reading.argument(ArgumentClass::Url).or_else(|| reading.argument(ArgumentClass::Text));
    let kept =
        reading.named.contains_key(&HeadClass::Structure) && !reading.head.contains(&HeadClass::Window);
    let pure = reading.lives_in(&["pure"]) && reading.argument(ArgumentClass::Output).is_none();
    pure || reading.lives_in(&["browser"]) && drives.is_none() && chooses.is_none() && !kept
}

fn money(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let amount = reading.argument(ArgumentClass::Amount);
    let at_home = reading.lives_in(&MONEY);
    if let Some(verb) = reading.verb(VerbClass::Spend) {
        if at_home || amount.is_some() || reading.topic.is_none() || reading.head.contains(&HeadClass::Money)
        {
            facts.push(fact(Effect::Spends { limit: None }, format!("{verb}{}", reading.there())));
        } else {
            let effect = Effect::Writes {
                reversibility: Reversibility::Recoverable,
                blast_radius: BlastRadius::Organization,
            };
            facts.push(fact(effect, verb.to_owned()));
        }
        return;
    }
    let makes = reading.any_verb(&[VerbClass::Create, VerbClass::Execute, VerbClass::Send]);
    if let (Some(verb), Some(noun)) = (makes, reading.named.get(&HeadClass::Money))
        && at_home
        && reading.head.contains(&HeadClass::Money)
    {
        facts.push(fact(Effect::Spends { limit: None }, format!("{verb}, `{noun}` in the name")));
    }
    let provisions = reading.verb(VerbClass::Create).filter(|_| reading.lives_in(&["cloud", "database"]));
    if let (Some(verb), true) = (provisions, reading.head.contains(&HeadClass::Billed)) {
        let noun = reading.noun.as_deref().unwrap_or_default();
        facts.push(fact(Effect::Spends { limit: None }, format!("{verb}, `{noun}`{}", reading.there())));
    }
    let draws = reading.any_verb(&[VerbClass::Create, VerbClass::Compute, VerbClass::Update]);
    let paid = reading.lives_in(&["media"])
        || reading.head.contains(&HeadClass::Media)
            && (reading.topic.is_none() || reading.lives_in(&["pure"]))
            && reading.named.contains_key(&HeadClass::Media);
    if let (Some(verb), true) = (draws, paid) {
        facts.push(fact(Effect::Spends { limit: None }, format!("{verb}{}", reading.there())));
    }
}

fn rights(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let because = match reading.verb(VerbClass::Grant) {
        Some(verb) => Some(verb.to_owned()),
        None => reading
            .any_verb(&[VerbClass::Create, VerbClass::Update, VerbClass::Delete])
            .filter(|_| admits(reading))
            .map(|verb| format!("{verb}, `{}` in the name", reading.noun.as_deref().unwrap_or_default())),
    };
    let Some(because) = because else { return };
    facts.push(fact(Effect::Grants, because.clone()));
    let effect =
        Effect::Writes { reversibility: Reversibility::Recoverable, blast_radius: BlastRadius::Organization };
    facts.push(fact(effect, because));
}

/// Whether what is changed decides who gets in: a right, or in a product for security any rule.
fn admits(reading: &Reading<'_>) -> bool {
    let right = reading.head.contains(&HeadClass::Access) && reading.named.contains_key(&HeadClass::Access);
    let rule = reading.noun.as_deref().is_some_and(|it| it.ends_with("rule") || it.ends_with("rules"));
    right || rule && reading.lives_in(&["security", "identity"])
}

fn others(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    if let Some(verb) = reading.verb(VerbClass::Delegate) {
        facts.push(fact(Effect::Delegates { to: None }, verb.to_owned()));
    }
}

fn memory(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let remembers = reading.verb(VerbClass::Remember).map(str::to_owned).or_else(|| {
        reading
            .any_verb(&[VerbClass::Create, VerbClass::Update])
            .filter(|_| reading.lives_in(&["memory"]) && reading.verb(VerbClass::Delete).is_none())
            .map(|verb| format!("{verb}{}", reading.there()))
    });
    if let Some(because) = remembers {
        facts.push(fact(Effect::Remembers { memory: None }, because));
    }
}
