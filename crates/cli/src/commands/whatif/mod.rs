//! `ambit whatif`: the map as it would become, before anything is installed. Writes nothing and starts nothing.

mod words;

use ambit_analysis::whatif::System;
use ambit_analysis::{Judging, assess_with};
use anyhow::bail;

use super::project::accept;
use super::{catalog, options, rules, source, stated};
use crate::arguments::{Global, Whatif};
use crate::terminal;

pub(crate) fn run(arguments: &Whatif, global: &Global) -> anyhow::Result<bool> {
    if arguments.add.is_empty() && arguments.remove.is_empty() && arguments.control.is_empty() {
        bail!(
            "nothing is changed (expected `--add`, `--remove` or `--control`; `ambit whatif --help` shows examples)"
        );
    }
    let catalog = catalog(&arguments.inputs)?;
    let (source, settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    let model = accept(stated(&source, &arguments.inputs.paths))?.model;
    let now = System { inventory: crate::reading::read(&source, &catalog, &settings), model };
    let (mut then, mut told) = (now.clone(), Vec::new());
    for wish in words::wishes(arguments) {
        // Each wish is understood by what those before it have made of the system.
        let (change, says) = words::change(&wish, &then, arguments.agent.as_deref(), &catalog)?;
        then = ambit_analysis::whatif::change(then, std::slice::from_ref(&change), &catalog)?;
        told.push(says);
    }
    let judged = |it: System| assess_with(it.inventory, &it.model, &catalog, &Judging::default());
    let whatif = ambit_analysis::whatif::compare(told, judged(now), judged(then));
    let rules = rules();
    let options = options(global, (false, arguments.all), &rules, &catalog);
    let mut bytes = Vec::new();
    ambit_report::whatif::write(&whatif, arguments.format, &options, &mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}
