//! The analysis, from files in memory to findings and remedies.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly, and a suite that was left out says so"
)]

mod asked;
mod bounds;
mod check;
mod contain;
mod corpus;
mod cover;
mod difference;
mod incidents;
mod infer;
mod pages;
mod patterns;
mod peers;
mod programs;
mod remedies;
mod sequences;
mod served;
mod stated;
mod support;
mod whatif;
