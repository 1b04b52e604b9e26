//! A control of `ambit.yaml`: what it is on, and what stands or falls with it.

use ambit_model::Gate;
use ambit_model::finding::ControlKind;
use ambit_model::stated::{Control, Does, Entry};

use super::map::{field, row};
use super::{View, knowledge};
use crate::Error;
use crate::text::page::{Page, plain, strong};
use crate::visible::visible;
use crate::words::{self, count};

pub(super) fn control(
    view: &View<'_>,
    (name, entry): (&str, &Entry<Control>),
    page: &mut Page<'_>,
) -> Result<(), Error> {
    let it = &entry.value;
    let state = if it.is_in_place() { "in place" } else { "planned: it changes nothing yet" };
    page.flow(0, 2, &[strong(visible(name)), plain(format!(": a control of `ambit.yaml`, {state}"))])?;
    page.blank()?;
    let does = match it.does.value {
        Does::Cuts if it.labels.is_some() => "cuts its edges for what has its labels",
        Does::Cuts => "cuts its edges",
        Does::Bounds => "bounds its edges",
        Does::Gates => "has a person approve each use of its edges",
        Does::Lowers => "makes misuse of its edges less likely, and closes none",
    };
    let kind = match it.kind {
        ControlKind::Structural => "structural",
        ControlKind::Procedural => "procedural",
        ControlKind::Behavioral => "behavioral",
    };
    let validated = it.validated.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default();
    for (key, value) in [
        ("kind", kind),
        ("does", does),
        ("owner", it.owner.as_deref().unwrap_or("nobody")),
        ("evidence", it.evidence.as_deref().unwrap_or("")),
        ("validated", if validated.is_empty() { "never" } else { &validated }),
        ("costs", it.costs.as_deref().unwrap_or("")),
        ("stated", &words::place(&entry.place)),
    ] {
        field(key, value, page)?;
    }
    let (Some(assessment), Some(index)) = (view.assessment, &view.index) else { return Ok(()) };
    let on = |edge: &ambit_model::ReachEdge| it.on.iter().any(|on| on.value.matches_edge(edge));
    let edges: Vec<_> = assessment.edges.iter().filter(|it| on(it)).collect();
    page.blank()?;
    page.heading(&format!("On the map: {}", count(edges.len(), "edge")))?;
    edges.iter().try_for_each(|it| row(index, it, page))?;
    let closed = edges.iter().filter(|it| it.gate == Gate::Denied).count();
    if closed > 0 {
        page.flow(2, 4, &[plain(format!("{closed} of them closed, by it or by others"))])?;
    }
    let Some(more) = view.more else { return Ok(()) };
    let ends = (more.ends)(name);
    page.blank()?;
    let said = count(ends.len(), "finding");
    page.heading(&if it.is_in_place() {
        format!("Without it: {said} more, or worse")
    } else {
        format!("Once it is in place: {said} gone, or less bad")
    })?;
    knowledge::listed(&ends.iter().collect::<Vec<_>>(), page)
}
