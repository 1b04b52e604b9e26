//! What one server offers, for a person at a terminal: its tools with what they come to, and its other texts.

use std::io::Write;

use ambit_model::facts::{OfferedKind, OfferedText, ToolList};
use ambit_model::{Assessment, AssetId, AssetKind, ToolDefinition};

use crate::text::page::{Page, Piece, faint, plain, strong};
use crate::visible::visible;
use crate::words::{Index, count, effect, list};
use crate::{Error, Options};

/// Rules about what a text says: their findings are about this server and nothing else.
const OF_TEXTS: [&str; 3] = ["annotation-contradiction", "hidden-instructions", "tool-shadowing"];
/// How much of a text is shown unless all is asked for.
const SHORT: usize = 200;
/// How many items of a kind are.
const FEW: usize = 50;

/// Writes what `offered` holds. `assessment` says what its tools do; `by` is what the server says of itself.
pub fn write(
    (offered, by): (&ToolList, &str),
    assessment: &Assessment,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    let of = |kind: OfferedKind| offered.texts.iter().filter(move |it| it.kind == kind).collect::<Vec<_>>();
    let (prompts, resources) = (of(OfferedKind::Prompt), of(OfferedKind::Resource));
    let numbers = [
        count(offered.tools.len(), "tool"),
        count(prompts.len(), "prompt"),
        count(resources.len(), "resource"),
    ];
    let headline = format!(" offers {} ({}).", list(&numbers), visible(by));
    page.flow(0, 2, &[strong(visible(&offered.server)), plain(headline)])?;
    let index = Index::of(assessment);
    section("Tools", offered.tools.len(), options, &mut page, |at, page| {
        offered.tools.get(at).map_or(Ok(()), |it| tool(it, &offered.server, &index, (options, page)))
    })?;
    for (title, texts) in
        [("Tells every model", of(OfferedKind::Instructions)), ("Prompts", prompts), ("Resources", resources)]
    {
        section(title, texts.len(), options, &mut page, |at, page| {
            texts.get(at).map_or(Ok(()), |it| text(it, (options, page)))
        })?;
    }
    let findings = assessment.findings.iter();
    let mut telling: Vec<_> = findings.filter(|it| OF_TEXTS.contains(&it.rule.as_str())).collect();
    telling.sort_by_key(|it| std::cmp::Reverse(it.severity));
    section("Signs in its texts", telling.len(), options, &mut page, |at, page| {
        let Some(finding) = telling.get(at) else { return Ok(()) };
        page.flow(2, 4, &[strong(finding.severity.word()), plain(format!(": {}", visible(&finding.message)))])
    })
}

fn section(
    title: &str,
    number: usize,
    options: &Options<'_>,
    page: &mut Page<'_>,
    item: impl Fn(usize, &mut Page<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    if number == 0 {
        return Ok(());
    }
    page.blank()?;
    page.heading(title)?;
    let shown = if options.all { number } else { number.min(FEW) };
    (0..shown).try_for_each(|at| item(at, page))?;
    if shown == number {
        return Ok(());
    }
    page.flow(2, 4, &[plain(format!("{} more. See all with ", number - shown)), strong("--all"), plain(".")])
}

fn tool(
    tool: &ToolDefinition,
    server: &str,
    index: &Index<'_>,
    (options, page): (&Options<'_>, &mut Page<'_>),
) -> Result<(), Error> {
    let id = AssetId::within(AssetKind::Tool, server, &tool.name);
    let mut does: Vec<String> =
        index.asset(&id).map(|it| it.effects.iter().map(effect).collect()).unwrap_or_default();
    does.dedup();
    let does = if does.is_empty() { "does nothing that is known".to_owned() } else { does.join("; ") };
    page.flow(2, 4, &[strong(visible(&tool.name)), plain(format!(": {does}"))])?;
    said(&tool.description, (options, page))
}

fn text(text: &OfferedText, (options, page): (&Options<'_>, &mut Page<'_>)) -> Result<(), Error> {
    if text.kind != OfferedKind::Instructions {
        page.flow(2, 4, &[strong(visible(&text.name))])?;
    }
    said(&text.description, (options, page))
}

/// The server's own words, set apart.
fn said(words: &str, (options, page): (&Options<'_>, &mut Page<'_>)) -> Result<(), Error> {
    let words = words.trim();
    if words.is_empty() {
        return Ok(());
    }
    let cut = words.char_indices().nth(SHORT).filter(|_| !options.all);
    let shown = cut.and_then(|(at, _)| words.get(..at)).unwrap_or(words);
    let more = if cut.is_some() { "…" } else { "" };
    let pieces: [Piece; 1] = [faint(format!("“{}{more}”", visible(shown)))];
    page.flow(4, 4, &pieces)
}
