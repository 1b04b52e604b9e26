//! A short way to write an assessment down.

use ambit_model::assessment::{Group, SCHEMA, ToolVersion};
use ambit_model::facts::{Inputs, Skipped};
use ambit_model::finding::{ControlKind, Edit};
use ambit_model::reach::digest;
use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, Audience, Baseline, BlastRadius, Closed, Confidence, EdgeId,
    Exposure, Finding, Gate, Level, Place, Problem, Provenance, ReachEdge, Remedy, Reversibility, Scope,
    Severity, Status, Summary, Tier, Trust, Verb,
};

/// One edge to be.
pub(crate) struct Row(ReachEdge);

impl Row {
    pub(crate) fn new(from: &AssetId, verb: Verb, to: &AssetId) -> Self {
        Self(ReachEdge {
            id: EdgeId::of(from, verb, to, None),
            from: from.clone(),
            verb,
            to: to.clone(),
            via: None,
            touches: [].into(),
            level: None,
            audience: None,
            reached_by: None,
            gate: Gate::Auto,
            decided_by: None,
            scope: None,
            consequence: format!("{} {}", verb.word(), to.name()).into(),
            reversibility: None,
            blast_radius: None,
            tier: Tier::T0,
            controls: Vec::new(),
            owner: None,
            confidence: Confidence::Likely,
            stock: false,
            provenance: [Provenance::Assumed { entry: "server/sample".into() }].into(),
            because: Vec::new(),
        })
    }
    pub(crate) fn via(mut self, tool: &AssetId) -> Self {
        self.0.id = EdgeId::of(&self.0.from, self.0.verb, &self.0.to, Some(tool));
        self.0.via = Some(tool.clone());
        self
    }
    pub(crate) fn reached(mut self, trust: Trust) -> Self {
        self.0.reached_by = Some(trust);
        self
    }
    pub(crate) fn level(mut self, level: Level, data: &[&str]) -> Self {
        self.0.level = Some(level);
        self.0.touches = data.iter().map(|it| (*it).to_owned()).collect();
        self
    }
    pub(crate) fn audience(mut self, audience: Audience) -> Self {
        self.0.audience = Some(audience);
        self.tier(Tier::T3)
    }
    pub(crate) fn harm(mut self, reversibility: Reversibility, blast_radius: BlastRadius) -> Self {
        self.0.reversibility = Some(reversibility);
        self.0.blast_radius = Some(blast_radius);
        self.tier(Tier::of(reversibility, blast_radius))
    }
    pub(crate) fn tier(mut self, tier: Tier) -> Self {
        self.0.tier = self.0.tier.max(tier);
        self
    }
    pub(crate) fn gate(mut self, gate: Gate) -> Self {
        self.0.gate = gate;
        self
    }
    pub(crate) fn decided(mut self, path: &str, line: u32) -> Self {
        self.0.decided_by = Some(Place::new(path, line, 7));
        self.0.scope = Some(Scope::Project);
        self
    }
    pub(crate) fn says(mut self, text: &str) -> Self {
        self.0.consequence = text.into();
        self
    }
    pub(crate) fn owned(mut self, owner: &str) -> Self {
        self.0.owner = Some(owner.to_owned());
        self
    }
    pub(crate) fn controlled(mut self, control: &str) -> Self {
        self.0.controls.push(control.to_owned());
        self
    }
    pub(crate) fn stock(mut self, stock: bool) -> Self {
        self.0.stock = stock;
        self
    }
    pub(crate) fn sure(mut self, confidence: Confidence) -> Self {
        self.0.confidence = confidence;
        self
    }
    pub(crate) fn declared(mut self, path: &str, line: u32) -> Self {
        let first = Provenance::Declared(Place::new(path, line, 5));
        self.0.provenance = [first].into_iter().chain(self.0.provenance.iter().cloned()).collect();
        self
    }
}

/// One finding to be.
pub(crate) struct Case<'a> {
    pub(crate) rule: &'a str,
    pub(crate) severity: Severity,
    pub(crate) exposure: Exposure,
    pub(crate) confidence: Confidence,
    pub(crate) subject: &'a AssetId,
    pub(crate) end: &'a AssetId,
    pub(crate) title: &'a str,
    /// The name of the group, where it is not its own.
    pub(crate) group: Option<&'a str>,
    pub(crate) legs: Vec<(&'a str, Vec<EdgeId>)>,
    pub(crate) remedies: Vec<Remedy>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        rule: &'a str,
        severity: Severity,
        subject: &'a AssetId,
        end: &'a AssetId,
        title: &'a str,
    ) -> Self {
        let (exposure, confidence) = (Exposure::Open, Confidence::Likely);
        let (legs, remedies) = (Vec::new(), Vec::new());
        Self { rule, severity, exposure, confidence, subject, end, title, group: None, legs, remedies }
    }

    pub(crate) fn leg(mut self, name: &'a str, edges: &[EdgeId]) -> Self {
        self.legs.push((name, edges.to_vec()));
        self
    }

    pub(crate) fn cut(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }
}

/// An assessment to be.
pub(crate) struct Build(Assessment);

