//! Patterns: which assets, edges or findings an entry is about.

use std::sync::OnceLock;

use globset::{Glob, GlobMatcher};

use super::entry::{choice, entry};
use super::forms::{self, Name};
use super::shape::{Form, Shape};
use super::take::{Spot, Stated};
use crate::asset::AssetId;
use crate::finding::{Finding, Severity};
use crate::gate::Gate;
use crate::reach::{ReachEdge, Verb};
use crate::tier::Tier;

/// A text that stands for itself, or for several with `*` and `?`.
#[derive(Debug, Clone)]
struct Wild {
    text: String,
    /// Compiled when it is first asked: most files are checked more often than matched.
    glob: OnceLock<Option<Box<GlobMatcher>>>,
}

impl Wild {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), glob: OnceLock::new() }
    }

    fn matches(&self, text: &str) -> bool {
        if self.text == text {
            return true;
        }
        match self.text.find(['*', '?', '[', '{', '\\']) {
            None => return false,
            // Most patterns end in their only star; no expression has to be compiled for those.
            Some(at) if at + 1 == self.text.len() && self.text.ends_with('*') => {
                return self.text.get(..at).is_some_and(|it| text.starts_with(it));
            }
            Some(_) => {}
        }
        let glob =
            self.glob.get_or_init(|| Glob::new(&self.text).ok().map(|it| Box::new(it.compile_matcher())));
        glob.as_ref().is_some_and(|it| it.is_match(text))
    }
}

