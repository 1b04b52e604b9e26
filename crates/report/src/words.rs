//! How to say an edge, a leg, a gate, a remedy: one place, so that all reports for people use the same words.
//!
//! Everything that comes from a scanned file leaves here through [`visible`].

use std::collections::BTreeMap;

use ambit_model::effect::{Effect, EffectFact};
use ambit_model::finding::{Edit, EditAction};
use ambit_model::{
    Architecture, Assessment, Asset, AssetId, AssetKind, Audience, Basis, Confidence, EdgeId, Exposure,
    Finding, Gate, Legs, Level, Place, Provenance, ReachEdge, Severity, Status, Trust, Verb, Where,
};

use crate::visible::visible;

/// How a root is named when it is where one stands.
pub(crate) const HERE: &str = ".";

/// What was looked at, in words: a dot says nothing to somebody who reads it elsewhere.
pub(crate) fn folder(root: &str) -> String {
    if root == HERE { "this folder".to_owned() } else { visible(root).into_owned() }
}

/// The rule that stands for a supplier of which nothing is known; reports show it in a section of its own.
pub const UNKNOWN_REACH: &str = "unknown-reach";

/// The parts of an assessment by id, and names for people.
#[derive(Debug)]
pub struct Index<'a> {
    assets: BTreeMap<&'a AssetId, &'a Asset>,
    edges: BTreeMap<&'a EdgeId, &'a ReachEdge>,
    findings: BTreeMap<&'a str, &'a Finding>,
    names: BTreeMap<(AssetKind, &'a str), usize>,
}

impl<'a> Index<'a> {
    /// The index of `assessment`.
    pub fn of(assessment: &'a Assessment) -> Self {
        let mut names = BTreeMap::new();
        for asset in &assessment.assets {
            *names.entry((asset.kind, asset.name.as_str())).or_insert(0) += 1;
        }
        Self {
            assets: assessment.assets.iter().map(|it| (&it.id, it)).collect(),
            edges: assessment.edges.iter().map(|it| (&it.id, it)).collect(),
            findings: assessment.findings.iter().map(|it| (it.id.as_str(), it)).collect(),
            names,
        }
    }

    /// The asset of this id.
    pub fn asset(&self, id: &AssetId) -> Option<&'a Asset> {
        self.assets.get(id).copied()
    }

    /// The edge of this id.
    pub fn edge(&self, id: &EdgeId) -> Option<&'a ReachEdge> {
        self.edges.get(id).copied()
    }

    /// The finding of this id.
    pub fn finding(&self, id: &str) -> Option<&'a Finding> {
        self.findings.get(id).copied()
    }

    /// The name of an asset for people. Where two assets of a kind share a name, the name in the id tells
    /// them apart: a name that imitates another must not pass for it.
    pub fn name(&self, id: &AssetId) -> String {
        let plain = self.asset(id).filter(|it| {
            !it.name.is_empty() && self.names.get(&(it.kind, it.name.as_str())).is_none_or(|count| *count < 2)
        });
        visible(plain.map_or_else(|| id.name(), |it| it.name.as_str())).into_owned()
    }

    /// What a tool is called beside the agent that uses it. Where a file of the program stands before it, its name alone.
    pub fn tool(&self, id: &AssetId) -> String {
        let is_of_file = id.name().matches('/').count() > 1;
        let name = self.asset(id).map(|it| it.name.as_str()).filter(|it| is_of_file && !it.is_empty());
        visible(name.unwrap_or_else(|| id.name())).into_owned()
    }

    /// The label that an asset has in the map: what it holds, who writes it, or where it leads.
    pub fn label(&self, id: &AssetId) -> Label {
        let Some(asset) = self.asset(id) else { return Label::Plain };
        match asset.kind {
            AssetKind::Memory => Label::Memory,
            AssetKind::Agent | AssetKind::Human | AssetKind::Model => Label::Plain,
            AssetKind::Credential => Label::Private,
            _ if asset.effects.iter().any(|it| it.effect == Effect::Unknown) => Label::Unknown,
            _ if asset.trust.is_some_and(Trust::is_untrusted) => Label::Untrusted,
            _ if asset.level.is_some_and(|it| it > Level::Public) => Label::Private,
            AssetKind::Channel => Label::WayOut,
            _ => Label::Plain,
        }
    }

    /// An edge as a sentence: who does what to which, with which tool, past which gate.
    pub fn sentence(&self, edge: &ReachEdge) -> String {
        let (mut from, mut to) = (self.name(&edge.from), self.name(&edge.to));
        // A server and its tool may be called the same.
        if from == to {
            (from, to) = (visible(edge.from.as_str()).into_owned(), visible(edge.to.as_str()).into_owned());
        }
        let via = edge.via.as_ref().map(|it| format!(" with `{}`", self.name(it))).unwrap_or_default();
        format!("`{from}` {} `{to}`{via}, {}", can(edge.verb), gate(edge.gate))
    }
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Outsiders can write it.
    Untrusted,
    /// Not everybody may know it.
    Private,
    /// What is sent there leaves.
    WayOut,
    /// Read back in a later session.
    Memory,
    /// Nobody knows what it does.
    Unknown,
    /// None of these.
    Plain,
}