impl Build {
    pub(crate) fn new() -> Self {
        Self(Assessment {
            schema: SCHEMA.to_owned(),
            tool: ToolVersion { name: "ambit".to_owned(), version: "0.1.0".to_owned() },
            inputs: Inputs {
                root: ".".to_owned(),
                home: false,
                seen: 42,
                read: 6,
                ignored: 33,
                skipped: vec![Skipped { path: "tools/dump.bin".to_owned(), reason: "binary".to_owned() }],
                problems: Vec::new(),
                failed: 0,
                pruned: vec![Skipped { path: "node_modules".to_owned(), reason: "dependencies".to_owned() }],
            },
            assets: Vec::new(),
            edges: Vec::new(),
            findings: Vec::new(),
            groups: Vec::new(),
            baseline: Vec::new(),
            closed: Vec::new(),
            patterns: Vec::new(),
            summary: Summary::default(),
            boundaries: Vec::new(),
            duties: Vec::new(),
            decided: Vec::new(),
            notes: Vec::new(),
        })
    }

    pub(crate) fn asset(&mut self, kind: AssetKind, name: &str, with: impl FnOnce(&mut Asset)) -> AssetId {
        let mut asset = Asset::new(AssetId::new(kind, name), kind, name);
        asset.provenance.push(Provenance::Declared(Place::new(".mcp.json", 4, 7)));
        with(&mut asset);
        let id = asset.id.clone();
        self.0.assets.push(asset);
        id
    }

    /// A tool and, once, its server and the row that supplies it.
    pub(crate) fn tool(&mut self, server: &str, name: &str) -> AssetId {
        let supplier = AssetId::new(AssetKind::Server, server);
        if !self.0.assets.iter().any(|it| it.id == supplier) {
            self.asset(AssetKind::Server, server, |_| ());
        }
        let id = AssetId::within(AssetKind::Tool, server, name);
        if !self.0.assets.iter().any(|it| it.id == id) {
            self.0.assets.push(Asset::new(id.clone(), AssetKind::Tool, name));
            self.edge(Row::new(&supplier, Verb::Supplies, &id));
        }
        id
    }

    pub(crate) fn edge(&mut self, row: Row) -> EdgeId {
        let id = row.0.id;
        self.0.edges.push(row.0);
        id
    }

    pub(crate) fn remedy(
        control: &str,
        kind: ControlKind,
        action: &str,
        costs: &str,
        edits: Vec<Edit>,
    ) -> Remedy {
        let (control, action, costs) = (control.to_owned(), action.to_owned(), costs.to_owned());
        Remedy { control, kind, action, cuts: Vec::new(), costs, edits }
    }

    pub(crate) fn finding(&mut self, case: Case<'_>) {
        let parts = [case.rule, case.subject.as_str(), case.end.as_str()];
        let own = digest("g-", &parts);
        self.0.findings.push(Finding {
            id: digest("f-", &[case.rule, case.subject.as_str(), case.end.as_str(), case.title]),
            basis: digest("b-", &parts),
            group: case.group.map_or(own, |it| digest("g-", &[it])),
            rule: case.rule.to_owned(),
            severity: case.severity,
            exposure: case.exposure,
            tier: Tier::T3,
            confidence: case.confidence,
            subject: case.subject.clone(),
            end: case.end.clone(),
            title: case.title.to_owned(),
            message: format!("{}.", case.title),
            legs: case.legs.iter().map(|(name, ids)| ((*name).to_owned(), ids.clone())).collect(),
            evidence: vec![Place::new(".mcp.json", 4, 7)],
            categories: vec!["ASI01:2026".to_owned()],
            remedies: case.remedies,
            status: Status::Open,
            decision: None,
        });
    }

    pub(crate) fn baseline(&mut self, agent: &AssetId, compositions: usize, message: &str) {
        let severity = Some(Severity::Medium);
        self.0.baseline.push(Baseline {
            agent: agent.clone(),
            compositions,
            severity,
            message: message.to_owned(),
        });
    }

    pub(crate) fn closed(&mut self, closed: Closed) {
        self.0.closed.push(closed);
    }

    pub(crate) fn problem(&mut self, path: &str, message: &str) {
        self.0.inputs.failed += 1;
        let place = Place::new(path, 3, 5);
        self.0.inputs.problems.push(Problem::at(&place, message, "write it as a list of strings"));
    }

    /// Sorts and counts, as the analysis does.
    pub(crate) fn done(self) -> Assessment {
        let mut it = self.0;
        it.assets.sort_by(|a, b| a.id.cmp(&b.id));
        it.edges.sort_by_key(|a| a.id);
        it.findings.sort_by(|a, b| a.id.cmp(&b.id));
        let mut groups: std::collections::BTreeMap<String, Vec<&Finding>> = std::collections::BTreeMap::new();
        for finding in &it.findings {
            groups.entry(finding.group.clone()).or_default().push(finding);
        }
        it.groups = groups
            .into_iter()
            .filter_map(|(id, mut findings)| {
                findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
                let first = findings.first()?;
                let (severity, cut) = (first.severity, first.remedies.first().cloned());
                Some(Group { id, severity, findings: findings.iter().map(|it| it.id.clone()).collect(), cut })
            })
            .collect();
        it.groups.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
        let count = |kind: AssetKind| it.assets.iter().filter(|it| it.kind == kind).count();
        it.summary = Summary {
            agents: count(AssetKind::Agent),
            servers: count(AssetKind::Server),
            tools: count(AssetKind::Tool),
            edges: it.edges.len(),
            unknown: it.edges.iter().filter(|it| it.verb == Verb::MayReach).count(),
            findings: std::collections::BTreeMap::new(),
        };
        for finding in &it.findings {
            *it.summary.findings.entry(finding.severity).or_default() += 1;
        }
        it
    }
}
