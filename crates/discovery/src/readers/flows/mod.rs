//! Flows of low-code products: n8n, Dify, Flowise and Langflow.
//!
//! What lives here: one reader per product, which lowers its format into steps ([`step`]); the following of what moves
//! from step to step ([`trace`]); the making of agents ([`draw`]); and what files have to do with each other ([`join`]).
//! What a type of node does is data of the catalog. Nothing is run; code in nodes is put aside as text, and what it does is read once
//! all files are ([`code`]).

mod code;
mod dify;
mod draw;
mod effects;
mod flowise;
mod inline;
mod join;
mod langflow;
mod n8n;
mod secret;
mod step;
mod trace;

use super::Reader;

pub(crate) use join::{FlowCall, FlowFacts, join};

/// Clients whose agents come from here.
const CLIENTS: [&str; 4] = ["n8n", "dify", "flowise", "langflow"];

pub(super) const N8N: Reader = n8n::READER;
pub(super) const DIFY: Reader = dify::READER;
pub(super) const FLOWISE: Reader = flowise::FLOW;
pub(super) const FLOWISE_TOOL: Reader = flowise::TOOL;
pub(super) const LANGFLOW: Reader = langflow::READER;

/// Published flows have text after their end: whether what stands before it is read all the same.
pub(crate) fn takes_rest(reader: &Reader) -> bool {
    CLIENTS.iter().any(|it| reader.id.starts_with(it))
}
