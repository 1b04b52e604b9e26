//! What loosens the gate itself: a change is judged by the gate of its base, and says aloud where it weakens it.

mod taken_back;

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::Shown;
use ambit_model::stated::{
    AssetCorrection, Assets, Boundary, Date, Disclosure, EdgeCorrection, Effect, Entry, MemoryScope, Model,
    Name, Placed,
};
use ambit_model::{AssetId, AssetKind, Audience, Failure, FailureKind, Level, Place, Severity, Tier, Trust};

/// What `head` allows that `base` did not, each with the name by which a decision of its own can be recorded: two small
/// changes must not do what one may not. `known` are the assets that are there without what `head` states.
pub fn loosened(
    base: &Model,
    head: &Model,
    today: Option<&Date>,
    known: &dyn Fn() -> BTreeSet<AssetId>,
) -> Vec<Failure> {
    let mut found = Found::new();
    thresholds(base, head, &mut found);
    boundaries(base, head, &mut found);
    controls(base, head, &mut found);
    duties(base, head, &mut found);
    corrections(base, head, &mut found);
    restated(base, head, known, &mut found);
    taken_back::all(base, head, &mut found);
    let standing =
        || head.decisions.iter().filter(|it| today.is_none_or(|today| it.value.until.value >= *today));
    let decided: BTreeSet<&str> =
        standing().flat_map(|it| it.value.on.iter()).filter_map(|it| it.value.text()).collect();
    found.retain(|name, _| !decided.contains(format!("gate:{name}").as_str()));
    let failure = |(name, (message, place)): (String, (String, Option<Place>))| Failure {
        kind: FailureKind::LoosenedGate,
        severity: None,
        message,
        help: format!("take it back, or record a decision on `gate:{name}` in `ambit.yaml`"),
        about: format!("gate:{name}"),
        places: place.into_iter().collect(),
        by_base: true,
    };
    found.into_iter().map(failure).collect()
}

/// What is loosened, by the name under which it can be decided about: in words, and where it is stated now.
type Found = BTreeMap<String, (String, Option<Place>)>;

fn thresholds(base: &Model, head: &Model, found: &mut Found) {
    let (was, is) =
        (base.check.fail_on.unwrap_or(Severity::High), head.check.fail_on.unwrap_or(Severity::High));
    if is > was {
        let message = format!("the gate fails from {is} on, and did from {was} on");
        found.insert("check.fail-on".to_owned(), (message, None));
    }
    if base.check.count_possible == Some(true) && head.check.count_possible != Some(true) {
        let message = "the gate counts findings that are only possible no more".to_owned();
        found.insert("check.count-possible".to_owned(), (message, None));
    }
}

fn boundaries(base: &Model, head: &Model, found: &mut Found) {
    for (name, was) in base.never.iter() {
        let message = match head.never.get(name) {
            None => format!("the boundary `{name}` is gone"),
            Some(is) if !covers(&is.value, &was.value) => {
                format!("the boundary `{name}` covers less than before")
            }
            Some(_) => continue,
        };
        let place = head.never.get(name).map(|it| it.place.clone());
        found.insert(format!("never.{name}"), (message, place));
    }
}

/// Whether `is` forbids everything that `was` did.
fn covers(is: &Boundary, was: &Boundary) -> bool {
    match (is, was) {
        (Boundary::Disclosure(is), Boundary::Disclosure(was)) => {
            let names = |it: &Disclosure| {
                it.data.iter().map(|it| it.value.as_str().to_owned()).collect::<BTreeSet<_>>()
            };
            let level = is.level.is_none_or(|it| was.level.is_some_and(|was| it <= was));
            let data = is.data.is_empty() || !was.data.is_empty() && names(was).is_subset(&names(is));
            is.audience <= was.audience && level && data
        }
        (Boundary::Influence(is), Boundary::Influence(was)) => {
            let assets = |it: &Option<Placed<Assets>>| it.as_ref().map(|it| it.value.as_str().to_owned());
            let within = |is: Option<String>, was: Option<String>| is.is_none() || is == was;
            is.trust >= was.trust
                && is.tier <= was.tier
                && within(assets(&is.agent), assets(&was.agent))
                && within(assets(&is.to), assets(&was.to))
                && (is.verb.is_empty()
                    || !was.verb.is_empty() && was.verb.iter().all(|it| is.verb.contains(it)))
        }
        _ => false,
    }
}

/// A control that is new or does more closes or bounds reach on somebody's word alone.
fn controls(base: &Model, head: &Model, found: &mut Found) {
    for (name, is) in head.controls.iter().filter(|(_, it)| it.value.is_in_place()) {
        let was = base.controls.get(name).filter(|it| it.value.is_in_place());
        let same = was.is_some_and(|it| {
            let (a, b) = (&it.value, &is.value);
            (a.kind, a.does.value) == (b.kind, b.does.value)
                && a.on.iter().map(|it| &it.value).eq(b.on.iter().map(|it| &it.value))
                && a.audience.as_ref().map(|it| it.value) == b.audience.as_ref().map(|it| it.value)
                && a.tier.as_ref().map(|it| it.value) == b.tier.as_ref().map(|it| it.value)
                && a.level.as_ref().map(|it| it.value) == b.level.as_ref().map(|it| it.value)
        });
        if !same {
            let message = format!("the control `{name}` says that it stands before more than it did");
            found.insert(format!("controls.{name}"), (message, Some(is.place.clone())));
        }
    }
}

