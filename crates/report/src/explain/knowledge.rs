//! Rules, framework categories and controls: what Ambit knows whatever was scanned.

use ambit_catalog::schema::{Category, Condition, Control};
use ambit_model::{Finding, RuleInfo};

use super::{View, pages};
use crate::Error;
use crate::text::page::{Page, faint, plain, strong};
use crate::visible::visible;
use crate::words::count;

/// How many findings an explanation lists.
const FEW: usize = 10;

pub(super) fn rule(view: &View<'_>, rule: &RuleInfo, page: &mut Page<'_>) -> Result<(), Error> {
    page.flow(0, 2, &[strong(rule.id), plain(format!(": {}", rule.title))])?;
    page.blank()?;
    pages::write(rule.page, rule.title, page)?;
    categories(view, rule.categories.iter().copied(), page)?;
    findings(view, |it| it.rule == rule.id, page)
}

/// Categories with their names, a line each.
pub(super) fn categories<'c>(
    view: &View<'_>,
    ids: impl Iterator<Item = &'c str>,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    let mut ids = ids.peekable();
    if ids.peek().is_none() {
        return Ok(());
    }
    page.blank()?;
    page.heading("Categories")?;
    for id in ids {
        let known = view.catalog.categories().get(id);
        let name = known.map(|it| format!(": {} ({})", it.name, it.framework)).unwrap_or_default();
        page.flow(2, 4, &[strong(visible(id)), plain(visible(&name))])?;
    }
    Ok(())
}

/// The findings of the assessment, if there is one, that `which` selects.
fn findings(view: &View<'_>, which: impl Fn(&Finding) -> bool, page: &mut Page<'_>) -> Result<(), Error> {
    let Some(assessment) = view.assessment else { return Ok(()) };
    let mut found: Vec<_> = assessment.findings.iter().filter(|it| which(it)).collect();
    found.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
    page.blank()?;
    page.heading(&format!("Here: {}", count(found.len(), "finding")))?;
    listed(&found, page)
}

/// Findings, a line each.
pub(super) fn listed(found: &[&Finding], page: &mut Page<'_>) -> Result<(), Error> {
    for finding in found.iter().take(FEW) {
        // Of one rule all have one title: what is said is who does what.
        let says = if finding.message.is_empty() { &finding.title } else { &finding.message };
        let title = visible(says);
        page.flow(
            2,
            4,
            &[strong(finding.severity.word()), plain(format!(" {title} ")), faint(visible(&finding.id))],
        )?;
    }
    if found.len() > FEW {
        page.flow(2, 4, &[plain(format!("and {} more", found.len() - FEW))])?;
    }
    Ok(())
}

pub(super) fn category(
    view: &View<'_>,
    id: &str,
    category: &Category,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    page.flow(0, 2, &[strong(visible(id)), plain(format!(": {}", visible(&category.name)))])?;
    page.flow(0, 2, &[plain(visible(&category.framework))])?;
    if !category.verified {
        page.flow(0, 2, &[plain("Its id and name were not confirmed against the source.")])?;
    }
    let rules: Vec<_> = view.options.rules.iter().filter(|it| it.categories.contains(&id)).collect();
    page.blank()?;
    page.heading(&format!("Looked for by {}", count(rules.len(), "rule")))?;
    for rule in rules {
        page.flow(2, 4, &[strong(rule.id), plain(format!(": {}", rule.title))])?;
    }
    for (framework, key, condition) in view.catalog.conditions(id) {
        conditions(view, (framework, key), condition, page)?;
    }
    findings(view, |it| it.categories.iter().any(|it| it == id), page)
}

/// When a category is possible, what shows it, and what a person has to answer.
fn conditions(
    view: &View<'_>,
    (framework, key): (&str, &str),
    condition: &Condition,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    let of = condition.element.map(|it| format!(" for each {}", it.word().replace('-', " ")));
    page.blank()?;
    page.heading(&format!("When it is answered{}", of.unwrap_or_default()))?;
    let titles = |names: &[String]| {
        let facts = names.iter().filter_map(|it| view.catalog.facts().get(it));
        facts.map(|it| it.title.as_str()).collect::<Vec<_>>().join("; ")
    };
    let path = titles(&condition.path);
    let crossing = if condition.crosses_layers { "; all that over assets of several layers" } else { "" };
    let question = view.catalog.questions().get(&condition.ask);
    for (lead, text) in [
        ("applies only where: ", titles(&condition.needs)),
        ("shown by a finding of: ", condition.findings.join(", ")),
        ("or by a path on which: ", if path.is_empty() { path } else { path + crossing }),
        ("else a person answers: ", question.cloned().unwrap_or_default()),
    ] {
        if !text.is_empty() {
            page.flow(2, 4, &[plain(lead), strong(visible(&text))])?;
        }
    }
    page.flow(
        2,
        4,
        &[faint(format!("`{key}` under `coverage` in ambit.yaml; `ambit cover --framework {framework}`"))],
    )
}

pub(super) fn control(
    view: &View<'_>,
    id: &str,
    control: &Control,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    use ambit_model::finding::ControlKind::{Behavioral, Procedural, Structural};
    let kind = match control.kind {
        Structural => "structural: it removes or bounds what the agent can reach",
        Procedural => "procedural: a human approves each time",
        Behavioral => "behavioral: it makes harm less likely and rules nothing out",
    };
    page.flow(0, 2, &[strong(visible(id)), plain(format!(": {}", visible(&control.title)))])?;
    page.flow(0, 2, &[plain(format!("It is {kind}."))])?;
    page.flow(0, 2, &[plain(format!("It costs {}.", visible(control.costs.trim_end_matches('.'))))])?;
    findings(view, |it| it.remedies.iter().any(|it| it.control == id), page)
}
