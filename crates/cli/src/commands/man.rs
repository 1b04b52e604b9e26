//! `ambit man`: the man page, from the same definition as the help.

use clap::CommandFactory;

use crate::arguments::Arguments;
use crate::terminal;

pub(crate) fn run() -> anyhow::Result<bool> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}
