//! `check`, `diff` and `scan`, over folders of examples with what is stated and locked in them.

use ambit_analysis::{Asked, Judging, assess_with, basis};
use ambit_catalog::Catalog;
use ambit_discovery::{Disk, LOCKED, STATED, Settings, Statements, statements};
use ambit_model::stated::{Date, Model};
use ambit_model::{Assessment, Lock};
use ambit_report::{Options, difference, verdict};
use anyhow::{Context as _, ensure};

use super::{WIDTH, file};

/// What the gate says of `folder` on `day`.
pub(super) fn check(folder: &str, day: &str) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let today = Date::new(day).with_context(|| format!("`{day}` is no day"))?;
    let (model, lock) = (stated(folder)?, locked(folder)?);
    let before = lock.as_ref().map(basis::of_lock);
    let assessment =
        assess(folder, &model, &catalog, &Judging { today: Some(today), before, ..Judging::default() });
    let mut judged = ambit_analysis::check(&assessment, lock.as_ref(), &model, &Asked::default());
    judged.today = Some(day.to_owned());
    judged.sort();
    let options = Options { width: WIDTH, catalog: Some(&catalog), ..Options::default() };
    let mut bytes = Vec::new();
    verdict::write(&judged, &assessment, verdict::Format::Text, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

/// What a folder comes to with what people state in it.
pub(super) fn scan(folder: &str) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let mut assessment = assess(folder, &stated(folder)?, &catalog, &Judging::default());
    statements(&disk(folder), &|_, path| Err(path.to_owned())).count_in(&mut assessment.inputs);
    folder.clone_into(&mut assessment.inputs.root);
    let rules: Vec<_> = ambit_analysis::rules::ALL.iter().map(|it| it.info).collect();
    let again = format!(" --path {folder}");
    let options =
        Options { width: WIDTH, again: &again, rules: &rules, catalog: Some(&catalog), ..Options::default() };
    let mut bytes = Vec::new();
    ambit_report::render(&assessment, ambit_report::Format::Text, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

/// What reach changed between two folders.
pub(super) fn diff(before: &str, after: &str) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let side = |folder: &str| -> anyhow::Result<Lock> {
        Ok(Lock::of(&assess(folder, &stated(folder)?, &catalog, &Judging::default())))
    };
    let changed = ambit_analysis::difference(&side(before)?, &side(after)?);
    let rules: Vec<_> = ambit_analysis::rules::ALL.iter().map(|it| it.info).collect();
    let options = Options { width: WIDTH, rules: &rules, catalog: Some(&catalog), ..Options::default() };
    let mut bytes = Vec::new();
    difference::write(&changed, difference::Format::Text, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn disk(folder: &str) -> Disk {
    Disk::default().tree(super::super::root().join(folder), "")
}

pub(super) fn assess(folder: &str, model: &Model, catalog: &Catalog, judging: &Judging) -> Assessment {
    let settings = Settings { root: ".".to_owned(), home: false, ..Settings::default() };
    assess_with(ambit_discovery::read(&disk(folder), catalog, &settings), model, catalog, judging)
}

pub(super) fn stated(folder: &str) -> anyhow::Result<Model> {
    let Statements { model, problems, .. } = statements(&disk(folder), &|_, path| Err(path.to_owned()));
    ensure!(problems.is_empty(), "`{folder}/{STATED}` has errors");
    Ok(model)
}

pub(super) fn locked(folder: &str) -> anyhow::Result<Option<Lock>> {
    let path = format!("{folder}/{LOCKED}");
    if !super::super::root().join(&path).is_file() {
        return Ok(None);
    }
    let (lock, problems) = Lock::read(LOCKED, &file(&path)?);
    ensure!(problems.is_empty(), "`{path}` has errors");
    Ok(Some(lock))
}