impl Label {
    /// The label of what an edge leads to, as the edge uses it: the same web page is untrusted where it is
    /// taken in and a way out where something is sent to it.
    pub fn of_edge(edge: &ReachEdge) -> Self {
        match edge.verb {
            Verb::Ingests | Verb::Loads if edge.reached_by.is_some_and(Trust::is_untrusted) => {
                Self::Untrusted
            }
            Verb::Reads | Verb::Holds => Self::Private,
            Verb::Sends | Verb::Executes | Verb::Writes | Verb::Spends | Verb::Grants => Self::WayOut,
            Verb::Remembers | Verb::Recalls => Self::Memory,
            Verb::MayReach => Self::Unknown,
            Verb::Ingests | Verb::Loads | Verb::Delegates | Verb::Supplies | Verb::RunsIn => Self::Plain,
        }
    }

    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Private => "private",
            Self::WayOut => "way out",
            Self::Memory => "memory",
            Self::Unknown => "unknown",
            Self::Plain => "plain",
        }
    }
}

/// A verb as the middle of a sentence whose subject is the agent.
pub fn can(verb: Verb) -> &'static str {
    match verb {
        Verb::Ingests => "takes in",
        Verb::Reads => "can read",
        Verb::Sends => "can send to",
        Verb::Writes => "can change",
        Verb::Executes => "can run code in",
        Verb::Spends => "can spend from",
        Verb::Grants => "can change rights in",
        Verb::Remembers => "can write into",
        Verb::Recalls => "reads back",
        Verb::Delegates => "can hand work to",
        Verb::Loads => "loads as instructions",
        Verb::Holds => "holds",
        Verb::Supplies => "supplies",
        Verb::RunsIn => "runs in",
        Verb::MayReach => "may do anything to",
    }
}

/// A gate as the end of a sentence.
pub fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Auto => "without asking",
        Gate::Prompted => "asked first, until one click silences it",
        Gate::Asked => "a rule asks first",
        Gate::Denied => "denied",
    }
}

/// How exposed a finding is, as a remark.
pub fn exposure(finding: &Finding, index: &Index<'_>) -> &'static str {
    match finding.exposure {
        Exposure::Open => "nothing asks",
        Exposure::Prompted => "asks first, until one click silences it",
        Exposure::Guarded if is_asked(finding, index) => "a rule asks first",
        // Nobody is asked for this agent's call: what holds it back is that the harm begins elsewhere.
        Exposure::Guarded => "somebody else must act first",
    }
}

fn is_asked(finding: &Finding, index: &Index<'_>) -> bool {
    let edges = finding.legs.values().flatten().filter_map(|it| index.edge(it));
    edges.into_iter().any(|it| it.gate == Gate::Asked)
}

/// A confidence as a remark.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible: a part is inferred or unknown",
        Confidence::Likely => "likely: a part comes from the catalog",
        Confidence::Certain => "certain: all of it is written in files",
    }
}

