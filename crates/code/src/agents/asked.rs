//! Models that are asked by a plain request over HTTP: `fetch("https://…/chat/completions", { body: JSON.stringify({ tools }) })`.

use std::rc::Rc;

use ambit_catalog::schema::{AgentMaker, CallKind, Over, Role as Argument};
use ambit_catalog::{Called, Catalog};

use super::options::{Options, pair};
use super::roles::{Known, Roles};
use crate::effects::{argument, language_of};
use crate::follow::Follower;
use crate::follow::value::{Object, ObjectKind, Value};

/// How many calls around what is sent are looked through: `json.dumps(payload).encode()`.
const DEEPEST: usize = 4;

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
    let sent: Vec<Value> = sent.iter().filter_map(|it| self::sent(follower, it)).collect();
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

/// The map that is sent, or made text of.
pub(crate) fn sent(follower: &Follower<'_>, value: &Value) -> Option<Value> {
    map_in(follower, value, DEEPEST)
}

/// The same, so many calls deep.
fn map_in(follower: &Follower<'_>, value: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if follower.pairs(value).is_some() {
        return Some(value.clone());
    }
    match value {
        Value::Choice(parts) | Value::Template(parts) => {
            parts.iter().find_map(|it| map_in(follower, it, depth))
        }
        Value::Object(no) => match &follower.object(*no)?.kind {
            ObjectKind::Made { symbol, args, receiver, .. } => {
                let last = symbol.rsplit('.').next().unwrap_or(symbol);
                match last {
                    "stringify" | "dumps" => map_in(follower, &args.first()?.1, depth),
                    "encode" | "decode" => map_in(follower, &Value::Object((*receiver)?), depth),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// What is looked for beside imports of frameworks: addresses of models, what is sent there, and words of answers.
#[derive(Debug)]
pub struct Words<'c>(Vec<&'c Over>);

impl<'c> Words<'c> {
    /// Those of all frameworks of the catalog.
    pub fn of(catalog: &'c Catalog) -> Self {
        let makers = catalog.agent_frameworks().values().flat_map(|it| &it.agents);
        Self(makers.filter_map(|it| it.over.as_ref()).collect())
    }

    /// Whether the text ends as addresses of models do.
    pub fn is_address(&self, text: &str) -> bool {
        self.0.iter().any(|it| it.is_address(text))
    }

    /// Whether a map with these keys is sent to models.
    pub fn is_sent(&self, has: &dyn Fn(&str) -> bool) -> bool {
        self.0.iter().any(|it| it.has.iter().all(|it| has(it)))
    }

    /// What files have in them that ask models so, one of these at least.
    pub fn in_files(&self) -> impl Iterator<Item = &'c str> {
        self.0.iter().flat_map(|it| it.ends.iter().chain(&it.marks)).map(String::as_str)
    }
}
