//! What makes a server more, or less, than what it was made with: others that are mounted on it, calls that say whether it
//! serves at all, and functions that calls near it make tools.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::schema::Serves;
use ambit_model::Place;
use ambit_model::facts::{OwnTool, Served, ToolDefinition};

use super::given::{Given, Reader};
use super::options::Options;
use crate::follow::Follower;
use crate::follow::value::{CallEvent, Object, ObjectKind, ObjectNo, Value};

/// How many servers are mounted on each other, one on the next.
const DEEPEST: usize = 4;
/// How long a chain of calls is that the call which starts it ends.
const LONGEST: usize = 8;

/// Servers, by their numbers among all that are served.
pub(super) type Numbers<'c> = BTreeMap<ObjectNo, (usize, &'c Serves)>;

/// Whether the server serves: where the catalog asks for it, one call must say so.
pub(super) fn is_started(follower: &Follower<'_>, no: ObjectNo, maker: &Serves) -> bool {
    let Some(started) = &maker.started else { return true };
    let mut calls = follower.events().filter(|(_, it)| it.symbol.rsplit('.').next() == Some(&started.member));
    calls.any(|(_, event)| {
        let options = Options::of_call(&event.args, None);
        options.holds(follower, &started.when).is_some() && is_of(follower, event, no)
    })
}

