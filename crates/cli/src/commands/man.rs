//! `ambit man`: the man page of the command or of one of its verbs, from the same definition as the help.

use anyhow::Context as _;
use clap::CommandFactory;

use crate::arguments::{Arguments, Man};
use crate::terminal;

pub(crate) fn run(arguments: &Man) -> anyhow::Result<bool> {
    let mut all = Arguments::command().disable_help_subcommand(true);
    // Gives each verb the name that the page of the command refers to.
    all.build();
    let command = match &arguments.command {
        None => all,
        Some(name) => {
            // As the page of the command has it: `ambit-rank(1)`.
            let plain = name.strip_prefix("ambit-").unwrap_or(name);
            let known = || all.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ");
            all.find_subcommand(plain)
                .cloned()
                .with_context(|| format!("no command is called `{name}` (there are: {})", known()))?
        }
    };
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).render(&mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}