fn duties(base: &Model, head: &Model, found: &mut Found) {
    for tier in [Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4] {
        let (was, is) = (base.tiers.duty(tier), head.tiers.duty(tier));
        if was.logged && !is.logged || was.approval && !is.approval || is.bounds < was.bounds {
            let message = format!("{tier} asks for less than it did");
            found.insert(format!("tiers.duties.{tier}"), (message, None));
        }
    }
    if base.tiers.table != head.tiers.table {
        let message = "the table of tiers is another".to_owned();
        found.insert("tiers.table".to_owned(), (message, None));
    }
}

/// What a correction of edges says, wherever it stands and whatever its reason.
fn says(correction: &EdgeCorrection) -> EdgeCorrection {
    EdgeCorrection {
        on: Placed { value: correction.on.value.clone(), place: Place::start("") },
        because: String::new(),
        ..correction.clone()
    }
}

/// A correction says that a file is wrong: what it says of gates and labels is taken on somebody's word.
fn corrections(base: &Model, head: &Model, found: &mut Found) {
    let known: Vec<EdgeCorrection> = base.facts.edges.iter().map(|it| says(&it.value)).collect();
    for (index, correction) in head.facts.edges.iter().enumerate() {
        if !known.contains(&says(&correction.value)) {
            let message = "a correction of edges is new".to_owned();
            found.insert(format!("facts.edges.{}", index + 1), (message, Some(correction.place.clone())));
        }
    }
    let same = |a: &AssetCorrection, b: &AssetCorrection| {
        let effects = |it: &AssetCorrection| it.effects.iter().map(|it| it.value.clone()).collect::<Vec<_>>();
        (a.trust, a.level, &a.data, effects(a)) == (b.trust, b.level, &b.data, effects(b))
    };
    for (name, is) in head.facts.assets.iter() {
        if base.facts.assets.get(name).is_some_and(|was| same(&was.value, &is.value)) {
            continue;
        }
        let message = format!("the correction of `{name}` is new, or says something else");
        found.insert(format!("facts.assets.{name}"), (message, Some(is.place.clone())));
    }
}

/// A place or tool that is stated under the name of one that is there anyway says what that one is, as a correction does.
fn restated(base: &Model, head: &Model, known: &dyn Fn() -> BTreeSet<AssetId>, found: &mut Found) {
    let was = named(base);
    let mut new: Vec<Named<'_>> = named(head);
    new.retain(|it| !was.iter().any(|was| (&was.id, &was.says) == (&it.id, &it.says)));
    if new.is_empty() {
        return;
    }
    let known = known();
    for Named { section, id, place, .. } in new.into_iter().filter(|it| known.contains(&it.id)) {
        let message =
            format!("what is stated of `{id}`, which is there anyway, is new or says something else");
        found.insert(format!("facts.{section}.{}", id.name()), (message, Some(place.clone())));
    }
}

/// What is stated under a name that may be that of something on the map.
struct Named<'m> {
    section: &'static str,
    id: AssetId,
    says: Says<'m>,
    place: &'m Place,
}

/// What changes how much an asset weighs.
#[derive(PartialEq)]
enum Says<'m> {
    Channel(Option<Trust>, Option<Audience>),
    Store(Option<Trust>, Option<Level>, Vec<&'m str>),
    Memory(Option<Trust>, Option<Level>, Option<MemoryScope>),
    Tool(Vec<&'m Effect>),
    /// What ends its loop, and who is shown its calls.
    Agent([bool; 3], Vec<&'m str>),
}

fn named(model: &Model) -> Vec<Named<'_>> {
    let facts = &model.facts;
    let named =
        |section, kind, name: &str, place, says| Named { section, id: AssetId::new(kind, name), says, place };
    let channels = facts.channels.iter().map(|(name, Entry { value: it, place, .. })| {
        named("channels", AssetKind::Channel, name, place, Says::Channel(it.trust, it.audience))
    });
    let stores = facts.stores.iter().map(|(name, Entry { value: it, place, .. })| {
        let data = it.data.iter().map(Name::as_str).collect();
        named("stores", AssetKind::DataStore, name, place, Says::Store(it.trust, it.level, data))
    });
    let memories = facts.memories.iter().map(|(name, Entry { value: it, place, .. })| {
        named("memories", AssetKind::Memory, name, place, Says::Memory(it.trust, it.level, it.scope))
    });
    let tools = facts.tools.iter().map(|(name, Entry { value: it, place, .. })| {
        let effects = it.effects.iter().map(|it| &it.value).collect();
        named("tools", AssetKind::Tool, name, place, Says::Tool(effects))
    });
    // An agent that is there anyway is given limits and approvals on somebody's word.
    let agents = facts.agents.iter().filter_map(|(name, Entry { value: it, place, .. })| {
        let limits = [&it.limits.steps, &it.limits.time, &it.limits.cost].map(Option::is_some);
        let shown = it.approvals.iter().filter(|(_, it)| it.value.shows == Shown::Call).map(|(how, _)| how);
        let says = Says::Agent(limits, shown.collect());
        let id = crate::stated::agent_id(name, it);
        (says != Says::Agent([false; 3], Vec::new())).then_some(Named { section: "agents", id, says, place })
    });
    channels.chain(stores).chain(memories).chain(tools).chain(agents).collect()
}
