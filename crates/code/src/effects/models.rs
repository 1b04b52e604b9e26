//! How a request looks that asks a model without a client library: by its address, by what is sent, by words of the file.

use ambit_catalog::Catalog;
use ambit_catalog::schema::Over;

use crate::follow::Follower;
use crate::follow::value::{ObjectKind, Value};

/// How many calls around what is sent are looked through: `json.dumps(payload).encode()`.
const DEEPEST: usize = 4;

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
