//! Open Threat Model 0.2.0: assets as components in zones of trust, edges as data flows, findings as threats, and what
//! would stop them as mitigations. What the format has no field for is under `attributes.ambit`, from where
//! `extends` of `ambit.yaml` reads it back.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ambit_model::finding::ControlKind;
use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, Finding, Level, Provenance, ReachEdge, Status, Trust,
};
use serde::Serialize;

use crate::drawing::{self, zone_id};
use crate::visible::visible;
use crate::words::{self, Index};
use crate::{Error, json};

/// What the places of components are places in.
const FILES: &str = "files";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Model<'a> {
    otm_version: &'static str,
    project: Project<'a>,
    representations: [Representation; 1],
    assets: Vec<DataAsset<'a>>,
    trust_zones: Vec<Zone>,
    components: Vec<Component<'a>>,
    dataflows: Vec<Flow<'a>>,
    threats: Vec<Threat<'a>>,
    mitigations: Vec<Mitigation>,
}

#[derive(Serialize)]
struct Attributes<T> {
    ambit: T,
}

#[derive(Serialize)]
struct Project<'a> {
    name: String,
    id: String,
    attributes: Attributes<&'a ambit_model::assessment::ToolVersion>,
}

#[derive(Serialize)]
struct Representation {
    name: &'static str,
    id: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct DataAsset<'a> {
    name: String,
    id: &'a str,
    risk: DataRisk,
    attributes: Attributes<Leveled>,
}

#[derive(Serialize)]
struct Leveled {
    level: Level,
}

#[derive(Serialize)]
struct DataRisk {
    confidentiality: u8,
    integrity: u8,
    availability: u8,
    comment: &'static str,
}

#[derive(Serialize)]
struct Zone {
    id: String,
    name: &'static str,
    r#type: &'static str,
    risk: ZoneRisk,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ZoneRisk {
    trust_rating: u8,
}

#[derive(Serialize)]
struct Component<'a> {
    id: &'a str,
    name: String,
    r#type: &'static str,
    parent: Parent<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    representations: Vec<Shown<'a>>,
    assets: Held<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    threats: Vec<Posed<'a>>,
    tags: [&'static str; 2],
    attributes: Attributes<Node<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Parent<'a> {
    TrustZone(String),
    Component(&'a str),
}

/// A place in a file.
#[derive(Serialize)]
struct Shown<'a> {
    representation: &'static str,
    id: String,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct Held<'a> {
    processed: BTreeSet<&'a str>,
    stored: &'a [String],
}

/// A threat to a component.
#[derive(Serialize)]
struct Posed<'a> {
    threat: &'a str,
    state: &'static str,
    mitigations: Vec<Posted>,
}

#[derive(Serialize)]
struct Posted {
    mitigation: String,
    state: &'static str,
}

/// What there is of an asset beyond the format.
#[derive(Serialize)]
struct Node<'a> {
    kind: AssetKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<Trust>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    facts: &'a [String],
    known: &'a [Provenance],
}

#[derive(Serialize)]
struct Flow<'a> {
    id: &'a str,
    name: String,
    description: String,
    bidirectional: bool,
    source: &'a str,
    destination: &'a str,
    assets: &'a [String],
    tags: [&'static str; 2],
    attributes: Attributes<&'a ReachEdge>,
}

#[derive(Serialize)]
struct Threat<'a> {
    id: &'a str,
    name: String,
    description: String,
    categories: &'a [String],
    cwes: Vec<String>,
    risk: ThreatRisk,
    attributes: Attributes<Judged<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThreatRisk {
    likelihood: u8,
    likelihood_comment: &'static str,
    impact: u8,
    impact_comment: String,
}

/// What there is of a finding beyond the format.
#[derive(Serialize)]
struct Judged<'a> {
    rule: &'a str,
    severity: ambit_model::Severity,
    exposure: ambit_model::Exposure,
    confidence: ambit_model::Confidence,
    status: Status,
    subject: &'a AssetId,
    end: &'a AssetId,
    legs: &'a ambit_model::Legs,
    evidence: &'a [ambit_model::Place],
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a ambit_model::DecisionNote>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mitigation {
    id: String,
    name: String,
    description: String,
    risk_reduction: u8,
}

/// Writes the model.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    let index = Index::of(assessment);
    let system = drawing::system(assessment);
    let project =
        Project { id: system.clone(), name: system, attributes: Attributes { ambit: &assessment.tool } };
    let representation = Representation { name: "Files that were read", id: FILES, r#type: "code" };
    let model = Model {
        otm_version: "0.2.0",
        project,
        representations: [representation],
        assets: drawing::classes(assessment).into_iter().map(|(class, level)| data(class, level)).collect(),
        trust_zones: drawing::zones(assessment).into_iter().map(zone).collect(),
        components: components(assessment, &index),
        dataflows: drawing::flows(assessment).map(|it| flow(it, &index)).collect(),
        threats: assessment.findings.iter().map(|it| threat(it, &index)).collect(),
        mitigations: mitigations(assessment),
    };
    json::write_value(&model, out)
}

fn data(class: &str, level: Level) -> DataAsset<'_> {
    let number = match level {
        Level::Public => 0,
        Level::Internal => 30,
        Level::Confidential => 70,
        Level::Secret => 100,
    };
    DataAsset {
        name: visible(class).into_owned(),
        id: class,
        risk: DataRisk {
            confidentiality: number,
            integrity: number,
            availability: number,
            comment: "the level as a number; of integrity and availability nothing is stated",
        },
        attributes: Attributes { ambit: Leveled { level } },
    }
}

