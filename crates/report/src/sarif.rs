//! SARIF 2.1.0, for code scanning: a result for each finding, at the line that makes it true, with its path.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ambit_model::{Assessment, EdgeId, Finding, Place, Problem, Provenance, Severity, Status};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, CodeFlow, Invocation, Location, LogicalLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region, ReportingDescriptor, Result as SarifResult,
    ResultLevel, Run, Sarif, Suppression, ThreadFlow, ThreadFlowLocation, Tool, ToolComponent,
};

use crate::visible::visible;
use crate::words::{self, Index};
use crate::{Error, Options, json};

const SCHEMA_URI: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where findings of the whole system point: the file in which people decide about it.
const MODEL_FILE: &str = "ambit.yaml";

/// What a path may keep in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// Writes the log.
pub(crate) fn write(
    assessment: &Assessment,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let index = Index::of(assessment);
    let ids: BTreeSet<&str> = options
        .rules
        .iter()
        .map(|it| it.id)
        .chain(assessment.findings.iter().map(|it| it.rule.as_str()))
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let rules: Vec<_> = ids.iter().map(|id| rule(id, assessment, options)).collect();
    let results: Vec<_> = assessment.findings.iter().map(|it| result(it, &index, &ids)).collect();
    let driver = ToolComponent::builder()
        .name(assessment.tool.name.clone())
        .version(assessment.tool.version.clone())
        .rules(rules)
        .build();
    let notifications: Vec<_> = assessment.inputs.problems.iter().map(notification).collect();
    let invocation =
        Invocation::builder().execution_successful(true).tool_execution_notifications(notifications).build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results)
        .invocations(vec![invocation])
        .column_kind(json!("unicodeCodePoints"))
        .build();
    let log = Sarif::builder().schema(SCHEMA_URI).version(json!("2.1.0")).runs(vec![run]).build();
    json::write_value(&log, out)
}

fn rule(id: &str, assessment: &Assessment, options: &Options<'_>) -> ReportingDescriptor {
    let info = options.rule(id);
    let found = assessment.findings.iter().filter(|it| it.rule == id);
    let worst = found.clone().map(|it| it.severity).max();
    let mut tags: BTreeSet<String> =
        found.flat_map(|it| &it.categories).map(|it| visible(it).into_owned()).collect();
    tags.extend(info.iter().flat_map(|it| it.categories).map(|it| (*it).to_owned()));
    let tags: Vec<String> = std::iter::once("security".to_owned()).chain(tags).collect();
    let mut properties = BTreeMap::new();
    if let Some(worst) = worst {
        properties.insert("security-severity".to_owned(), json!(security_severity(worst)));
    }
    let bag = PropertyBag::builder().tags(tags).additional_properties(properties).build();
    let title = info.map_or_else(|| visible(id).into_owned(), |it| it.title.to_owned());
    let page = info.map_or_else(|| title.clone(), |it| it.page.to_owned());
    ReportingDescriptor::builder()
        .id(visible(id).into_owned())
        .short_description(MultiformatMessageString::builder().text(title).build())
        .help(MultiformatMessageString::builder().text(page.clone()).markdown(page).build())
        .properties(bag)
        .build()
}

fn result(finding: &Finding, index: &Index<'_>, rules: &[&str]) -> SarifResult {
    let text = if finding.message.is_empty() { &finding.title } else { &finding.message };
    let whole = Place::start(MODEL_FILE);
    let first = finding.evidence.first().unwrap_or(&whole);
    let others: Vec<_> = finding.evidence.iter().skip(1).map(|it| location(it, None, None)).collect();
    let prints: BTreeMap<_, _> = [
        ("ambitFinding/v1".to_owned(), finding.id.clone()),
        ("ambitBasis/v1".to_owned(), finding.basis.clone()),
    ]
    .into();
    let mut result = SarifResult::builder()
        .rule_id(visible(&finding.rule).into_owned())
        .level(level(finding.severity))
        .message(message(text))
        .locations(vec![location(first, None, Some(finding.subject.as_str()))])
        .partial_fingerprints(prints)
        .properties(properties(finding))
        .build();
    result.rule_index = rules.iter().position(|it| *it == finding.rule).and_then(|it| i64::try_from(it).ok());
    result.related_locations = Some(others).filter(|it| !it.is_empty());
    result.code_flows =
        Some(code_flow(finding, index, first)).map(|it| vec![it]).filter(|_| has_path(finding));
    result.suppressions = suppression(finding).map(|it| vec![it]);
    result
}

fn has_path(finding: &Finding) -> bool {
    finding.legs.values().any(|it| !it.is_empty())
}

