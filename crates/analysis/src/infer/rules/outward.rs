//! Does what the agent chooses leave?

use ambit_catalog::schema::{ArgumentClass, HeadClass, Saying, VerbClass, WordClass};
use ambit_model::{Audience, Bandwidth, BlastRadius, Effect, EffectFact, Level, Reversibility, Trust};

use super::fact;
use super::run::Run;
use crate::infer::reading::Reading;

/// Topics where an address names an object of the service and is not fetched by anybody else.
const ADDRESSES_OF_ITS_OWN: [&str; 13] = [
    "forge",
    "social",
    "documents",
    "tracker",
    "observability",
    "chat",
    "reference",
    "facts",
    "task",
    "crm",
    "payments",
    "identity",
    "cloud",
];

/// Topics where what is sent goes to other programs of the organization.
const MACHINES: [&str; 6] = ["cloud", "cluster", "database", "observability", "shell", "memory"];

pub(super) fn judge(reading: &Reading<'_>, run: Option<&Run>, facts: &mut Vec<EffectFact>) {
    if matches!(run, Some(Run::Code(_) | Run::Statement(_) | Run::Api(_))) {
        return;
    }
    address(reading, facts);
    page(reading, facts);
    words(reading, facts);
    opened(reading, facts);
}

/// An address that the agent chooses is fetched: the address itself carries data.
fn address(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let Some(argument) = reading.argument(ArgumentClass::Url) else { return };
    if reading.named.contains_key(&HeadClass::Measured) {
        // It says which of one's own sites is counted.
        return;
    }
    if reading.lives_in(&ADDRESSES_OF_ITS_OWN) && reading.verb(VerbClass::Navigate).is_none() {
        return;
    }
    if reading.verb(VerbClass::Send).is_some() {
        // What a page answers to a request comes back; a link in a message does not.
        let asks = reading.topic.is_none() || reading.lives_in(&["web", "browser"]);
        if asks && !is_feedback(reading) {
            facts.push(fact(Effect::Ingests { trust: Trust::Public }, argument));
        }
        return;
    }
    let looks = reading.any_verb(&[VerbClass::Read, VerbClass::Navigate]);
    let makes = reading.any_verb(&[VerbClass::Create, VerbClass::Update]);
    if looks.is_none() && makes.is_some() && reading.argument(ArgumentClass::Text).is_some() {
        // A link in what is written is text.
        return;
    }
    // What is made or altered may only take note of the address, except where pages and files are.
    let loads = reading.topic.is_none() || reading.lives_in(&["web", "browser", "files", "media", "pure"]);
    if looks.is_none() && !reading.verbs.is_empty() && !loads {
        return;
    }
    let effect = Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::ChosenUrl };
    facts.push(fact(effect, argument.clone()));
    let gives = looks.is_some() || reading.verbs.is_empty();
    if gives && reading.verb(VerbClass::Navigate).is_none() {
        facts.push(fact(Effect::Ingests { trust: Trust::Public }, argument));
    }
}

/// A page in a browser is driven: what is typed and clicked goes to the page's server.
fn page(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    if !reading.lives_in(&["browser", "web"]) || reading.head.contains(&HeadClass::Window) {
        return;
    }
    let public = |bandwidth| Effect::Sends { audience: Audience::Public, bandwidth };
    if let Some(verb) = reading.verb(VerbClass::Navigate) {
        facts.push(fact(public(Bandwidth::ChosenUrl), verb.to_owned()));
    }
    if let Some(verb) = reading.verb(VerbClass::Interact).or_else(|| upload(reading)) {
        facts.push(fact(public(Bandwidth::FreeText), verb.to_owned()));
        let effect = Effect::Writes {
            reversibility: Reversibility::Recoverable,
            blast_radius: BlastRadius::ThirdParties,
        };
        facts.push(fact(effect, verb.to_owned()));
        let shown = reading.sayings.get(&Saying::Page).map(|it| format!("`{it}` in the description"));
        let asked = reading.arguments.words.iter().any(|it| it.stem == "snapshot");
        if let Some(because) = shown.or_else(|| asked.then(|| "`snapshot` in the arguments".to_owned())) {
            facts.push(fact(Effect::Ingests { trust: Trust::Public }, because.clone()));
            let effect = Effect::Reads { data: ["operations".to_owned()].into(), level: Level::Confidential };
            facts.push(fact(effect, because));
        }
    }
}

fn upload<'r>(reading: &'r Reading<'_>) -> Option<&'r str> {
    reading.verb(VerbClass::Create).filter(|_| reading.lead.as_deref() == Some("upload"))
}

