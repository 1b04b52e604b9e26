//! One file per rule, one page beside it, one line here. A rule sees a [`Scene`] and nothing else; it reports
//! what it sees through the [`Sink`], which computes severity, ids and confidence, so that no rule types them in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::reach::digest;
use ambit_model::{
    AssetId, Confidence, EdgeId, Exposure, Finding, Gate, Legs, Place, ReachEdge, RuleInfo, Severity, Status,
    Tier, Verb, parallel,
};

use crate::basis;
use crate::flow::Way;
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::scene::{Overlay, Scene};
pub(crate) use inline_secret::{Held, held, held_by};

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
    blind_approval,
    sandbox_off,
    wildcard_permission,
    project_starts_servers,
    hook_runs_project_code,
    permission_conflict,
    broad_filesystem,
    untrusted_trigger,
    prompt_built_from_untrusted,
    script_injection,
    toxic_sequence,
    stored_injection,
    shared_memory_across_domains,
    cross_agent_escalation,
    delegation_widens,
    stream_unordered_or_unsigned,
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
    unbounded_loop,
    unknown_reach,
}

/// What changes the world. What is unknown has a rule of its own.
pub(crate) const ACTIONS: &[Verb] = &[Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants];

/// From so many agents on, a thread of its own pays for the closures that it makes again.
const MANY_AGENTS: usize = 16;

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
    /// How bad it is.
    pub(crate) fn severity(&self) -> Severity {
        Severity::of(self.tier, self.exposure)
    }

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
    seen: BTreeMap<(AssetId, AssetId), Seen>,
}

impl Sink<'_> {
    /// Reports what the rule saw. Of two reports with the same subject and end the worse stands, then the surer,
    /// then the one with the shorter way.
    pub fn report(&mut self, seen: Seen) {
        let key = (seen.subject.clone(), seen.end.clone());
        match self.seen.get(&key) {
            Some(known) if self.rank(known) >= self.rank(&seen) => {}
            _ => {
                self.seen.insert(key, seen);
            }
        }
    }

    fn rank(&self, seen: &Seen) -> impl Ord + use<> {
        let edges = || seen.legs.iter().flat_map(|(_, way)| way.edges.iter());
        let ids: Vec<EdgeNo> = edges().copied().collect();
        (seen.severity(), self.confidence(seen), seen.tier, Reverse((ids.len(), ids)))
    }

    fn rows<'s>(&'s self, seen: &'s Seen) -> impl Iterator<Item = &'s ReachEdge> {
        let numbers = seen.legs.iter().flat_map(|(_, way)| way.edges.iter());
        numbers.filter_map(|it| self.map.row(*it)).map(|it| it.edge)
    }

    fn confidence(&self, seen: &Seen) -> Confidence {
        self.rows(seen).map(|it| it.confidence).min().unwrap_or(seen.confidence).min(seen.confidence)
    }

    /// Lines that the rule named, the first of them first, then those of its legs.
    fn evidence(&self, seen: &Seen) -> Vec<Place> {
        let mut evidence: BTreeSet<&Place> = seen.evidence.iter().collect();
        evidence.extend(self.rows(seen).filter_map(|it| it.decided_by.as_ref()));
        evidence.extend(self.rows(seen).flat_map(|it| it.provenance.iter().filter_map(|it| it.place())));
        let first = seen.evidence.first();
        first.into_iter().chain(evidence.into_iter().filter(|it| Some(*it) != first)).cloned().collect()
    }

    fn finding(&self, seen: Seen) -> Finding {
        let id = |no: &EdgeNo| self.map.row(*no).map(|it| it.id);
        let leg = |way: &Way| -> Vec<EdgeId> { way.edges.iter().filter_map(id).collect() };
        let legs: Legs = seen.legs.iter().map(|(name, way)| ((*name).to_owned(), leg(way))).collect();
        let gate = |it: &EdgeId| self.map.edge(it).map(|it| it.gate);
        let id = id_of(self.rule, &seen.subject, &seen.end);
        let basis = basis::of_legs(&id, &legs, (seen.tier, seen.exposure), gate).id();
        Finding {
            id,
            basis,
            group: String::new(),
            rule: self.rule.id.to_owned(),
            severity: seen.severity(),
            exposure: seen.exposure,
            tier: seen.tier,
            confidence: self.confidence(&seen),
            evidence: self.evidence(&seen),
            subject: seen.subject,
            end: seen.end,
            title: self.rule.title.to_owned(),
            message: seen.message,
            legs,
            categories: self.rule.categories.iter().map(|it| (*it).to_owned()).collect(),
            remedies: Vec::new(),
            status: Status::Open,
            decision: None,
        }
    }
}

pub(crate) fn id_of(rule: &RuleInfo, subject: &AssetId, end: &AssetId) -> String {
    digest("f-", &[rule.id, subject.as_str(), end.as_str()])
}

impl Rule {
    /// What the rule finds in `scene`, sorted by id.
    pub fn run(&self, scene: &Scene<'_>) -> Vec<Finding> {
        let mut sink = self.see(scene);
        let seen = std::mem::take(&mut sink.seen);
        let mut found: Vec<Finding> = seen.into_values().map(|it| sink.finding(it)).collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }

    /// What the rule sees of `subject` and `end`.
    pub(crate) fn look(&self, scene: &Scene<'_>, subject: &AssetId, end: &AssetId) -> Option<Seen> {
        self.see(scene).seen.remove(&(subject.clone(), end.clone()))
    }

    /// The finding about `subject` and `end`.
    pub(crate) fn find(&self, scene: &Scene<'_>, subject: &AssetId, end: &AssetId) -> Option<Finding> {
        let mut sink = self.see(scene);
        let seen = sink.seen.remove(&(subject.clone(), end.clone()))?;
        Some(sink.finding(seen))
    }

    fn see<'a>(&self, scene: &Scene<'a>) -> Sink<'a> {
        let mut sink = Sink { map: scene.map, rule: self.info, seen: BTreeMap::new() };
        (self.check)(scene, &mut sink);
        sink
    }
}

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|it| it.info.id == id)
}

/// What all rules find in `map`.
pub fn find(map: &ReachMap, catalog: &Catalog) -> Vec<Finding> {
    find_with(map, catalog, &Overlay::default())
}

/// What all rules find in `map` with `overlay` laid over it.
pub(crate) fn find_with(map: &ReachMap, catalog: &Catalog, overlay: &Overlay) -> Vec<Finding> {
    let scene = || Scene::with(map, catalog, overlay.clone());
    if map.agents.len() < MANY_AGENTS {
        return find_in(&scene());
    }
    parallel::map_with(ALL, scene, |scene, rule| rule.run(scene)).into_iter().flatten().collect()
}

/// What all rules find in `scene`.
pub(crate) fn find_in(scene: &Scene<'_>) -> Vec<Finding> {
    ALL.iter().flat_map(|it| it.run(scene)).collect()
}

/// The way that is a single edge.
pub(crate) fn single(edge: EdgeNo, gate: Gate) -> Way {
    Way::single(edge, gate)
}

/// The exposure of several legs together: the strongest gate on any; none when one is closed.
pub(crate) fn exposure(gates: impl IntoIterator<Item = Gate>) -> Option<Exposure> {
    gates.into_iter().max().and_then(Gate::exposure)
}
