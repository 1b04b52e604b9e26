//! `ambit explain`: one rule, finding, asset, edge, control, category, architecture or sequence, with what it is known
//! from.

use ambit_catalog::Catalog;
use ambit_report::Subject;

use super::{assessed, options, rules};
use crate::arguments::{Explain, Global};
use crate::terminal;

pub(crate) fn run(arguments: &Explain, global: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let rules = rules();
    let options = options(global, (false, true), &rules, &catalog);
    let here = std::path::PathBuf::from(".");
    let paths = if arguments.paths.is_empty() { std::slice::from_ref(&here) } else { &arguments.paths };
    let assessment = assessed(paths, arguments.home, &catalog)?;
    let mut bytes = Vec::new();
    ambit_report::explain(&Subject::new(&arguments.id), Some(&assessment), &catalog, &options, &mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}
