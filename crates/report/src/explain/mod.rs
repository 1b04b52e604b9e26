//! One thing explained: a rule, a finding, an asset, an edge, a framework category, a control, an architecture or a
//! sequence.

mod built;
mod knowledge;
mod map;
mod pages;
mod subject;

use std::io::Write;

use ambit_catalog::Catalog;
use ambit_model::Assessment;

use crate::text::page::Page;
use crate::words::Index;
use crate::{Error, Options};
pub use subject::Subject;
use subject::Thing;

/// What every explanation can look things up in.
struct View<'a> {
    assessment: Option<&'a Assessment>,
    index: Option<Index<'a>>,
    catalog: &'a Catalog,
    options: &'a Options<'a>,
}

/// Writes what is known of `what`. Findings, assets and edges are looked for in `assessment`; rules in
/// `options.rules`.
pub fn explain(
    what: &Subject,
    assessment: Option<&Assessment>,
    catalog: &Catalog,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let view = View { assessment, index: assessment.map(Index::of), catalog, options };
    let mut page = Page::new(options, out);
    match subject::find(what, &view)? {
        Thing::Rule(rule) => knowledge::rule(&view, rule, &mut page),
        Thing::Category(id, category) => knowledge::category(&view, id, category, &mut page),
        Thing::Control(id, control) => knowledge::control(&view, id, control, &mut page),
        Thing::Pattern(id, pattern) => built::pattern(&view, id, pattern, &mut page),
        Thing::Sequence(id, sequence) => built::sequence(&view, id, sequence, &mut page),
        Thing::Finding(finding) => map::finding(&view, finding, &mut page),
        Thing::Edge(edge) => map::edge(&view, edge, &mut page),
        Thing::Asset(asset) => map::asset(&view, asset, &mut page),
    }
}
