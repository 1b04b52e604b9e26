//! The report for a person at a terminal, read in ten seconds: what was looked at, the worst harm with its
//! path and its cut, then how it is built and what is unknown, closed, ordinary or unreadable.

pub(crate) mod groups;
pub(crate) mod page;
pub(crate) mod patterns;
mod rest;

use std::cmp::Reverse;
use std::io::Write;

use ambit_model::{Assessment, Finding};

use crate::words::{self, Index, UNKNOWN_REACH};
use crate::{Error, Options};
use page::Page;

/// What the sections share.
pub(crate) struct View<'a> {
    assessment: &'a Assessment,
    index: Index<'a>,
    options: &'a Options<'a>,
}

/// Writes the report.
pub(crate) fn write(
    assessment: &Assessment,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let view = View { assessment, index: Index::of(assessment), options };
    let mut page = Page::new(options, out);
    // One cut may stop what is known and what is not. What is known stands among the harms, whatever it is grouped with.
    let is_unknown = |it: &&Finding| it.rule == UNKNOWN_REACH;
    let (unknown, mut known): (Vec<Vec<_>>, Vec<Vec<_>>) =
        view.groups().into_iter().map(|it| it.into_iter().partition(is_unknown)).unzip();
    known.retain(|it| !it.is_empty());
    known.sort_by_key(|it| Reverse(it.first().map(|it| it.severity)));
    if !options.quiet {
        rest::looked_at(&view, &mut page)?;
    }
    groups::write(&view, &known, &mut page)?;
    if !options.quiet {
        patterns::write(&view, &mut page)?;
        rest::unknown(&view, &unknown, &mut page)?;
        rest::closed(&view, &mut page)?;
        rest::baseline(&view, &mut page)?;
        rest::problems(&view, &mut page)?;
        rest::notes(&view, &mut page)?;
    }
    rest::summary(&view, &mut page)
}

impl<'a> View<'a> {
    /// The undecided findings of each group, worst first; groups without any are left out.
    fn groups(&self) -> Vec<Vec<&'a Finding>> {
        let open = |id: &String| self.index.finding(id).filter(|it| !words::is_settled(it.status));
        let groups = self.assessment.groups.iter();
        groups
            .map(|it| it.findings.iter().filter_map(open).collect::<Vec<_>>())
            .filter(|it| !it.is_empty())
            .collect()
    }

    /// The tone of a name in a sentence about `finding`: that of the asset on its path with this name.
    fn tone(&self, finding: &Finding, name: &str) -> page::Tone {
        let edges = finding.legs.values().flatten().filter_map(|it| self.index.edge(it));
        edges
            .filter(|it| self.index.name(&it.to) == name)
            .map(words::Label::of_edge)
            .min()
            .map_or(page::Tone::Plain, page::Tone::Label)
    }
}
