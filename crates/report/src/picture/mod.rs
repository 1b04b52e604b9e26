//! Pictures of an assessment: the reach map, and the data-flow diagram.
//!
//! What lives here: from assessment to scene (what stands where), to order (few crossings), to layout (where),
//! to markup. It may use the model; it judges nothing, and no name reaches the markup unescaped.

mod dataflow;
mod fold;
pub(crate) mod index;
mod notes;
mod order;
mod paint;
mod place;
mod route;
mod scene;
mod text;

use ambit_model::{Assessment, AssetId, Finding};
use maud::Markup;

use index::Index;
use scene::{Cut, Scene};

pub(crate) use dataflow::{STRIDE, Threat, threats};
pub(crate) use notes::{receivers, writers};
pub(crate) use scene::goes_in;

/// Colours and faces of pictures and pages, for light and dark.
pub(crate) const TOKENS: &str = include_str!("tokens.css");
/// The look of pictures.
pub(crate) const STYLE: &str = include_str!("picture.css");

/// How many agents one map holds before it shows one agent at a time.
pub(crate) const CROWD: usize = 6;

/// What to draw.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only what this agent touches. Without it: all agents where they are few, else the worst one.
    pub agent: Option<AssetId>,
    /// The id of the finding whose path stands out. Without it: the worst one.
    pub focus: Option<String>,
}

/// The reach map as a file of its own.
pub fn svg(assessment: &Assessment, options: &Options) -> String {
    let index = Index::new(assessment);
    let agents = index.agents();
    let chosen = options.agent.as_ref().and_then(|id| agents.iter().find(|it| it.id == *id)).map(|it| &it.id);
    let crowded = agents.len() > CROWD;
    let agent = chosen.or_else(|| agents.first().filter(|_| crowded).map(|it| &it.id));
    let named = options.focus.as_ref().and_then(|id| assessment.findings.iter().find(|it| it.id == *id));
    let focus = named.or_else(|| scene::worst(&index, agent));
    let scene = Scene::new(&index, Cut { agent, focus });
    let layout = place::layout(&scene, &order::order(&scene));
    paint::file(&index, &scene, &layout, focus).into_string()
}

/// The reach map as a part of a page, of one agent or of all, with the finding in focus that it shows first.
pub(crate) fn map<'a>(index: &Index<'a>, agent: Option<&'a AssetId>) -> (Markup, Option<&'a Finding>) {
    let focus = scene::worst(index, agent);
    let scene = Scene::new(index, Cut { agent, focus });
    let layout = place::layout(&scene, &order::order(&scene));
    (paint::part(index, &scene, &layout, focus), focus)
}

/// What the lines of a map mean, for a page whose screen has no room for a whole map.
pub(crate) fn key() -> Markup {
    paint::key()
}

/// The reach map of one agent or of all, with the numbers of `threats` beside the tiers.
pub(crate) fn annotated<'a>(index: &Index<'a>, agent: Option<&'a AssetId>, threats: &[Threat<'a>]) -> Markup {
    let focus = scene::worst(index, agent);
    let scene = Scene::new(index, Cut { agent, focus });
    let mut layout = place::layout(&scene, &order::order(&scene));
    layout.chips = dataflow::tiers_and_threats(&scene, &layout, threats);
    paint::part(index, &scene, &layout, focus)
}

/// The data-flow diagram of one agent or of all, annotated with the numbers of `threats`.
pub(crate) fn flows<'a>(index: &Index<'a>, agent: Option<&'a AssetId>, threats: &[Threat<'a>]) -> Markup {
    let scene = Scene::new(index, Cut { agent, focus: None });
    let layout = place::layout(&scene, &order::order(&scene));
    dataflow::paint(index, &scene, &layout, threats)
}
