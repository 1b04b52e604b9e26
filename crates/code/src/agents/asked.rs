//! Models that are asked by a plain request over HTTP: `fetch("https://…/chat/completions", { body: JSON.stringify({ tools }) })`.

use std::rc::Rc;

use ambit_catalog::Called;
use ambit_catalog::schema::{AgentMaker, CallKind, Over, Role as Argument};

use super::options::{Options, pair};
use super::roles::{Known, Roles};
use crate::effects::{self, argument, language_of};
use crate::follow::Follower;
use crate::follow::value::{Object, ObjectKind, Value};

/// What a request sends to a model.
#[derive(Debug, Clone)]
pub(super) struct Asked<'c> {
    pub(super) known: Known<'c>,
    pub(super) maker: &'c AgentMaker,
    /// What is sent, as the options of the call.
    pub(super) options: Options,
}

/// What the object is the answer of, where that is a request that asks a model and gives it tools.
pub(super) fn of<'c>(follower: &Follower<'_>, roles: &Roles<'c>, object: &Object) -> Option<Asked<'c>> {
    let ObjectKind::Made { symbol, args, receiver, wraps: None } = &object.kind else { return None };
    if symbol.is_empty() || args.is_empty() || roles.over().is_empty() {
        return None;
    }
    let act = match roles.catalog.called(language_of(follower, object.site), symbol)? {
        Called::Does { act, .. } if act.kind == CallKind::Request => act,
        _ => return None,
    };
    let all = |role: Argument| {
        let paths = act.roles.get(&role).into_iter().flat_map(|it| it.split('|'));
        paths.filter_map(|it| argument(follower, args, *receiver, it)).collect::<Vec<Value>>()
    };
    let sent = all(Argument::Body);
    let sent: Vec<Value> = sent.iter().filter_map(|it| effects::sent(follower, it)).collect();
    let has = |key: &str| sent.iter().any(|it| pair(follower, it, key).is_some());
    let addresses = all(Argument::Url);
    // A page that asks its own server says nothing of a model.
    let is_own =
        receiver.is_none() && addresses.iter().any(|it| it.text().is_some_and(|it| it.starts_with('/')));
    let goes_there = |over: &Over| addresses.iter().any(|it| is_address(follower, over, it));
    let asks = |over: &Over| goes_there(over) || over.has.iter().all(|it| has(it));
    let (maker, _, known) = roles.over().iter().find(|(_, over, _)| !is_own && asks(over))?;
    let options = Options::of_call(&Rc::new(sent.into_iter().map(|it| (None, it)).collect()), None);
    Some(Asked { known: *known, maker, options })
}

/// Whether a text of the address ends as addresses of models do.
fn is_address(follower: &Follower<'_>, over: &Over, address: &Value) -> bool {
    let mut found = false;
    follower.collect(address, &mut |it| found |= matches!(it, Value::Text(it) if over.is_address(it)));
    found
}
