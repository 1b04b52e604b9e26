//! What is met twice and there once: calls of one loop, and instances that nobody makes.
//!
//! Of instances: a class that nothing calls is followed on one, and so is one of which another file makes
//! instances after it was followed. Where the program makes its own, that one is nobody's.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::Place;

use super::draft::{CallOf, Draft, Naming, join};
use super::given::Given;
use crate::follow::paths::folder_of;
use crate::follow::value::{Object, ObjectKind, ObjectNo, Site};
use crate::follow::{Follower, ModuleNo};
use crate::ir::ClassNo;

/// Instances that stand for a class of which the program makes instances itself.
pub(super) fn all(follower: &Follower<'_>) -> BTreeSet<ObjectNo> {
    let instances = || follower.objects().filter_map(|(no, it)| Some((no, class(it)?, it.site)));
    let stands_for = |(module, no): (ModuleNo, ClassNo), site: Site| {
        let facts = follower.world().module(module).and_then(|it| it.class(no));
        site.module == module && facts.is_some_and(|it| it.at == site.at)
    };
    let made: BTreeSet<(ModuleNo, ClassNo)> =
        instances().filter(|(_, class, site)| !stands_for(*class, *site)).map(|it| it.1).collect();
    instances()
        .filter(|(_, class, site)| stands_for(*class, *site) && made.contains(class))
        .map(|it| it.0)
        .collect()
}

fn class(object: &Object) -> Option<(ModuleNo, ClassNo)> {
    match &object.kind {
        ObjectKind::Instance { class, .. } => Some((class.module, class.no)),
        _ => None,
    }
}

/// Whether the call of a model is one more of the agent that `known` is: one function asks a model first, and again with what
/// came of its tools; two ask the same with the same tools, one as a whole and one as it is written; requests of one folder
/// ask whatever provider is set, for the same loop.
pub(super) fn goes_on(follower: &Follower<'_>, known: &Draft, more: &Draft) -> bool {
    let is_model = known.model == more.model || known.model.is_none() || more.model.is_none();
    let is_alike = known.call != CallOf::None && known.call == more.call && known.framework == more.framework;
    if !is_alike || !is_model {
        return false;
    }
    let around = |it: &Draft| follower.object(*it.objects.first()?)?.within;
    let tools = given(known);
    if known.name == more.name
        && around(known).is_some()
        && around(known) == around(more)
        && tools == given(more)
    {
        return true;
    }
    let is_near = match known.call {
        CallOf::Request => folder_of(&known.place.path) == folder_of(&more.place.path),
        _ => known.place.path == more.place.path,
    };
    let told = |it: &Draft| it.prompts.iter().map(|it| follower.rendered(&it.0)).collect::<BTreeSet<_>>();
    let is_told = told(known) == told(more) || known.prompts.is_empty() || more.prompts.is_empty();
    is_near && is_told && tools.is_some_and(|it| !it.is_empty() && Some(it) == given(more))
}

/// What an agent is given, where that is tools alone.
fn given(draft: &Draft) -> Option<BTreeSet<(String, String)>> {
    let name = |it: &Given| match it {
        Given::Tool(tool, _) | Given::Step(tool, _) => Some((tool.name.clone(), tool.owner.clone())),
        Given::Unresolved(raw) => Some((raw.clone(), String::new())),
        _ => None,
    };
    draft.given.iter().map(name).collect()
}

/// The agents, what is given a name that is not known joined to the only one that the same line makes under a name: whoever
/// calls the function around tells it, or its default does.
pub(super) fn unveiled(drafts: Vec<Draft>) -> Vec<Draft> {
    let line = |it: &Draft| (it.framework.clone(), it.place.clone());
    let mut named: BTreeMap<(String, Place), usize> = BTreeMap::new();
    drafts.iter().filter(|it| it.is_named()).for_each(|it| *named.entry(line(it)).or_default() += 1);
    let has_one = |it: &Draft| it.named == Naming::Veiled && named.get(&line(it)) == Some(&1);
    let (veiled, mut kept): (Vec<Draft>, Vec<Draft>) = drafts.into_iter().partition(has_one);
    let places: BTreeMap<(String, Place), usize> =
        kept.iter().enumerate().filter(|(_, it)| it.is_named()).map(|(no, it)| (line(it), no)).collect();
    for draft in veiled {
        if let Some(known) = places.get(&line(&draft)).and_then(|it| kept.get_mut(*it)) {
            join(known, draft);
        }
    }
    kept
}
