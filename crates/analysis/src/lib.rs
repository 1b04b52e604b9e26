//! Placeholder.

pub mod infer;
