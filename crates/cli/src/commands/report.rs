//! `ambit report`: the whole threat model as one document, and the evidence pack for an auditor.

use ambit_analysis::{Asked, check, cover, difference, duties};
use ambit_catalog::Catalog;
use ambit_discovery::LOCKED;
use ambit_model::Lock;
use ambit_model::stated::Date;
use ambit_report::document::{Material, document, write};
use ambit_report::evidence::{Original, pack};

use super::diff::side;
use super::project::{Project, assess};
use super::rules;
use crate::arguments::{Global, ReportArguments};
use crate::terminal;

pub(crate) fn run(arguments: &ReportArguments, _: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let project = Project::open(&arguments.root)?;
    let today = arguments.today.as_ref();
    let stated = project.stated()?;
    let lock = project.locked()?;
    let locked = lock.as_ref().map(|(lock, _)| lock);
    let assessment = assess(project.inventory(&catalog)?, &stated.model, &catalog, (today, locked));
    let coverage = cover(&assessment, &stated.model, &catalog, today);
    let mut verdict = check(&assessment, locked, &stated.model, &Asked::default());
    verdict.today = today.map(Date::to_string);
    let before = match &arguments.since {
        Some(name) => Some((name.as_str(), side(name, &arguments.root, &catalog)?)),
        None => lock.as_ref().map(|(lock, _)| (LOCKED, lock.clone())),
    };
    let changed = before.map(|(name, lock)| (name, difference(&lock, &Lock::of(&assessment))));
    let rules = rules();
    let material = Material {
        assessment: &assessment,
        model: &stated.model,
        coverage: &coverage,
        duties: &duties(&assessment, &stated.model),
        verdict: &verdict,
        since: changed.as_ref().map(|(name, it)| (*name, it)),
        catalog: &catalog,
        rules: &rules,
        today,
    };
    let document = document(&material);
    if let Some(path) = &arguments.evidence {
        let mut originals: Vec<Original<'_>> =
            stated.texts.iter().map(|(path, text)| Original { path, text, shows: STATED }).collect();
        originals.extend(lock.as_ref().map(|(_, text)| Original { path: LOCKED, text, shows: LOCK }));
        let bytes = pack(&material, &document, &originals)?;
        terminal::write(Some(path), &bytes)?;
        if arguments.output.is_none() {
            return Ok(false);
        }
    }
    let mut bytes = Vec::new();
    write(&document, arguments.format, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    Ok(false)
}

/// What the files of people show.
const STATED: &str = "what people state, as it was read";
/// What the lock shows.
const LOCK: &str = "the reach map as it was locked";