fn zone(trust: Trust) -> Zone {
    let trust_rating = match trust {
        Trust::Public => 10,
        Trust::Partner => 40,
        Trust::Organization => 70,
        Trust::Operator => 100,
    };
    Zone {
        id: zone_id(trust),
        name: drawing::zone_name(trust),
        r#type: trust.word(),
        risk: ZoneRisk { trust_rating },
    }
}

fn components<'a>(assessment: &'a Assessment, index: &Index<'a>) -> Vec<Component<'a>> {
    let suppliers = drawing::suppliers(assessment);
    let mut posed: BTreeMap<&AssetId, Vec<Posed<'a>>> = BTreeMap::new();
    for finding in &assessment.findings {
        posed.entry(&finding.subject).or_default().push(pose(finding, index));
    }
    let mut processed: BTreeMap<&AssetId, BTreeSet<&'a str>> = BTreeMap::new();
    for edge in drawing::flows(assessment) {
        processed.entry(&edge.from).or_default().extend(edge.touches.iter().map(String::as_str));
    }
    let component = |asset: &'a Asset| {
        let supplier = suppliers.get(&asset.id).filter(|it| **it != &asset.id);
        Component {
            id: asset.id.as_str(),
            name: index.name(&asset.id),
            r#type: asset.kind.word(),
            parent: match supplier {
                Some(server) => Parent::Component(server.as_str()),
                None => Parent::TrustZone(zone_id(drawing::zone(asset))),
            },
            representations: shown(asset),
            assets: Held { processed: processed.remove(&asset.id).unwrap_or_default(), stored: &asset.data },
            threats: posed.remove(&asset.id).unwrap_or_default(),
            tags: [asset.kind.word(), asset.layer.word()],
            attributes: Attributes { ambit: node(asset) },
        }
    };
    assessment.assets.iter().map(component).collect()
}

fn shown(asset: &Asset) -> Vec<Shown<'_>> {
    let places = drawing::places(&asset.provenance).zip(1..);
    places
        .map(|(place, number)| Shown {
            representation: FILES,
            id: format!("{}#{number}", asset.id),
            file: &place.path,
            line: place.line,
        })
        .collect()
}

fn node(asset: &Asset) -> Node<'_> {
    Node {
        kind: asset.kind,
        trust: asset.trust,
        level: asset.level,
        owner: asset.owner.as_deref(),
        facts: &asset.facts,
        known: &asset.provenance,
    }
}

fn pose<'a>(finding: &'a Finding, index: &Index<'a>) -> Posed<'a> {
    let standing = drawing::standing(finding, index).into_iter();
    let standing = standing.map(|it| Posted { mitigation: control_id(it), state: "implemented" });
    let proposed: BTreeSet<String> = finding.remedies.iter().map(drawing::remedy_id).collect();
    let proposed = proposed.into_iter().map(|mitigation| Posted { mitigation, state: "recommended" });
    Posed {
        threat: &finding.id,
        state: match finding.status {
            Status::Open | Status::Reopened | Status::Expired => "exposed",
            Status::Mitigated => "mitigated",
            Status::Accepted => "accepted",
        },
        mitigations: standing.chain(proposed).collect(),
    }
}

fn control_id(name: &str) -> String {
    format!("control-{name}")
}

fn flow<'a>(edge: &'a ReachEdge, index: &Index<'_>) -> Flow<'a> {
    let (source, destination) = drawing::ends(edge);
    Flow {
        id: edge.id.as_str(),
        name: index.sentence(edge),
        description: visible(&edge.consequence).into_owned(),
        bidirectional: false,
        source: source.as_str(),
        destination: destination.as_str(),
        assets: &edge.touches,
        tags: [edge.verb.word(), edge.tier.word()],
        attributes: Attributes { ambit: edge },
    }
}

fn threat<'a>(finding: &'a Finding, index: &Index<'_>) -> Threat<'a> {
    Threat {
        id: &finding.id,
        name: visible(&finding.title).into_owned(),
        description: drawing::says(finding),
        categories: &finding.categories,
        cwes: drawing::weaknesses(finding).iter().map(|it| format!("CWE-{it}")).collect(),
        risk: ThreatRisk {
            likelihood: drawing::likelihood(finding.exposure),
            likelihood_comment: words::exposure(finding, index),
            impact: drawing::impact(finding.tier),
            impact_comment: format!("it ends in tier {}", finding.tier),
        },
        attributes: Attributes {
            ambit: Judged {
                rule: &finding.rule,
                severity: finding.severity,
                exposure: finding.exposure,
                confidence: finding.confidence,
                status: finding.status,
                subject: &finding.subject,
                end: &finding.end,
                legs: &finding.legs,
                evidence: &finding.evidence,
                decision: finding.decision.as_ref(),
            },
        },
    }
}

/// What would stop findings, each advice once, then the controls that stand: what those do is in the numbers of the
/// threats already.
fn mitigations(assessment: &Assessment) -> Vec<Mitigation> {
    let mut all: BTreeMap<String, Mitigation> = BTreeMap::new();
    for remedy in assessment.findings.iter().flat_map(|it| &it.remedies) {
        let id = drawing::remedy_id(remedy);
        let risk_reduction = match remedy.kind {
            ControlKind::Structural => 100,
            ControlKind::Procedural => 50,
            ControlKind::Behavioral => 0,
        };
        all.entry(id.clone()).or_insert_with(|| Mitigation {
            id,
            name: visible(&remedy.control).into_owned(),
            description: drawing::advice(remedy),
            risk_reduction,
        });
    }
    for name in assessment.edges.iter().flat_map(|it| &it.controls) {
        let id = control_id(name);
        all.entry(id.clone()).or_insert_with(|| Mitigation {
            id,
            name: visible(name).into_owned(),
            description: "a control that stands".to_owned(),
            risk_reduction: 0,
        });
    }
    all.into_values().collect()
}
