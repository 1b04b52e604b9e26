//! One file per rule, one page beside it, one line here. A rule sees a [`Scene`] and nothing else; it reports
//! what it sees through the [`Sink`], which computes severity, ids and confidence, so that no rule types them in.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::reach::digest;
use ambit_model::{
    AssetId, Confidence, EdgeId, Exposure, Finding, Gate, Place, RuleInfo, Severity, Status, Tier,
};

use crate::flow::Way;
use crate::map::ReachMap;
use crate::scene::{Overlay, Scene};

/// Declares the rule files and lists them.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every rule, in the order of the list.
        pub static ALL: &[Rule] = &[$($name::RULE),*];
    };
}

rules! {
    lethal_trifecta,
    hijackable_action,
    unguarded_consequence,
    approval_bypassed,
    behavioral_only,
    sandbox_off,
    wildcard_permission,
    project_starts_servers,
    hook_runs_project_code,
    permission_conflict,
    broad_filesystem,
    stored_injection,
    cross_agent_escalation,
    credential_exposure,
    metadata_as_instruction,
    hidden_instructions,
    tool_shadowing,
    annotation_contradiction,
    unpinned_package,
    unpinned_image,
    lookalike_package,
    inline_secret,
    plaintext_transport,
    unauthenticated_remote,
    unknown_reach,
}

/// What is known of a rule, and the function that checks it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The data.
    pub info: &'static RuleInfo,
    check: fn(&Scene<'_>, &mut Sink<'_>),
}

/// One thing that a rule saw.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Who acts.
    pub subject: AssetId,
    /// What it ends in.
    pub end: AssetId,
    /// The tier of that.
    pub tier: Tier,
    /// How exposed it is.
    pub exposure: Exposure,
    /// The witness path of each leg.
    pub legs: Vec<(&'static str, Way)>,
    /// Lines beyond those of the legs.
    pub evidence: Vec<Place>,
    /// The harm in plain words; names in backticks.
    pub message: String,
    /// How sure, where no edges say so.
    pub confidence: Confidence,
}

impl Seen {
    /// A fact about `subject` that has no path of its own.
    pub fn fact(
        subject: &AssetId,
        end: &AssetId,
        (tier, exposure): (Tier, Exposure),
        evidence: Vec<Place>,
    ) -> Self {
        Self {
            subject: subject.clone(),
            end: end.clone(),
            tier,
            exposure,
            legs: Vec::new(),
            evidence,
            message: String::new(),
            confidence: Confidence::Certain,
        }
    }

    /// With this message.
    #[must_use]
    pub fn says(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

/// Collects the findings of the rule that is running.
#[derive(Debug)]
pub struct Sink<'a> {
    map: &'a ReachMap,
    rule: &'static RuleInfo,
    found: BTreeMap<String, Finding>,
}

impl Sink<'_> {
    /// Reports what the rule saw. Of two reports with the same subject and end the worse stands.
    pub fn report(&mut self, seen: Seen) {
        let finding = self.finding(seen);
        match self.found.get(&finding.id) {
            Some(known) if rank(known) >= rank(&finding) => {}
            _ => {
                self.found.insert(finding.id.clone(), finding);
            }
        }
    }

    fn finding(&self, seen: Seen) -> Finding {
        let edges =
            || seen.legs.iter().flat_map(|(_, way)| &way.edges).filter_map(|it| self.map.edges.get(it));
        let mut evidence: BTreeSet<Place> = seen.evidence.iter().cloned().collect();
        evidence.extend(edges().filter_map(|it| it.decided_by.clone()));
        evidence.extend(edges().flat_map(|it| it.provenance.iter().filter_map(|it| it.place().cloned())));
        let first = seen.evidence.first().cloned();
        let mut ordered: Vec<Place> = first.into_iter().collect();
        ordered.extend(evidence.into_iter().filter(|it| Some(it) != seen.evidence.first()));
        let basis: Vec<String> = seen
            .legs
            .iter()
            .flat_map(|(leg, way)| way.edges.iter().map(move |it| format!("{leg} {it} {}", way.gate)))
            .collect();
        let mut basis: Vec<&str> = basis.iter().map(String::as_str).collect();
        basis.extend([seen.tier.word(), seen.exposure.word()]);
        Finding {
            id: digest("f-", &[self.rule.id, seen.subject.as_str(), seen.end.as_str()]),
            basis: digest("b-", &basis),
            group: String::new(),
            rule: self.rule.id.to_owned(),
            severity: Severity::of(seen.tier, seen.exposure),
            exposure: seen.exposure,
            tier: seen.tier,
            confidence: edges().map(|it| it.confidence).min().unwrap_or(seen.confidence).min(seen.confidence),
            subject: seen.subject,
            end: seen.end,
            title: self.rule.title.to_owned(),
            message: seen.message,
            legs: seen.legs.into_iter().map(|(leg, way)| (leg.to_owned(), way.edges)).collect(),
            evidence: ordered,
            categories: self.rule.categories.iter().map(|it| (*it).to_owned()).collect(),
            remedies: Vec::new(),
            status: Status::Open,
        }
    }
}

fn rank(finding: &Finding) -> (Severity, Confidence, Tier, std::cmp::Reverse<&str>) {
    (finding.severity, finding.confidence, finding.tier, std::cmp::Reverse(finding.basis.as_str()))
}

impl Rule {
    /// What the rule finds in `scene`, sorted by id.
    pub fn run(&self, scene: &Scene<'_>) -> Vec<Finding> {
        let mut sink = Sink { map: scene.map, rule: self.info, found: BTreeMap::new() };
        (self.check)(scene, &mut sink);
        sink.found.into_values().collect()
    }
}

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|it| it.info.id == id)
}

/// What all rules find in `map`.
pub fn find(map: &ReachMap, catalog: &Catalog) -> Vec<Finding> {
    let stock = Scene::stock_flows(map);
    let scene = Scene::new(map, catalog, &stock);
    ALL.iter().flat_map(|it| it.run(&scene)).collect()
}

/// What all rules find in `map` with `overlay` laid over it.
pub(crate) fn find_with(map: &ReachMap, catalog: &Catalog, overlay: Overlay) -> Vec<Finding> {
    let stock = Scene::stock_flows(map);
    let scene = Scene::with(map, catalog, &stock, overlay);
    ALL.iter().flat_map(|it| it.run(&scene)).collect()
}

/// The way that is a single edge.
pub(crate) fn single(edge: &EdgeId, gate: Gate) -> Way {
    Way { gate, edges: vec![edge.clone()] }
}

/// The exposure of several legs together: the strongest gate on any; none when one is closed.
pub(crate) fn exposure(gates: impl IntoIterator<Item = Gate>) -> Option<Exposure> {
    gates.into_iter().max().and_then(Gate::exposure)
}
