//! `ambit contain`: the cheapest set of controls and changes, and what each costs. Writes nothing, but with `--apply`
//! the planned controls into `ambit.yaml`.

use std::time::{Duration, Instant};

use ambit_analysis::contain::{Asked, Means, apply, contain};
use ambit_analysis::risk::as_it_comes;
use ambit_analysis::whatif::System;
use ambit_discovery::STATED;
use ambit_model::containment::Step;
use ambit_model::stated::edit::{EditError, added};
use ambit_model::{Containment, Severity};
use anyhow::{Context as _, bail};

use super::project::accept;
use super::{catalog, options, rules, source, stated};
use crate::arguments::{ContainArguments, Global};
use crate::terminal;

/// After the time is over, as long again may be taken to wrap up what was found, and this at the least.
const LEAST_WRAPPING_UP: Duration = Duration::from_secs(2);

#[expect(clippy::disallowed_methods, reason = "the user has said how long it may take")]
pub(crate) fn run(arguments: &ContainArguments, global: &Global) -> anyhow::Result<bool> {
    let begun = Instant::now();
    let catalog = catalog(&arguments.inputs)?;
    let (source, settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    let read = accept(stated(&source, &arguments.inputs.paths))?;
    let own = read.texts.iter().find(|(path, _)| path == STATED).map(|(_, text)| text.clone());
    let system = System { inventory: ambit_discovery::read(&source, &catalog, &settings), model: read.model };
    // A budget by itself is about the risk alone.
    let default = arguments.budget.is_none().then_some(Severity::High);
    let severity = arguments.severity.map(Severity::from).or(default);
    if !system.has_agents() && !global.quiet {
        terminal::note("note: no agent is defined in what was read, so there was nothing to contain");
    }
    let asked = Asked {
        severity,
        budget: arguments.budget,
        approvals: arguments.approvals,
        count_possible: arguments.count_possible,
    };
    let limit = Duration::from_secs(arguments.time.into());
    let go_on = || begun.elapsed() < limit;
    let wrap_up = || begun.elapsed() < limit + limit.max(LEAST_WRAPPING_UP);
    let means = Means { today: arguments.today.as_ref(), go_on: &go_on, wrap_up: &wrap_up };
    let before = system.clone();
    let containment = contain(system, &catalog, asked, means);
    // Where there was no time to say what a year costs, there is none for this either.
    let is_known = containment.unit.is_some() && go_on();
    let as_it_comes = is_known.then(|| as_it_comes(before.inventory, &before.model, &catalog));
    let rules = rules();
    let options = options(global, (arguments.output.is_some(), arguments.all), &rules, &catalog);
    let mut bytes = Vec::new();
    ambit_report::containment::write(&containment, as_it_comes, arguments.format, &options, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    if arguments.apply {
        keep(arguments, own.as_deref().unwrap_or_default(), &containment, global)?;
    }
    Ok(false)
}

/// Writes the controls into the `ambit.yaml` at the root of what was looked at.
fn keep(
    arguments: &ContainArguments,
    text: &str,
    containment: &Containment,
    global: &Global,
) -> anyhow::Result<()> {
    let root = match arguments.inputs.paths.as_slice() {
        [] => std::path::Path::new("."),
        [only] if only.is_dir() => only.as_path(),
        _ => bail!("`--apply` writes into one folder (expected a single PATH that is a folder)"),
    };
    let (with, new) = match apply(text, containment) {
        Err(error @ EditError::Unusual { .. }) => {
            terminal::block(&by_hand(containment));
            bail!("writing controls into `{STATED}`: {error}; write the lines above there by hand");
        }
        applied => applied.with_context(|| format!("writing controls into `{STATED}`"))?,
    };
    if new > 0 {
        terminal::keep(&root.join(STATED), with.as_bytes())?;
    }
    if !global.quiet {
        let lines = containment.steps.iter().filter(|it| !it.edits.is_empty()).count();
        let rest = if lines > 0 { "; lines of other files are yours to write" } else { "" };
        terminal::note(&format!("{}{rest}", written(new, containment)));
    }
    Ok(())
}

/// What was written, or why nothing was.
fn written(new: usize, containment: &Containment) -> String {
    let named = containment.steps.iter().filter(|it| it.name.is_some()).count();
    match (new, named) {
        (0, 0) if containment.steps.is_empty() => {
            format!("nothing was written into `{STATED}`: there is no step to take")
        }
        (0, 0) => format!("nothing was written into `{STATED}`: no step is a control that it could hold"),
        (0, 1) => format!("nothing was written: the control is in `{STATED}` already"),
        (0, all) => format!("nothing was written: all {all} controls are in `{STATED}` already"),
        (1, _) => format!("wrote 1 planned control into `{STATED}`"),
        _ => format!("wrote {new} planned controls into `{STATED}`"),
    }
}

/// The controls, as lines of the section.
fn by_hand(containment: &Containment) -> String {
    let named = |it: &Step| Some(added("controls", it.name.as_deref()?, it.stated.as_ref()?));
    let lines = containment.steps.iter().filter_map(named).flat_map(|it| it.into_iter().skip(1));
    lines.map(|it| ambit_report::visible::visible(&it).into_owned()).collect::<Vec<_>>().join("\n")
}
