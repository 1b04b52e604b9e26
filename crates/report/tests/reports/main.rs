//! All reports over the same system.

mod explain;
mod json;
mod markdown;
mod mermaid;
mod sample;
mod sarif;
mod text;