fn properties(finding: &Finding) -> PropertyBag {
    let remedies: Vec<_> = finding
        .remedies
        .iter()
        .map(|it| json!({"control": it.control, "action": it.action, "costs": it.costs}))
        .collect();
    let values: BTreeMap<String, Value> = [
        ("security-severity".to_owned(), json!(security_severity(finding.severity))),
        ("severity".to_owned(), json!(finding.severity.word())),
        ("exposure".to_owned(), json!(finding.exposure.word())),
        ("confidence".to_owned(), json!(finding.confidence.word())),
        ("status".to_owned(), json!(finding.status.word())),
        ("tier".to_owned(), json!(finding.tier.word())),
        ("group".to_owned(), json!(finding.group)),
        ("remedies".to_owned(), json!(remedies)),
    ]
    .into();
    let mut bag = PropertyBag::builder().additional_properties(values).build();
    let tags: BTreeSet<_> = finding.categories.iter().cloned().collect();
    bag.tags = Some(tags.into_iter().collect::<Vec<_>>()).filter(|it| !it.is_empty());
    bag
}

/// One thread flow for each leg, in the order of the attack.
fn code_flow(finding: &Finding, index: &Index<'_>, fallback: &Place) -> CodeFlow {
    let flows: Vec<_> = words::legs(&finding.legs)
        .into_iter()
        .filter(|(_, edges)| !edges.is_empty())
        .map(|(name, edges)| {
            let steps: Vec<_> = edges.iter().map(|it| step(it, index, fallback)).collect();
            ThreadFlow::builder()
                .id(visible(name).into_owned())
                .message(message(&words::leg(name)))
                .locations(steps)
                .build()
        })
        .collect();
    CodeFlow::builder().thread_flows(flows).build()
}

/// A step of a path. A step that no file states is shown at the finding's own place, and says how it is known.
fn step(id: &EdgeId, index: &Index<'_>, fallback: &Place) -> ThreadFlowLocation {
    let Some(edge) = index.edge(id) else {
        return ThreadFlowLocation::builder().location(location(fallback, Some(id.as_str()), None)).build();
    };
    let place = edge.provenance.iter().find_map(Provenance::place).or(edge.decided_by.as_ref());
    let how = edge.provenance.first().map(|it| format!("; {}", words::known(it))).unwrap_or_default();
    let text = format!("{}{how}", index.sentence(edge));
    let location = location(place.unwrap_or(fallback), Some(&text), Some(edge.from.as_str()));
    ThreadFlowLocation::builder().location(location).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(visible(text).into_owned()).build()
}

fn location(place: &Place, text: Option<&str>, logical: Option<&str>) -> Location {
    let region = Region::builder()
        .start_line(i64::from(place.line.max(1)))
        .start_column(i64::from(place.column.max(1)))
        .build();
    let physical =
        PhysicalLocation::builder().artifact_location(artifact(&place.path)).region(region).build();
    let mut location = Location::builder().physical_location(physical).build();
    location.message = text.map(message);
    location.logical_locations = logical
        .map(|it| vec![LogicalLocation::builder().fully_qualified_name(visible(it).into_owned()).build()]);
    location
}

/// The file, relative to the scanned root; files of the user's home are not below it.
fn artifact(path: &str) -> ArtifactLocation {
    let mut artifact = ArtifactLocation::builder().uri(utf8_percent_encode(path, PATH).to_string()).build();
    artifact.uri_base_id = (!path.starts_with("~/")).then(|| "%SRCROOT%".to_owned());
    artifact
}

fn notification(problem: &Problem) -> Notification {
    let Problem { path, line, column, message: text, help } = problem;
    let help = if help.is_empty() { String::new() } else { format!("; {help}") };
    Notification::builder()
        .level(json!("warning"))
        .message(message(&format!("{text}{help}")))
        .locations(vec![location(&Place::new(path.clone(), *line, *column), None, None)])
        .build()
}

fn suppression(finding: &Finding) -> Option<Suppression> {
    let decided = finding.decision.as_ref().map(|it| {
        visible(&format!("{} by {} until {}: {}", it.decision, it.owner, it.until, it.reason)).into_owned()
    });
    let why = match finding.status {
        Status::Accepted => decided.unwrap_or_else(|| "a decision accepts it".to_owned()),
        Status::Mitigated => decided.unwrap_or_else(|| "a control cuts or bounds it".to_owned()),
        Status::Open | Status::Reopened | Status::Expired => return None,
    };
    Some(Suppression::builder().kind(json!("external")).status(json!("accepted")).justification(why).build())
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low => ResultLevel::Note,
    }
}

/// A number inside the band that code scanning shows as the same word.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}
