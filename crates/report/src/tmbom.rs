//! A threat model in the form of the OWASP Threat Model Library 1.0.2 (TM-BOM), which Threat Dragon imports: agents and
//! servers as components, channels as actors, stores, data sets, flows, findings as threats with their risk.
//!
//! The form asks for more than a map knows. What it asks for and nothing says follows from tiers and labels by the
//! tables below; encryption is never claimed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ambit_model::reach::digest;
use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, Audience, Exposure, Finding, Level, Severity, Status, Tier, Trust,
    Verb,
};
use serde::Serialize;

use crate::drawing::{self, zone_id};
use crate::visible::visible;
use crate::words::Index;
use crate::{Error, json, mermaid};

const SCHEMA: &str =
    "https://github.com/OWASP/www-project-threat-model-library/blob/v1.0.2/threat-model.schema.json";
/// Who attacks.
const PERSONA: &str = "outsider";

#[derive(Serialize)]
struct Model {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    scope: Scope,
    description: &'static str,
    diagrams: [Diagram; 1],
    trust_zones: Vec<Node>,
    trust_boundaries: Vec<Boundary>,
    actors: Vec<Node>,
    components: Vec<Node>,
    data_stores: Vec<Node>,
    data_sets: Vec<Set>,
    data_flows: Vec<Flow>,
    threat_personas: [Persona; 1],
    threats: Vec<Threat>,
    controls: Vec<Control>,
    risks: Vec<Risk>,
}

#[derive(Serialize)]
struct Scope {
    title: String,
    description: String,
    business_criticality: &'static str,
    data_sensitivity: BTreeSet<&'static str>,
    exposure: &'static str,
    tier: &'static str,
}

#[derive(Serialize)]
struct Diagram {
    title: &'static str,
    r#type: &'static str,
    source: String,
}

/// A zone, an actor, a component or a store.
#[derive(Serialize)]
struct Node {
    symbolic_name: String,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_zone: Option<String>,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Boundary {
    trust_zone_a: String,
    trust_zone_b: String,
}

#[derive(Serialize)]
struct Set {
    symbolic_name: String,
    title: String,
    description: String,
    placements: Vec<Placement>,
    data_sensitivity: Vec<&'static str>,
}

#[derive(Serialize)]
struct Placement {
    data_store: String,
    encrypted: bool,
}

#[derive(Serialize)]
struct Flow {
    symbolic_name: String,
    title: String,
    description: String,
    source: End,
    destination: End,
    has_sensitive_data: bool,
    encrypted: bool,
}

#[derive(Serialize)]
struct End {
    r#type: &'static str,
    object: String,
}

#[derive(Serialize)]
struct Persona {
    symbolic_name: &'static str,
    title: &'static str,
    description: &'static str,
    is_person: bool,
    skill_level: &'static str,
    access_level: &'static str,
    malicious_intent: bool,
    applicability_to_org: &'static str,
}

#[derive(Serialize)]
struct Threat {
    symbolic_name: String,
    title: String,
    description: String,
    components_affected: Vec<String>,
    #[serde(rename = "threat_persona")]
    persona: &'static str,
    event: String,
    sources: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    weaknesses: Vec<Weakness>,
}

#[derive(Serialize)]
struct Weakness {
    cwe_id: u32,
}

#[derive(Serialize)]
struct Control {
    symbolic_name: String,
    title: String,
    description: String,
    threats: Vec<String>,
    status: &'static str,
    priority: &'static str,
}

#[derive(Serialize)]
struct Risk {
    symbolic_name: String,
    title: String,
    description: String,
    threats: [String; 1],
    likelihood: &'static str,
    impact: &'static str,
    impact_description: String,
    score: u8,
    level: &'static str,
}

/// Writes the model.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    let index = Index::of(assessment);
    let names = Names::of(assessment);
    let nodes = |kind| {
        let of_kind = assessment.assets.iter().filter(move |it| place(it.kind) == Some(kind));
        of_kind.map(|it| node(it, &index, &names)).collect()
    };
    let mut chart = Vec::new();
    mermaid::write(assessment, &mut chart)?;
    let chart = Diagram {
        title: "Reach map",
        r#type: "mermaid",
        source: String::from_utf8_lossy(&chart).into_owned(),
    };
    let model = Model {
        schema: SCHEMA,
        version: "1.0",
        scope: scope(assessment),
        description: "What AI agents can reach and what can reach them, as their files and what people state of them say.",
        diagrams: [chart],
        trust_zones: drawing::zones(assessment).into_iter().map(zone).collect(),
        trust_boundaries: boundaries(assessment).into_iter().collect(),
        actors: nodes("actor"),
        components: nodes("component"),
        data_stores: nodes("data-store"),
        data_sets: sets(assessment, &names),
        data_flows: flows(assessment, &index, &names),
        threat_personas: [persona()],
        threats: assessment.findings.iter().map(|it| threat(it, &names)).collect(),
        controls: controls(assessment, &index),
        risks: assessment.findings.iter().map(risk).collect(),
    };
    json::write_value(&model, out)
}