impl PartialEq for Wild {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Wild {}

/// Types that are patterns of a form.
macro_rules! wild {
    ($($(#[doc = $about:literal])+ $name:ident, $form:expr;)*) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Wild);

        impl $name {
            const FORM: &'static Form = $form;

            /// The pattern; none where the text is not one.
            pub fn new(text: &str) -> Option<Self> {
                (Self::FORM.fits)(text).then(|| Self(Wild::new(text)))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// The beginning of the id of one edge or finding, where it is that.
            pub fn prefix(&self) -> Option<&str> {
                let is_hashed = ["e-", "f-"].iter().any(|it| forms::is_hashed(self.as_str(), it));
                is_hashed.then_some(self.as_str())
            }

            /// Whether the asset is meant.
            pub fn matches_asset(&self, id: &AssetId) -> bool {
                self.0.matches(id.as_str())
            }

            /// Whether the edge is meant: by its id or the beginning of it, or because it begins at, leads
            /// to or goes by way of an asset that is meant.
            pub fn matches_edge(&self, edge: &ReachEdge) -> bool {
                match self.prefix() {
                    Some(prefix) => edge.id.as_str().starts_with(prefix),
                    None => [Some(&edge.from), Some(&edge.to), edge.via.as_ref()]
                        .into_iter()
                        .flatten()
                        .map(AssetId::as_str)
                        .chain([edge.id.as_str()])
                        .any(|it| self.0.matches(it)),
                }
            }

            /// Whether the finding is meant: by its id or the beginning of it, or because an asset that is
            /// meant acts in it or is its end.
            pub fn matches_finding(&self, finding: &Finding) -> bool {
                match self.prefix() {
                    Some(prefix) => finding.id.starts_with(prefix),
                    None => [finding.subject.as_str(), finding.end.as_str(), finding.id.as_str()]
                        .into_iter()
                        .any(|it| self.0.matches(it)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Stated for $name {
            const SHAPE: &'static Shape = &Shape::Text(Self::FORM);
            const SINGLE: bool = true;

            fn take(spot: &Spot<'_>) -> Option<Self> {
                spot.text().and_then(Self::new)
            }
        }
    )*};
}

wild! {
    /// Assets, by id or glob.
    Assets, &forms::ASSETS;
    /// Tools of `facts`, by name or glob.
    Tools, &forms::TOOLS;
    /// Edges by id, or by the assets that they touch.
    EdgeText, &forms::EDGES;
    /// Findings by id, or by the assets that they are about.
    FindingText, &forms::FINDINGS;
    /// Edges or findings, by id or by assets.
    AnyText, &forms::ANYTHING;
}

impl Tools {
    /// Whether the tool of that name is meant.
    pub fn matches_name(&self, name: &str) -> bool {
        self.0.matches(name)
    }
}

entry! {
    /// Edges that have all of this.
    "an edge pattern" EdgeParts one of ["from", "verb", "to", "via", "tier", "gate"] {
        /// Where they begin: an id of an asset, or a pattern.
        "from" => from: Option<Assets>,
        /// What they do, one or several verbs.
        "verb" => verb: Vec<Verb>,
        /// Where they lead.
        "to" => to: Option<Assets>,
        /// The tool they go by.
        "via" => via: Option<Assets>,
        /// Their tier.
        "tier" => tier: Option<Tier>,
        /// What stands before them.
        "gate" => gate: Option<Gate>,
    }
}

impl EdgeParts {
    /// Whether the edge is meant. A pattern that says nothing means none.
    pub fn matches_edge(&self, edge: &ReachEdge) -> bool {
        let asset = |pattern: &Option<Assets>, id: Option<&AssetId>| {
            pattern.as_ref().is_none_or(|it| id.is_some_and(|id| it.matches_asset(id)))
        };
        !self.is_empty()
            && asset(&self.from, Some(&edge.from))
            && asset(&self.to, Some(&edge.to))
            && asset(&self.via, edge.via.as_ref())
            && (self.verb.is_empty() || self.verb.contains(&edge.verb))
            && self.tier.is_none_or(|it| it == edge.tier)
            && self.gate.is_none_or(|it| it == edge.gate)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        let Self { from, verb, to, via, tier, gate } = self;
        [from, to, via].iter().all(|it| it.is_none()) && verb.is_empty() && tier.is_none() && gate.is_none()
    }
}

entry! {
    /// Findings that have all of this.
    "a finding pattern" FindingParts one of ["rule", "subject", "end", "severity"] {
        /// The rule.
        "rule" => rule: Option<Name>,
        /// Who acts: an id of an asset, or a pattern.
        "subject" => subject: Option<Assets>,
        /// What they end in.
        "end" => end: Option<Assets>,
        /// Their severity.
        "severity" => severity: Option<Severity>,
    }
}

impl FindingParts {
    /// Whether the finding is meant. A pattern that says nothing means none.
    pub fn matches_finding(&self, finding: &Finding) -> bool {
        !self.is_empty()
            && self.rule.as_ref().is_none_or(|it| it.as_str() == finding.rule)
            && self.subject.as_ref().is_none_or(|it| it.matches_asset(&finding.subject))
            && self.end.as_ref().is_none_or(|it| it.matches_asset(&finding.end))
            && self.severity.is_none_or(|it| it == finding.severity)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        let Self { rule, subject, end, severity } = self;
        rule.is_none() && subject.is_none() && end.is_none() && severity.is_none()
    }
}

choice! {
    /// Which edges: an id or the beginning of one, an asset that they touch, or what they have.
    "an edge pattern" EdgePattern {
        text
        /// By id, or by the assets that they touch.
        Text(EdgeText),
        /// By what they have.
        Parts(EdgeParts),
    }
}

impl EdgePattern {
    /// Whether the edge is meant.
    pub fn matches_edge(&self, edge: &ReachEdge) -> bool {
        match self {
            Self::Text(it) => it.matches_edge(edge),
            Self::Parts(it) => it.matches_edge(edge),
        }
    }
}

choice! {
    /// Which findings: an id or the beginning of one, an asset that they are about, or what they have.
    "a finding pattern" FindingPattern {
        text
        /// By id, or by the assets that they are about.
        Text(FindingText),
        /// By what they have.
        Parts(FindingParts),
    }
}

impl FindingPattern {
    /// Whether the finding is meant.
    pub fn matches_finding(&self, finding: &Finding) -> bool {
        match self {
            Self::Text(it) => it.matches_finding(finding),
            Self::Parts(it) => it.matches_finding(finding),
        }
    }
}

choice! {
    /// Which findings or edges: an id or the beginning of one, an asset that they touch, or what they have.
    "a pattern" Pattern {
        text
        /// By id, or by the assets that they touch.
        Text(AnyText),
        /// Findings, by what they have.
        Finding(FindingParts),
        /// Edges, by what they have.
        Edge(EdgeParts),
    }
}

impl Pattern {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(it) => Some(it.as_str()),
            _ => None,
        }
    }

    /// Whether the edge is meant.
    pub fn matches_edge(&self, edge: &ReachEdge) -> bool {
        match self {
            Self::Text(it) => it.matches_edge(edge),
            Self::Edge(it) => it.matches_edge(edge),
            Self::Finding(_) => false,
        }
    }

    /// Whether the finding is meant.
    pub fn matches_finding(&self, finding: &Finding) -> bool {
        match self {
            Self::Text(it) => it.matches_finding(finding),
            Self::Finding(it) => it.matches_finding(finding),
            Self::Edge(_) => false,
        }
    }
}
