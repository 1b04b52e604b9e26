//! One thing explained: a rule, a finding, an asset, an edge, a framework category, a control of the catalog or of
//! `ambit.yaml`, an architecture or a sequence.

mod built;
mod knowledge;
mod map;
mod pages;
mod scores;
mod stated;
mod subject;

use std::io::Write;

use ambit_catalog::Catalog;
use ambit_model::risk::Scored;
use ambit_model::stated::Model;
use ambit_model::{Assessment, Finding};

use crate::text::page::Page;
use crate::words::Index;
use crate::{Error, Options};
pub use subject::Subject;
use subject::Thing;

/// What is asked for only where an explanation needs it.
#[derive(Clone, Copy)]
pub struct More<'a> {
    /// What people state.
    pub model: &'a Model,
    /// The scores of a finding, by its id.
    pub scored: &'a dyn Fn(&str) -> Option<Scored>,
    /// The findings that a control of `ambit.yaml` ends, or would end, by its name.
    pub ends: &'a dyn Fn(&str) -> Vec<Finding>,
}

impl std::fmt::Debug for More<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("More").finish_non_exhaustive()
    }
}

/// What every explanation can look things up in.
struct View<'a> {
    assessment: Option<&'a Assessment>,
    index: Option<Index<'a>>,
    more: Option<&'a More<'a>>,
    catalog: &'a Catalog,
    options: &'a Options<'a>,
}

/// Writes what is known of `what`. Findings, assets and edges are looked for in `assessment`; rules in
/// `options.rules`.
pub fn explain(
    what: &Subject,
    (assessment, more): (Option<&Assessment>, Option<&More<'_>>),
    catalog: &Catalog,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let view = View { assessment, index: assessment.map(Index::of), more, catalog, options };
    let mut page = Page::new(options, out);
    match subject::find(what, &view)? {
        Thing::Rule(rule) => knowledge::rule(&view, rule, &mut page),
        Thing::Category(id, category) => knowledge::category(&view, id, category, &mut page),
        Thing::Control(id, control) => knowledge::control(&view, id, control, &mut page),
        Thing::Stated(name, entry) => stated::control(&view, (name, entry), &mut page),
        Thing::Pattern(id, pattern) => built::pattern(&view, id, pattern, &mut page),
        Thing::Sequence(id, sequence) => built::sequence(&view, id, sequence, &mut page),
        Thing::Finding(finding) => map::finding(&view, finding, &mut page),
        Thing::Edge(edge) => map::edge(&view, edge, &mut page),
        Thing::Asset(asset) => map::asset(&view, asset, &mut page),
    }
}
