//! The `ambit` command: arguments in, calls of the other crates, exit code out.

mod arguments;
mod commands;
mod kept;
mod reading;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};

/// Maps of many small pieces are made on several threads: see `docs/decisions/release.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Findings at or above the threshold.
const FOUND: u8 = 1;
/// Wrong usage, or Ambit failed.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    terminal::fail_when_panicking(FAILED);
    let arguments = Arguments::parse();
    if arguments.global.quiet {
        reading::be_quiet();
    }
    let done = match &arguments.verb {
        Verb::Scan(it) => commands::scan::run(it, &arguments.global),
        Verb::Explain(it) => commands::explain::run(it, &arguments.global),
        Verb::Cover(it) => commands::cover::run(it, &arguments.global),
        Verb::Whatif(it) => commands::whatif::run(it, &arguments.global),
        Verb::Rank(it) => commands::rank::run(it, &arguments.global),
        Verb::Contain(it) => commands::contain::run(it, &arguments.global),
        Verb::Report(it) => commands::report::run(it, &arguments.global),
        #[cfg(feature = "live")]
        Verb::Tools(it) => commands::tools::run(it, &arguments.global),
        Verb::Init(it) => commands::init::run(it, &arguments.global),
        Verb::Lock(it) => commands::lock::run(it, &arguments.global),
        Verb::Check(it) => commands::check::run(it, &arguments.global),
        Verb::Diff(it) => commands::diff::run(it, &arguments.global),
        Verb::Completions(it) => commands::completions::run(it),
        Verb::Man(it) => commands::man::run(it),
    };
    match done {
        Ok(found) => ExitCode::from(if found { FOUND } else { 0 }),
        Err(error) => {
            terminal::complain(&error);
            ExitCode::from(FAILED)
        }
    }
}
