//! `ambit scan`: discover, map, analyse, print. Writes nothing but what it is told to, and asks no server but those that
//! the user names.

use std::sync::Arc;

use ambit_model::{Assessment, Confidence, Severity};

use super::{assessed_of, catalog, options, rules, source};
use crate::arguments::{Global, Scan};
use crate::kept::Kept;
use crate::terminal;

pub(crate) fn run(arguments: &Scan, global: &Global) -> anyhow::Result<bool> {
    let catalog = catalog(&arguments.inputs)?;
    if arguments.inputs.paths.is_empty() && !global.quiet {
        terminal::note(
            "looking at this folder and at your own agents (settings in your home folder and on this machine)",
        );
    }
    let (source, mut settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    if let Some(folder) = &arguments.cache {
        settings.cache = Some(Arc::new(Kept::of(folder, &arguments.inputs.paths)));
    }
    #[cfg(feature = "live")]
    let settings = super::live::asked(arguments, &source, settings, &catalog)?;
    let assessment = assessed_of(&source, &settings, &arguments.inputs.paths, &catalog);
    let rules = rules();
    let again = arguments.inputs.again();
    let options = options(global, (arguments.output.is_some(), arguments.all), &rules, &catalog);
    let options = ambit_report::Options { again: &again, ..options };
    let mut bytes = Vec::new();
    ambit_report::render(&assessment, arguments.format, &options, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    let threshold = arguments.fail_on.map(Severity::from);
    let found = threshold.is_some_and(|it| reaches(&assessment, it, arguments.count_possible));
    // The process ends here: taking a large map apart piece by piece would be time for nothing.
    std::mem::forget((assessment, bytes, catalog));
    Ok(found)
}

/// Whether a finding is at or above `threshold`. What rests on inference counts only when asked for.
fn reaches(assessment: &Assessment, threshold: Severity, count_possible: bool) -> bool {
    assessment
        .findings
        .iter()
        .any(|it| it.severity >= threshold && (count_possible || it.confidence > Confidence::Possible))
}
