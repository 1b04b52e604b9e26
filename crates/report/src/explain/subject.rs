//! What a person asks for, found by its id, the beginning of it, or its name.

use std::collections::BTreeSet;

use ambit_catalog::schema::{ArchitecturePattern, Category, Control, Sequence};
use ambit_model::stated::{Control as StatedControl, Entry};
use ambit_model::{Asset, Finding, ReachEdge, RuleInfo};

use super::View;
use crate::Error;
use crate::visible::visible;

/// How many ids an error shows.
const FEW: usize = 5;

/// What a person asks to have explained: an id, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The thing that `text` names.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// What can be explained.
#[derive(Debug, Clone, Copy)]
pub(super) enum Thing<'a> {
    Rule(&'a RuleInfo),
    Category(&'a str, &'a Category),
    Control(&'a str, &'a Control),
    Stated(&'a str, &'a Entry<StatedControl>),
    Pattern(&'a str, &'a ArchitecturePattern),
    Sequence(&'a str, &'a Sequence),
    Finding(&'a Finding),
    Edge(&'a ReachEdge),
    Asset(&'a Asset),
}

impl<'a> Thing<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::Rule(it) => it.id,
            Self::Category(id, _) | Self::Control(id, _) | Self::Pattern(id, _) | Self::Sequence(id, _) => id,
            Self::Stated(name, _) => name,
            Self::Finding(it) => &it.id,
            Self::Edge(it) => it.id.as_str(),
            Self::Asset(it) => it.id.as_str(),
        }
    }

    /// What is left of `text` without the word for what kind of thing it is, for things whose ids do not have it.
    fn plain(self, text: &str) -> &str {
        let kind = match self {
            Self::Pattern(..) => "pattern:",
            Self::Sequence(..) => "sequence:",
            Self::Stated(..) => "control:",
            _ => return text,
        };
        text.strip_prefix(kind).unwrap_or(text)
    }

    /// Whether `text` is its id, or, of an asset, its name.
    fn is_called(self, text: &str) -> bool {
        let text = self.plain(text);
        self.id().eq_ignore_ascii_case(text)
            || matches!(self, Self::Asset(it) if it.id.name() == text || it.name == text)
    }

    fn begins_with(self, text: &str) -> bool {
        let text = self.plain(text);
        let head = self.id().get(..text.len());
        head.is_some_and(|it| it.eq_ignore_ascii_case(text))
    }
}

/// The one thing that `what` means: an exact id, then a name, then the beginning of one id alone.
pub(super) fn find<'a>(what: &Subject, view: &View<'a>) -> Result<Thing<'a>, Error> {
    let things = things(view);
    let text = what.0.trim();
    let shown = visible(text).into_owned();
    let exact = things.iter().copied().filter(|it| it.id() == it.plain(text)).collect::<Vec<_>>();
    let called = || things.iter().copied().filter(|it| it.is_called(text)).collect::<Vec<_>>();
    let begun = || things.iter().copied().filter(|it| !text.is_empty() && it.begins_with(text)).collect();
    for matches in [exact, called(), begun()] {
        match matches.as_slice() {
            [] => {}
            [thing] => return Ok(*thing),
            // What the team itself calls so is meant before what the catalog does.
            [Thing::Control(..), own @ Thing::Stated(..)] => return Ok(*own),
            several => {
                let matches = several.iter().take(FEW).map(|it| visible(it.id()).into_owned()).collect();
                return Err(Error::Ambiguous { what: shown, matches });
            }
        }
    }
    Err(Error::Unknown { what: shown, nearest: nearest(text, &things) })
}

fn things<'a>(view: &View<'a>) -> Vec<Thing<'a>> {
    let rules = view.options.rules.iter().map(|it| Thing::Rule(it));
    let categories = view.catalog.categories().iter().map(|(id, it)| Thing::Category(id, it));
    let controls = view.catalog.controls().iter().map(|(id, it)| Thing::Control(id, it));
    let stated = view.more.iter().flat_map(|it| it.model.controls.iter());
    let stated = stated.map(|(name, it)| Thing::Stated(name, it));
    let patterns = view.catalog.patterns().iter().map(|(id, it)| Thing::Pattern(id, it));
    let sequences = view.catalog.sequences().iter().map(|(id, it)| Thing::Sequence(id, it));
    let mut things: Vec<_> =
        rules.chain(categories).chain(controls).chain(stated).chain(patterns).chain(sequences).collect();
    if let Some(assessment) = view.assessment {
        things.extend(assessment.findings.iter().map(Thing::Finding));
        things.extend(assessment.edges.iter().map(Thing::Edge));
        things.extend(assessment.assets.iter().map(Thing::Asset));
    }
    things
}

/// The ids that look most like `text`: few letters changed, or `text` somewhere in them.
fn nearest(text: &str, things: &[Thing<'_>]) -> Vec<String> {
    let text = text.to_ascii_lowercase();
    let enough = text.chars().count() / 3 + 1;
    let near: BTreeSet<(usize, &str)> = things
        .iter()
        .filter_map(|it| {
            let id = it.id().to_ascii_lowercase();
            let tail = id.split_once(':').map_or(id.as_str(), |(_, tail)| tail);
            let distance = strsim::levenshtein(&id, &text).min(strsim::levenshtein(tail, &text));
            let within = text.len() > 2 && id.contains(&text);
            (within || distance <= enough).then_some((distance, it.id()))
        })
        .collect();
    near.into_iter().take(FEW).map(|(_, id)| visible(id).into_owned()).collect()
}