/// Who can write content of this trust.
pub fn authors(trust: Trust) -> &'static str {
    match trust {
        Trust::Public => "strangers",
        Trust::Partner => "partners",
        Trust::Organization => "the organization",
        Trust::Operator => "the operator",
    }
}

/// Who receives what is sent.
pub fn receivers(audience: Audience) -> &'static str {
    match audience {
        Audience::Myself => "the operator alone",
        Audience::Organization => "the organization",
        Audience::Partner => "partners",
        Audience::Public => "anybody",
    }
}

/// Whether somebody or something has dealt with a finding.
pub fn is_settled(status: Status) -> bool {
    matches!(status, Status::Accepted | Status::Mitigated)
}

/// A place as `path:line`.
pub fn place(place: &Place) -> String {
    format!("{}:{}", visible(&place.path), place.line)
}

/// How a fact is known, as the end of a sentence.
pub fn known(provenance: &Provenance) -> String {
    match provenance {
        Provenance::Declared(it) => format!("declared in {}", place(it)),
        Provenance::Observed(it) => format!("observed in {}", place(it)),
        Provenance::Stated(it) => format!("stated in {}", place(it)),
        Provenance::Assumed { entry } => format!("assumed from the catalog entry `{}`", visible(entry)),
    }
}

/// Where a reader can check an edge: the first line that makes it true, else the catalog entry.
pub fn source(edge: &ReachEdge) -> Option<String> {
    let read = edge.provenance.iter().find_map(Provenance::place).or(edge.decided_by.as_ref());
    read.map(place).or_else(|| edge.provenance.first().map(known))
}

/// What a leg of a path shows.
pub fn leg(name: &str) -> String {
    match name {
        "untrusted" => "what outsiders write".to_owned(),
        "private" => "what it can read".to_owned(),
        "outbound" => "where it can send".to_owned(),
        "trigger" => "what starts it".to_owned(),
        "first" | "second" | "third" => format!("{name} step"),
        "later" => "what comes of it".to_owned(),
        other => visible(other).replace('-', " "),
    }
}

/// The legs in the order of the attack: what comes in first, what goes out last.
pub fn legs(legs: &Legs) -> Vec<(&str, &[EdgeId])> {
    let mut ordered: Vec<_> = legs.iter().map(|(name, edges)| (name.as_str(), edges.as_slice())).collect();
    ordered.sort_by_key(|(name, _)| match *name {
        "untrusted" | "trigger" => 0,
        "instruction" | "stream" | "delegation" | "first" => 1,
        "private" => 3,
        "outbound" | "later" => 4,
        _ => 2,
    });
    ordered
}

/// How much of an architecture's questions the map answers.
pub fn answered(architecture: &Architecture) -> String {
    let all = architecture.questions.len();
    let open = architecture.open().count();
    match open {
        0 => format!("the map answers all of its {}", count(all, "question")),
        _ => format!("the map answers {} of its {}", all - open, count(all, "question")),
    }
}

/// What is said where no remedy was found.
pub const UNCUT: &str =
    "No single change that Ambit knows stops it: `ambit contain` looks for several together.";

/// The edits to tell of. Several that go to one list are told by the first, and the others have no lines.
pub fn told(edits: &[Edit]) -> impl Iterator<Item = &Edit> {
    edits.iter().filter(|it| !it.lines.is_empty())
}

/// What to do with the lines of an edit.
pub fn edit(edit: &Edit) -> String {
    let path = visible(&edit.path);
    match edit.action {
        EditAction::Push => format!("in `{path}`, add:"),
        EditAction::Set => format!("in `{path}`, write:"),
        EditAction::Remove => format!("in `{path}`, take out:"),
        EditAction::Manual => format!("in `{path}`, change by hand:"),
    }
}

