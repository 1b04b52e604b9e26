//! `ambit completions`: what shells need to complete the command.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions};
use crate::terminal;

pub(crate) fn run(arguments: &Completions) -> anyhow::Result<bool> {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "ambit", &mut bytes);
    terminal::write(None, &bytes)?;
    Ok(false)
}