/// Words go to somebody: a message, a post, an issue in a place that outsiders read.
fn words(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let topic = reading.topic.as_ref().map(|(topic, _)| topic);
    let place = topic.map_or(Audience::Public, |it| it.audience);
    // A post is for others to read, wherever it goes.
    let unknown =
        if reading.head.contains(&HeadClass::Posted) { Audience::Public } else { Audience::Organization };
    let kept = topic.map_or(unknown, |it| it.audience);
    let recipient = reading.argument(ArgumentClass::Recipient);
    let moves = reading.verb(VerbClass::Spend).filter(|_| spends(facts));
    if let (Some(verb), Some(to)) = (moves, &recipient) {
        let effect = Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::FixedTemplate };
        facts.push(fact(effect, format!("{verb}, {to}")));
    }
    let drafts = reading.name.iter().any(|it| it.stem == "draft");
    if let Some(verb) = reading.verb(VerbClass::Send) {
        let lead = reading.lead.as_deref();
        let open = reading.manner.contains(&WordClass::Open) || lead == Some("send");
        let open = recipient.is_some() || lead == Some("push") || open && !reading.lives_in(&MACHINES);
        let audience = if open { Audience::Public } else { place };
        let audience = if is_feedback(reading) { Audience::Organization } else { audience };
        facts.push(fact(
            Effect::Sends { audience, bandwidth: Bandwidth::FreeText },
            format!("{verb}{}", recipient.map(|it| format!(", {it}")).unwrap_or_default()),
        ));
        return;
    }
    let Some(changes) = reading.any_verb(&[VerbClass::Create, VerbClass::Update]) else { return };
    if kept != Audience::Public
        || drafts
        || reading.lives_in(&["forge"]) && reading.working_copy().is_some()
        || reading.lives_in(&["browser", "web", "brokerage", "shell", "reference", "facts"])
    {
        return;
    }
    let told = if reading.lives_in(&["calendar"]) {
        recipient.or_else(|| (!reading.arguments.known).then(|| "arguments that are not listed".to_owned()))
    } else {
        text(reading)
    };
    if let Some(told) = told {
        let because = format!("{changes}, {told}{}", reading.there());
        facts.push(fact(
            Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::FreeText },
            because,
        ));
    }
}

/// Text that others will read: an argument for it, or an object that consists of it.
fn text(reading: &Reading<'_>) -> Option<String> {
    let creates = reading.verb(VerbClass::Create).is_some();
    let noun = reading.noun.as_deref().filter(|_| creates || !reading.arguments.known);
    // What is found and then kept is for the one who keeps it.
    let kept = reading.verb(VerbClass::Read).is_some();
    let noun = noun.filter(|_| reading.head.contains(&HeadClass::Content) && !kept);
    let marks = reading.manner.contains(&WordClass::Mark);
    let names = reading.name.iter().any(|it| it.stem == "reaction" || it.stem == "emoji");
    if marks || names {
        return None;
    }
    // The title of a list is its name.
    let called = reading.arguments.get(ArgumentClass::Text) == Some("title")
        && reading.head.contains(&HeadClass::Structure)
        && !reading.head.contains(&HeadClass::Content);
    if called {
        return None;
    }
    reading.argument(ArgumentClass::Text).or_else(|| noun.map(|it| format!("`{it}` is read by others")))
}

/// The supplier of a tool receives every call of it anyway: what is said about the tool tells nobody else.
fn is_feedback(reading: &Reading<'_>) -> bool {
    reading.name.iter().any(|it| it.stem == "feedback")
}

fn spends(facts: &[EffectFact]) -> bool {
    facts.iter().any(|it| matches!(it.effect, Effect::Spends { .. }))
}

/// What was private is made public, or an outsider is let in.
fn opened(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let posts = reading.head.contains(&HeadClass::Posted) && !reading.manner.contains(&WordClass::Mark);
    let finds = reading.verb(VerbClass::Read).is_some();
    let makes = reading.verb(VerbClass::Create).filter(|_| posts && !finds);
    let shares = reading.manner.contains(&WordClass::Open) || makes.is_some();
    let links = reading.name.iter().any(|it| ["link", "url", "sharing"].contains(&it.stem.as_str()));
    let changes = reading
        .any_verb(&[VerbClass::Create, VerbClass::Update, VerbClass::Grant, VerbClass::Send])
        .or_else(|| reading.verb(VerbClass::Read).filter(|_| links));
    let Some(verb) = changes else { return };
    let phrase = reading.sayings.get(&Saying::Public).filter(|_| reading.described);
    let sent = facts.iter().any(|it| matches!(it.effect, Effect::Sends { .. }));
    if sent || !(shares || phrase.is_some()) {
        return;
    }
    let because = phrase.map_or_else(|| verb.to_owned(), |it| format!("{verb}, `{it}` in the description"));
    facts.push(fact(Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::FreeText }, because));
}