/// The lines of an edit, each shown as it must be written.
pub fn edit_lines(edit: &Edit) -> impl Iterator<Item = String> + '_ {
    edit.lines.lines().map(|it| visible(it).into_owned())
}

/// What a tool does, with the parameters that are known.
pub fn effect(fact: &EffectFact) -> String {
    let text = match &fact.effect {
        Effect::Ingests { trust } => format!("takes in what {} can write", authors(*trust)),
        Effect::Reads { data, level } if data.is_empty() => format!("reads {level} data"),
        Effect::Reads { data, level } => format!("reads {level} data ({})", list(data)),
        Effect::Sends { audience, bandwidth } => {
            format!("sends to {} ({})", receivers(*audience), bandwidth.word().replace('-', " "))
        }
        Effect::Writes { reversibility, blast_radius } => {
            format!("changes state ({reversibility}, {})", blast_radius.word().replace('-', " "))
        }
        Effect::Executes { r#where } => format!("runs code {}", place_of_code(*r#where)),
        Effect::Spends { limit: None } => "spends without a known limit".to_owned(),
        Effect::Spends { limit: Some(limit) } => format!("spends up to {}", visible(limit)),
        Effect::Grants => "changes who may do what".to_owned(),
        Effect::Remembers { .. } => "writes what a later session reads back".to_owned(),
        Effect::Recalls { .. } => "reads back what an earlier session wrote".to_owned(),
        Effect::Delegates { .. } => "hands work to another agent".to_owned(),
        Effect::Unknown => "does nobody knows what".to_owned(),
    };
    let how = match fact.basis {
        Basis::Declared => "declared",
        Basis::Observed => "observed",
        Basis::Stated => "stated in the model file",
        Basis::Catalog => "from the catalog",
        Basis::Inferred => "inferred",
    };
    match visible(&fact.because) {
        because if because.is_empty() => format!("{text}; {how}"),
        because => format!("{text}; {how}: {because}"),
    }
}

fn place_of_code(place: Where) -> &'static str {
    match place {
        Where::Sandbox => "in a sandbox",
        Where::Workspace => "in the workspace",
        Where::Host => "with the user's rights",
        Where::Remote => "on another machine",
    }
}

/// `1 agent`, `2 agents`, `1 entry`, `2 entries`.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

/// Words from files, separated by commas.
pub fn list(words: &[String]) -> String {
    words.iter().map(|it| visible(it)).collect::<Vec<_>>().join(", ")
}

/// `2 high, 7 medium`: worst first, none left out, zeros not said.
pub fn tally(severities: impl IntoIterator<Item = Severity>) -> String {
    let mut counts = BTreeMap::new();
    for severity in severities {
        *counts.entry(severity).or_insert(0_usize) += 1;
    }
    tally_of(&counts)
}

/// The same of counts that are made already.
pub fn tally_of(counts: &BTreeMap<Severity, usize>) -> String {
    let words: Vec<_> = counts
        .iter()
        .rev()
        .filter(|(_, count)| **count > 0)
        .map(|(it, count)| format!("{count} {it}"))
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_is_worst_first_and_leaves_out_what_is_not_there() {
        assert_eq!(tally([Severity::Low, Severity::Critical, Severity::Low]), "1 critical, 2 low");
        assert_eq!(tally([]), "");
    }

    #[test]
    fn legs_follow_the_attack() {
        let all: Legs =
            ["action", "outbound", "private", "untrusted"].map(|it| (it.to_owned(), Vec::new())).into();
        let names: Vec<_> = legs(&all).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["untrusted", "action", "private", "outbound"]);
    }

    #[test]
    fn nouns_have_plurals() {
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(count(0, "entry"), "0 entries");
        assert_eq!(count(2, "agent"), "2 agents");
    }
}
