//! What an assessment leaves in the lock.

use super::{Lock, LockedAsset, LockedEdge, LockedEffect, LockedFinding, LockedTool};
use crate::assessment::Assessment;
use crate::asset::{Asset, AssetKind};
use crate::finding::Finding;
use crate::reach::ReachEdge;

/// Facts in words of the catalog, which change with the program and not with the system.
const WORDS: [&str; 3] = ["client: ", "stock: ", "known as: "];

impl Lock {
    /// The lock of `assessment`.
    pub fn of(assessment: &Assessment) -> Self {
        let mut lock = Self::default();
        for asset in &assessment.assets {
            if asset.kind == AssetKind::Tool {
                lock.tools.insert(asset.id.clone(), asset.into());
            } else {
                lock.assets.insert(asset.id.clone(), asset.into());
            }
        }
        lock.edges = assessment.edges.iter().map(|it| (it.id, it.into())).collect();
        lock.findings = assessment.findings.iter().map(|it| (it.id.clone(), it.into())).collect();
        lock
    }
}

impl From<&Asset> for LockedAsset {
    fn from(asset: &Asset) -> Self {
        let mut locked = Self {
            id: asset.id.clone(),
            r#type: asset.kind,
            name: asset.name.clone(),
            trust: asset.trust,
            level: asset.level,
            data: asset.data.clone(),
            owner: asset.owner.clone(),
            package: None,
            pin: None,
            range: None,
            facts: Vec::new(),
        };
        for fact in asset.facts.iter().filter(|it| !WORDS.iter().any(|word| it.starts_with(word))) {
            match fact.strip_prefix("package: ").filter(|_| locked.package.is_none()) {
                Some(written) => package(&mut locked, written),
                None => locked.facts.push(fact.clone()),
            }
        }
        locked
    }
}

/// `npm:@acme/files@1.4.2`, `npm:@acme/files@latest (movable)`, `npm:@acme/files (no version)`.
fn package(locked: &mut LockedAsset, written: &str) {
    if let Some(name) = written.strip_suffix(" (no version)") {
        locked.package = Some(name.to_owned());
        return;
    }
    let (written, movable) =
        written.strip_suffix(" (movable)").map_or((written, false), |written| (written, true));
    let (name, version) = written.rsplit_once('@').unwrap_or((written, ""));
    let version = Some(version.to_owned()).filter(|it| !it.is_empty());
    locked.package = Some(name.to_owned());
    if movable {
        locked.range = version;
    } else {
        locked.pin = version;
    }
}

impl From<&Asset> for LockedTool {
    fn from(asset: &Asset) -> Self {
        let mut effects: Vec<LockedEffect> = asset
            .effects
            .iter()
            .map(|it| LockedEffect { effect: it.effect.clone(), object: it.object.clone(), basis: it.basis })
            .collect();
        effects.sort();
        effects.dedup();
        Self {
            id: asset.id.clone(),
            name: asset.name.clone(),
            effects,
            arguments: asset.arguments.clone(),
            digest: asset.digest.clone(),
            owner: asset.owner.clone(),
        }
    }
}

impl From<&ReachEdge> for LockedEdge {
    fn from(edge: &ReachEdge) -> Self {
        Self {
            id: edge.id,
            from: edge.from.clone(),
            verb: edge.verb,
            to: edge.to.clone(),
            via: edge.via.clone(),
            touches: edge.touches.to_vec(),
            level: edge.level,
            audience: edge.audience,
            reached_by: edge.reached_by,
            gate: edge.gate,
            decided_by: edge.decided_by.as_ref().map(|it| it.path.clone()),
            scope: edge.scope,
            reversibility: edge.reversibility,
            blast_radius: edge.blast_radius,
            tier: edge.tier,
            controls: edge.controls.clone(),
            owner: edge.owner.clone(),
            confidence: edge.confidence,
            stock: edge.stock,
        }
    }
}

impl From<&Finding> for LockedFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id.clone(),
            rule: finding.rule.clone(),
            subject: finding.subject.clone(),
            end: finding.end.clone(),
            tier: finding.tier,
            exposure: finding.exposure,
            severity: finding.severity,
            confidence: finding.confidence,
            basis: finding.basis.clone(),
            legs: finding.legs.clone(),
        }
    }
}