/// The addresses at which it is reached, where a call of it says that it listens at a port of its machine.
pub(super) fn addresses(
    follower: &Follower<'_>,
    object: &Object,
    made: &Options,
    maker: &Serves,
) -> Vec<(String, Place)> {
    let Some(listens) = &maker.listens else { return Vec::new() };
    let mut found: Vec<(String, Place)> = Vec::new();
    for event in object.events.iter().filter_map(|it| follower.event(*it)) {
        let member = event.symbol.rsplit('.').next().unwrap_or_default();
        let options = Options::of_call(&event.args, None);
        let is_it = listens.members.iter().any(|it| it == member);
        if !is_it || options.holds(follower, &listens.when).is_none() {
            continue;
        }
        let given = options.get(follower, &listens.port).or_else(|| made.get(follower, &listens.port));
        let port = match &given {
            None => Some(listens.default.to_string()),
            Some(it) => it.each().iter().find_map(number),
        };
        for host in ["localhost", "127.0.0.1"] {
            let address = port.iter().map(|it| format!("http://{host}:{it}"));
            found.extend(address.map(|it| (it, follower.place(event.site))));
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// A number that is written, as one or as text.
fn number(value: &Value) -> Option<String> {
    let (Value::Number(text) | Value::Text(text)) = value else { return None };
    text.parse::<u16>().is_ok().then(|| text.to_string())
}

/// Whether the call is one of the object's, or of what its own calls give back.
fn is_of(follower: &Follower<'_>, event: &CallEvent, no: ObjectNo) -> bool {
    let mut at = event.receiver;
    for _ in 0..LONGEST {
        match at {
            Some(it) if it == no => return true,
            Some(it) => {
                let Some(ObjectKind::Made { receiver, .. }) = follower.object(it).map(|it| &it.kind) else {
                    return false;
                };
                at = *receiver;
            }
            None => return false,
        }
    }
    false
}

/// The functions that calls in the same file make tools of the server.
pub(super) fn near(reader: &mut Reader<'_, '_, '_>, object: &Object, maker: &Serves) -> Vec<Given> {
    if maker.near.is_empty() {
        return Vec::new();
    }
    let is_near = |event: &CallEvent| {
        event.site.module == object.site.module
            && maker.near.iter().any(|it| ambit_catalog::wild(it, &event.symbol))
    };
    let events: Vec<CallEvent> =
        reader.follower.events().map(|(_, it)| it).filter(|it| is_near(it)).cloned().collect();
    let mut found = Vec::new();
    for event in events {
        let options = Options::of_call(&event.args, None);
        let hidden = ["api_name=false", "api_visibility=private"].map(str::to_owned);
        if options.holds(reader.follower, &hidden).is_some() {
            continue;
        }
        let place = reader.follower.place(event.site);
        let function = event.args.iter().map(|(_, it)| it).find(|it| reader.follower.function(it).is_some());
        let named = function.filter(|it| reader.follower.function(it).is_some_and(|it| it.1.name.is_some()));
        found.extend(named.cloned().and_then(|it| reader.function(&it, None, &place)));
    }
    found
}

/// The servers with what is mounted on them; what is mounted on another is none beside it.
pub(super) fn mounted(
    follower: &Follower<'_>,
    mut served: Vec<Served>,
    numbers: &Numbers<'_>,
) -> Vec<Served> {
    let mut under = BTreeMap::new();
    for (no, (at, maker)) in numbers {
        let found: Vec<(usize, Option<String>)> =
            mounts(follower, *no, maker, numbers).into_iter().filter(|it| it.0 != *at).collect();
        if !found.is_empty() {
            under.entry(*at).or_insert(found);
        }
    }
    let all: BTreeSet<usize> = under.values().flatten().map(|it| it.0).collect();
    let gathered: Vec<(usize, Vec<OwnTool>)> =
        under.keys().map(|it| (*it, tools(&served, &under, *it, DEEPEST))).collect();
    for (at, tools) in gathered {
        if let Some(one) = served.get_mut(at) {
            one.tools = tools;
        }
    }
    // Of two that are mounted on each other both stay.
    let is_under = |at: usize| all.contains(&at) && !leads_to(&under, at, at, DEEPEST);
    let kept = (0..).zip(served).filter(|(at, _)| !is_under(*at));
    kept.map(|it| it.1).collect()
}

type Under = BTreeMap<usize, Vec<(usize, Option<String>)>>;

fn leads_to(under: &Under, from: usize, to: usize, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let below = under.get(&from).map(Vec::as_slice).unwrap_or_default();
    below.iter().any(|(it, _)| *it == to || leads_to(under, *it, to, depth))
}

fn tools(served: &[Served], under: &Under, at: usize, depth: usize) -> Vec<OwnTool> {
    let mut found = served.get(at).map(|it| it.tools.clone()).unwrap_or_default();
    let Some(depth) = depth.checked_sub(1) else { return found };
    for (below, prefix) in under.get(&at).map(Vec::as_slice).unwrap_or_default() {
        for tool in tools(served, under, *below, depth) {
            let tool = renamed(tool, prefix.as_deref());
            if !found.iter().any(|it| it.name == tool.name) {
                found.push(tool);
            }
        }
    }
    found
}

fn renamed(tool: OwnTool, prefix: Option<&str>) -> OwnTool {
    let Some(prefix) = prefix else { return tool };
    let name = format!("{prefix}_{}", tool.name);
    let called = |it: Arc<ToolDefinition>| Arc::new(ToolDefinition { name: name.clone(), ..(*it).clone() });
    OwnTool { definition: tool.definition.map(called), name: name.clone(), ..tool }
}

/// The servers that calls of this one's members add to it, each with what its tools are called after.
fn mounts(
    follower: &Follower<'_>,
    no: ObjectNo,
    maker: &Serves,
    numbers: &Numbers<'_>,
) -> Vec<(usize, Option<String>)> {
    let Some(object) = follower.object(no) else { return Vec::new() };
    let mut found: Vec<(usize, Option<String>)> = Vec::new();
    for event in object.events.iter().filter_map(|it| follower.event(*it)) {
        let member = event.symbol.rsplit('.').next().unwrap_or_default();
        if !maker.mounts.iter().any(|it| it == member) {
            continue;
        }
        let args = || event.args.iter().map(|(_, it)| it);
        let server = args().flat_map(Value::each).find_map(|it| numbers.get(&it.object()?));
        let prefix = args().find_map(|it| it.text().map(str::to_owned)).filter(|it| !it.is_empty());
        if let Some((at, _)) = server
            && !found.iter().any(|it| it.0 == *at)
        {
            found.push((*at, prefix));
        }
    }
    found
}