/// What a kind of asset is called there; tools are said of the flows that go by way of them.
fn place(kind: AssetKind) -> Option<&'static str> {
    Some(match kind {
        AssetKind::Channel | AssetKind::Human => "actor",
        AssetKind::DataStore | AssetKind::Memory | AssetKind::Credential => "data-store",
        AssetKind::Tool => return None,
        _ => "component",
    })
}

/// Symbolic names, which have small letters, digits and hyphens alone: each asset has one of its own.
struct Names<'a>(BTreeMap<&'a AssetId, (&'static str, String)>);

impl<'a> Names<'a> {
    fn of(assessment: &'a Assessment) -> Self {
        let mut used = BTreeSet::new();
        let mut names = BTreeMap::new();
        for asset in &assessment.assets {
            let Some(kind) = place(asset.kind) else { continue };
            let mut name = symbolic(asset.id.as_str());
            while !used.insert(name.clone()) {
                name = format!("{name}-{}", digest("", &[asset.id.as_str()]));
            }
            names.insert(&asset.id, (kind, name));
        }
        Self(names)
    }

    fn end(&self, id: &AssetId) -> Option<End> {
        self.0.get(id).map(|(kind, name)| End { r#type: kind, object: name.clone() })
    }
}

/// `text` in small letters, digits and hyphens.
fn symbolic(text: &str) -> String {
    let parts = text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let name = parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    if name.is_empty() { digest("n-", &[text]) } else { name }
}

fn scope(assessment: &Assessment) -> Scope {
    let classes = drawing::classes(assessment);
    let private = classes.iter().filter(|(_, level)| **level > Level::Public);
    let data_sensitivity: BTreeSet<_> = private.map(|(class, _)| sensitivity(class)).collect();
    let outside = |it: &ambit_model::ReachEdge| {
        it.reached_by.is_some_and(Trust::is_untrusted) || it.audience >= Some(Audience::Partner)
    };
    let external = drawing::flows(assessment).any(outside);
    let worst = drawing::flows(assessment).map(|it| it.tier).max().unwrap_or(Tier::T0);
    let sensitive = !data_sensitivity.is_empty();
    Scope {
        title: drawing::system(assessment),
        description:
            "The agents that were found, and what they reach. How critical the business finds them is not \
                      known: criticality follows from the highest tier of what they can do."
                .to_owned(),
        business_criticality: degree(worst),
        data_sensitivity,
        exposure: if external { "external" } else { "internal" },
        tier: tier(worst, external, sensitive),
    }
}

fn degree(tier: Tier) -> &'static str {
    match tier {
        Tier::T0 => "minimal",
        Tier::T1 => "low",
        Tier::T2 => "moderate",
        Tier::T3 => "high",
        Tier::T4 => "maximal",
    }
}

/// The tier by the table of the specification.
fn tier(worst: Tier, external: bool, sensitive: bool) -> &'static str {
    match (worst, external, sensitive) {
        (Tier::T4, true, _) | (Tier::T4, _, true) | (Tier::T3, true, true) => "mission_critical",
        (Tier::T3 | Tier::T4, _, _) | (Tier::T2, true, true) => "business_critical",
        (_, _, true) | (Tier::T2, true, _) => "important",
        _ => "non_critical",
    }
}

/// The kind of sensitive data that a class is: that of the catalog's classes, and of the business for others.
fn sensitivity(class: &str) -> &'static str {
    match class {
        "credential" => "cred",
        "customer" | "personal" | "messages" => "pii",
        "financial" => "fin",
        "health" => "phi",
        "source-code" => "ip",
        "operations" => "op",
        _ => "biz",
    }
}

