//! `report`, a section of it, over folders of examples with what is stated and locked in them.

use ambit_analysis::{Asked, Judging, basis, check, cover, difference, duties};
use ambit_catalog::Catalog;
use ambit_discovery::LOCKED;
use ambit_model::Lock;
use ambit_model::stated::Date;
use ambit_report::document::{Document, Format, Material, document, write};
use anyhow::Context as _;

use super::gate::{assess, locked, stated};

/// The section `id` of the report of `folder` on `day`, as Markdown.
pub(super) fn section(folder: &str, day: &str, id: &str) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let today = Date::new(day).with_context(|| format!("`{day}` is no day"))?;
    let (model, lock) = (stated(folder)?, locked(folder)?);
    let before = lock.as_ref().map(basis::of_lock);
    let judging = Judging { today: Some(today.clone()), before, ..Judging::default() };
    let assessment = assess(folder, &model, &catalog, &judging);
    let changed = lock.as_ref().map(|it| difference(it, &Lock::of(&assessment)));
    let rules: Vec<_> = ambit_analysis::rules::ALL.iter().map(|it| it.info).collect();
    let whole = document(&Material {
        assessment: &assessment,
        model: &model,
        coverage: &cover(&assessment, &model, &catalog, Some(&today)),
        duties: &duties(&assessment, &model),
        verdict: &check(&assessment, lock.as_ref(), &model, &Asked::default()),
        since: changed.as_ref().map(|it| (LOCKED, it)),
        catalog: &catalog,
        rules: &rules,
        today: Some(&today),
    });
    let sections: Vec<_> = whole.sections.into_iter().filter(|it| it.id == id).collect();
    let part = Document { sections, ..whole };
    let mut bytes = Vec::new();
    write(&part, Format::Markdown, &mut bytes)?;
    let text = String::from_utf8(bytes)?;
    let from = text.find("\n## ").with_context(|| format!("there is no section `{id}`"))?;
    Ok(text.split_at(from).1.trim_start().replacen("## 1. ", "## ", 1))
}
