//! `ambit rank`: what carries most of the risk, in numbers with their ranges and reasons.

use ambit_analysis::risk::{Asked, Drawing, measure};

use super::project::accept;
use super::{catalog, options, source, stated};
use crate::arguments::{Global, Rank};
use crate::terminal;

pub(crate) fn run(arguments: &Rank, global: &Global) -> anyhow::Result<bool> {
    let catalog = catalog(&arguments.inputs)?;
    let (source, settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    // Numbers that follow from less than is stated would pass for the risk.
    let read = accept(stated(&source, &arguments.inputs.paths))?;
    let inventory = ambit_discovery::read(&source, &catalog, &settings);
    let drawing = Drawing { seed: arguments.seed, trials: arguments.trials as usize };
    let asked = Asked { of: arguments.of.into(), top: arguments.top as usize, drawing };
    let risk = measure(inventory, &read.model, &catalog, &asked);
    let options = options(global, (arguments.output.is_some(), arguments.all), &[], &catalog);
    let mut bytes = Vec::new();
    ambit_report::risk::write(&risk, arguments.format, arguments.consequences, &options, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    // The process ends here: taking a large map apart piece by piece would be time for nothing.
    std::mem::forget((risk, bytes, catalog));
    Ok(false)
}