fn zone(trust: Trust) -> Node {
    let title = drawing::zone_name(trust).to_owned();
    Node { symbolic_name: zone_id(trust), description: title.clone(), title, r#type: None, trust_zone: None }
}

fn node(asset: &Asset, index: &Index<'_>, names: &Names<'_>) -> Node {
    let name = names.0.get(&asset.id).map(|it| it.1.clone()).unwrap_or_default();
    let mut says = vec![format!("{}, {}", asset.id, asset.kind)];
    says.extend(asset.facts.iter().cloned());
    Node {
        symbolic_name: name,
        title: index.name(&asset.id),
        description: visible(&says.join("; ")).into_owned(),
        r#type: match asset.kind {
            AssetKind::Channel => Some("third_party"),
            AssetKind::Human => Some("user"),
            AssetKind::Credential => Some("key_value"),
            AssetKind::DataStore | AssetKind::Memory => Some("object"),
            _ => None,
        },
        trust_zone: Some(zone_id(drawing::zone(asset))),
    }
}

/// The pairs of zones between which something flows.
fn boundaries(assessment: &Assessment) -> BTreeSet<Boundary> {
    let zones: BTreeMap<&AssetId, Trust> =
        assessment.assets.iter().map(|it| (&it.id, drawing::zone(it))).collect();
    let pairs =
        drawing::flows(assessment).filter_map(|it| Some((*zones.get(&it.from)?, *zones.get(&it.to)?)));
    pairs
        .filter(|(a, b)| a != b)
        .map(|(a, b)| Boundary { trust_zone_a: zone_id(a.min(b)), trust_zone_b: zone_id(a.max(b)) })
        .collect()
}

fn sets(assessment: &Assessment, names: &Names<'_>) -> Vec<Set> {
    let mut placed: BTreeMap<&str, Vec<Placement>> = BTreeMap::new();
    for asset in assessment.assets.iter().filter(|it| place(it.kind) == Some("data-store")) {
        let Some((_, name)) = names.0.get(&asset.id) else { continue };
        for class in &asset.data {
            let placement = Placement { data_store: name.clone(), encrypted: false };
            placed.entry(class).or_default().push(placement);
        }
    }
    drawing::classes(assessment)
        .into_iter()
        .map(|(class, level)| Set {
            symbolic_name: symbolic(&format!("data-{class}")),
            title: visible(class).into_owned(),
            description: format!("Data of the level {level}."),
            placements: placed.remove(class).unwrap_or_default(),
            data_sensitivity: if level > Level::Public { vec![sensitivity(class)] } else { Vec::new() },
        })
        .collect()
}

fn flows(assessment: &Assessment, index: &Index<'_>, names: &Names<'_>) -> Vec<Flow> {
    let flow = |edge| {
        let (source, destination) = drawing::ends(edge);
        Some(Flow {
            symbolic_name: edge.id.to_string(),
            title: index.sentence(edge),
            description: visible(&edge.consequence).into_owned(),
            source: names.end(source)?,
            destination: names.end(destination)?,
            has_sensitive_data: edge.level > Some(Level::Public),
            encrypted: false,
        })
    };
    drawing::flows(assessment).filter(|it| it.verb != Verb::Supplies).filter_map(flow).collect()
}

