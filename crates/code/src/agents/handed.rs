//! Tools that an agent has for one run, since the call that runs it brings them along.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::given::{Given, Reader};
use super::options::Options;
use super::roles::{Role, Roles};
use crate::follow::Follower;
use crate::follow::value::Value;

/// How often what was brought along is looked through for calls that bring more.
const ROUNDS: usize = 3;

/// Gives agents the tools that calls which run them bring along. Some of those calls are in tools.
pub(super) fn give(follower: &mut Follower<'_>, roles: &mut Roles<'_>, drafts: &mut [Draft]) {
    let mut seen = BTreeSet::new();
    let mut next = 0;
    for _ in 0..ROUNDS {
        next = calls(follower, roles, drafts, next);
        let mut functions = Vec::new();
        for draft in drafts.iter().filter(|it| roles.brings_at_runs(&it.framework)) {
            for given in &draft.given {
                if let Given::Tool(_, Some(Value::Function(it))) = given
                    && seen.insert((it.module, it.no))
                {
                    functions.push(Value::Function(std::rc::Rc::clone(it)));
                }
            }
        }
        if functions.is_empty() {
            return;
        }
        functions.iter().for_each(|it| drop(follower.calls_of(it)));
    }
}

/// Goes through the calls from `next` on; gives back how many there are.
fn calls(follower: &mut Follower<'_>, roles: &mut Roles<'_>, drafts: &mut [Draft], next: usize) -> usize {
    let mut runs = Vec::new();
    let mut all = next;
    for (_, event) in follower.events().skip(next) {
        all += 1;
        let brings =
            |it| if let Role::Runs(it) = it { Some(it).filter(|it| !it.tools.is_empty()) } else { None };
        let Some((maker, _)) = roles.find(&event.symbol, brings) else { continue };
        let options = Options::of_call(&event.args, event.receiver);
        let tools: Vec<Value> = options.all(follower, &maker.tools).into_iter().map(|(_, it)| it).collect();
        if let Some(agent) = options.get(follower, &maker.agent).filter(|_| !tools.is_empty()) {
            runs.push((agent, tools, follower.place(event.site)));
        }
    }
    for (agent, tools, place) in runs {
        let mut reader = Reader { follower: &mut *follower, roles: &mut *roles };
        let given: Vec<Given> = tools.iter().flat_map(|it| reader.all(it, &place)).collect();
        // A call that was followed while tools were asked for is on an object of its own: it is the agent of its line.
        let site = |it: &Value| Some(follower.object(it.object()?)?.site);
        let sites: BTreeSet<_> = agent.each().iter().filter_map(site).collect();
        let is_it = |draft: &&mut Draft| {
            draft.objects.iter().filter_map(|it| follower.object(*it)).any(|it| sites.contains(&it.site))
        };
        drafts.iter_mut().filter(is_it).for_each(|it| it.given.extend(given.iter().cloned()));
    }
    all
}
