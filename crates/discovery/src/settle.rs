//! Which agent a file belongs to that makes none by itself, or that several clients read.

use std::collections::{BTreeMap, BTreeSet};

use crate::fragment::{Fragment, Location, Yields};

/// The clients that have an agent, by folder.
type Agents = BTreeMap<String, BTreeSet<&'static str>>;

/// Gives every file that yields to the agents it belongs to, and a copy of every file that several clients
/// read to each of them that has an agent there.
pub(crate) fn settle(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut agents = Agents::new();
    let stand = |it: &&Fragment| it.makes_agent && it.yields == Yields::Never && it.alone.is_none();
    for fragment in fragments.iter().filter(stand) {
        stands(&mut agents, fragment);
    }
    let mut copies = Vec::new();
    for yields in [Yields::ToReaders, Yields::ToAnyone] {
        // Upper folders first: what stands there takes in what stands below.
        let mut yielding: Vec<&mut Fragment> =
            fragments.iter_mut().filter(|it| it.yields == yields).collect();
        yielding.sort_by_key(|it| depth(&it.location.at));
        for fragment in yielding {
            place(fragment, &mut agents, &mut copies);
        }
    }
    for fragment in fragments.iter().filter(|it| it.yields == Yields::Never) {
        for client in fragment.also {
            if agents.get(&fragment.location.at).is_some_and(|it| it.contains(client)) {
                copies.push(copy(fragment, client, &fragment.location.at));
            }
        }
    }
    fragments.extend(copies);
    fragments
}

fn stands(agents: &mut Agents, fragment: &Fragment) {
    agents.entry(fragment.location.at.clone()).or_default().insert(fragment.client);
}

fn depth(at: &str) -> usize {
    at.split('/').filter(|it| !it.is_empty()).count()
}

fn place(fragment: &mut Fragment, agents: &mut Agents, copies: &mut Vec<Fragment>) {
    let mut taken = false;
    for client in fragment.also {
        if let Some(at) = nearest(agents, |it| it == *client, &fragment.location) {
            copies.push(copy(fragment, client, &at));
            taken = true;
        }
    }
    let own = nearest(agents, |it| it == fragment.client, &fragment.location);
    taken |= own.is_some()
        || (fragment.yields == Yields::ToAnyone && nearest(agents, |_| true, &fragment.location).is_some());
    if let Some(at) = own {
        fragment.location.at = at;
    }
    fragment.makes_agent &= !taken;
    if fragment.makes_agent {
        stands(agents, fragment);
    }
}

fn copy(fragment: &Fragment, client: &'static str, at: &str) -> Fragment {
    let location = Location { at: at.to_owned(), ..fragment.location.clone() };
    Fragment { client, also: &[], location, makes_agent: false, yields: Yields::Never, ..fragment.clone() }
}

/// The folder of the nearest agent whose client `wanted` accepts, from the file's own folder upwards. The
/// user's own files are for all agents of the client; a file that no client loads from where it lies belongs
/// to nobody above it.
fn nearest(agents: &Agents, wanted: impl Fn(&str) -> bool, location: &Location) -> Option<String> {
    let there = |at: &str| agents.get(at).is_some_and(|it| it.iter().any(|it| wanted(it)));
    let mut at = location.at.as_str();
    if at == "~" && location.placed {
        return agents.keys().any(|it| there(it)).then(|| at.to_owned());
    }
    loop {
        if there(at) {
            return Some(at.to_owned());
        }
        if at.is_empty() || at.starts_with(['~', '/']) || !location.placed {
            return None;
        }
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
    }
}