fn persona() -> Persona {
    Persona {
        symbolic_name: PERSONA,
        title: "Outsider",
        description: "Somebody who can write what an agent takes in, and wants it to act for them.",
        is_person: true,
        skill_level: "engineer",
        access_level: "anonymous",
        malicious_intent: true,
        applicability_to_org: "high",
    }
}

fn threat(finding: &Finding, names: &Names<'_>) -> Threat {
    Threat {
        symbolic_name: finding.id.clone(),
        title: visible(&finding.title).into_owned(),
        description: visible(&format!("{}: {}", finding.rule, finding.categories.join(", "))).into_owned(),
        components_affected: names.end(&finding.subject).map(|it| it.object).into_iter().collect(),
        persona: PERSONA,
        event: drawing::says(finding),
        sources: ["adversary"],
        weaknesses: drawing::weaknesses(finding).into_iter().map(|cwe_id| Weakness { cwe_id }).collect(),
    }
}

/// What stands on the paths of findings, what people have decided, and what would stop findings.
fn controls(assessment: &Assessment, index: &Index<'_>) -> Vec<Control> {
    let mut all: BTreeMap<String, Control> = BTreeMap::new();
    let mut add = |name: String, finding: &Finding, title: &str, description: String, status| {
        let control = all.entry(name.clone()).or_insert_with(|| Control {
            symbolic_name: name,
            title: visible(title).into_owned(),
            description,
            threats: Vec::new(),
            status,
            priority: priority(finding.severity),
        });
        control.threats.push(finding.id.clone());
    };
    for finding in &assessment.findings {
        for name in drawing::standing(finding, index) {
            let symbolic_name = symbolic(&format!("control-{name}"));
            add(symbolic_name, finding, name, "A control that stands.".to_owned(), "active");
        }
        if let Some(decision) = finding.decision.as_ref().filter(|_| finding.status == Status::Accepted) {
            let says = format!(
                "{} by {} until {}: {}",
                decision.decision, decision.owner, decision.until, decision.reason
            );
            let description = visible(&says).into_owned();
            add(format!("decision-{}", finding.id), finding, "Decision", description, "approved");
        }
        let mut seen = BTreeSet::new();
        for remedy in finding.remedies.iter().filter(|it| seen.insert(drawing::remedy_id(it))) {
            add(drawing::remedy_id(remedy), finding, &remedy.control, drawing::advice(remedy), "suggested");
        }
    }
    all.into_values().collect()
}

fn priority(severity: Severity) -> &'static str {
    severity.word()
}

fn risk(finding: &Finding) -> Risk {
    let (likelihood, often) = match finding.exposure {
        Exposure::Open => ("likely", 4),
        Exposure::Prompted => ("possible", 3),
        Exposure::Guarded => ("unlikely", 2),
    };
    let (impact, much) = match finding.tier {
        Tier::T0 => ("negligible", 1),
        Tier::T1 => ("minor", 2),
        Tier::T2 => ("moderate", 3),
        Tier::T3 => ("major", 4),
        Tier::T4 => ("severe", 5),
    };
    let score = often * much;
    Risk {
        symbolic_name: format!("risk-{}", finding.id),
        title: visible(&finding.title).into_owned(),
        description: drawing::says(finding),
        threats: [finding.id.clone()],
        likelihood,
        impact,
        impact_description: format!("It ends in tier {}.", finding.tier),
        score,
        level: band(score),
    }
}

/// The band of a score by the table of the specification.
fn band(score: u8) -> &'static str {
    match score {
        0..=2 => "very_low",
        3..=4 => "low",
        5..=9 => "medium",
        10..=12 => "high",
        13..=16 => "very_high",
        _ => "critical",
    }
}
