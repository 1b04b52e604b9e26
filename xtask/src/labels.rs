//! `labels --tools DIR [--labels FILE [--write PAGE]]`: how often effects that are inferred, or that the catalog
//! states, agree with what people say of the same tools. Without labels: what is inferred of each tool, and why.
#![expect(
    clippy::disallowed_methods,
    reason = "a chore reads the data that its user names and writes one page"
)]
#![expect(clippy::print_stdout, reason = "a chore answers on stdout")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ambit_analysis::infer::{self, Lexicon};
use ambit_catalog::Catalog;
use ambit_model::facts::Annotations;
use ambit_model::{Audience, Bandwidth, Effect, Level, Place, Reversibility, ToolDefinition, Where};
use anyhow::{Context as _, bail};
use serde_json::Value;

/// What people were asked about each tool.
const KEYS: [&str; 9] =
    ["untrusted", "private", "outbound", "mutates", "irreversible", "executes", "spends", "grants", "memory"];

/// Runs the chore.
pub(crate) fn run(words: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let options = options(words)?;
    let path =
        |name: &str| options.get(name).map(PathBuf::from).with_context(|| format!("`--{name}` is missing"));
    let tools = read_tools(&path("tools")?)?;
    if !options.contains_key("labels") {
        return dump(&tools);
    }
    let labels = read_labels(&path("labels")?)?;
    let page = page(&tools, &labels)?;
    if let Some(target) = options.get("write") {
        std::fs::write(target, &page).with_context(|| format!("writing `{target}`"))?;
    }
    print!("{page}");
    Ok(())
}

fn options(mut words: impl Iterator<Item = String>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut options = BTreeMap::new();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else { bail!("`{word}` is not an option") };
        let value = words.next().with_context(|| format!("`{word}` needs a value"))?;
        options.insert(name.to_owned(), value);
    }
    Ok(options)
}

/// A tool and the name of its server.
type Tools = BTreeMap<String, (String, ToolDefinition)>;

/// All definitions of the folder's `<server>.json` files, by `<server>/<tool>`.
fn read_tools(folder: &Path) -> anyhow::Result<Tools> {
    let mut tools = Tools::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let file = entry?.path();
        if file.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let server = file.file_stem().and_then(|it| it.to_str()).context("an odd file name")?.to_owned();
        let text = std::fs::read_to_string(&file)?;
        let body: Value = serde_json::from_str(&text).with_context(|| format!("in `{}`", file.display()))?;
        let list = body.get("tools").and_then(Value::as_array);
        for tool in list.into_iter().flatten().filter_map(definition) {
            tools.insert(format!("{server}/{}", tool.name), (server.clone(), tool));
        }
    }
    Ok(tools)
}

fn definition(tool: &Value) -> Option<ToolDefinition> {
    let text = |key: &str| tool.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("name")?;
    let hint = |key: &str| tool.pointer(&format!("/annotations/{key}")).and_then(Value::as_bool);
    Some(ToolDefinition {
        place: Place::start(name.clone()),
        name,
        title: text("title"),
        description: text("description").unwrap_or_default(),
        input_schema: tool.get("inputSchema").cloned().unwrap_or_default(),
        annotations: Annotations {
            read_only: hint("readOnlyHint"),
            destructive: hint("destructiveHint"),
            idempotent: hint("idempotentHint"),
            open_world: hint("openWorldHint"),
        },
        signals: Vec::new(),
    })
}

/// What people said: by tool, one answer per key; nothing where they differed.
type Labels = BTreeMap<String, BTreeMap<&'static str, Option<bool>>>;

fn read_labels(file: &Path) -> anyhow::Result<Labels> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading `{}`", file.display()))?;
    let mut labels = Labels::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let label: Value = serde_json::from_str(line)?;
        let id = label.get("id").and_then(Value::as_str).context("a label without an id")?;
        let answers = KEYS.iter().map(|key| (*key, label.get(*key).and_then(Value::as_bool))).collect();
        labels.insert(id.to_owned(), answers);
    }
    Ok(labels)
}

/// The one place that says which effects make a label true.
///
/// `irreversible` follows the catalog's convention: a message that is sent has `sends` alone, and cannot be taken
/// back; an issue that is opened has `sends` and `writes`, and can be closed.
fn holds(key: &str, effects: &[Effect]) -> bool {
    let any = |test: fn(&Effect) -> bool| effects.iter().any(test);
    let writes = any(|it| matches!(it, Effect::Writes { .. } | Effect::Remembers { .. } | Effect::Grants));
    match key {
        "untrusted" => any(|it| matches!(it, Effect::Ingests { trust } if trust.is_untrusted())),
        "private" => any(|it| {
            matches!(it, Effect::Reads { level, .. } if *level > Level::Public)
                || matches!(it, Effect::Recalls { .. })
        }),
        "outbound" => any(|it| {
            matches!(it, Effect::Sends { audience, .. } if *audience >= Audience::Partner)
                || matches!(it, Effect::Executes { r#where: Where::Host })
        }),
        "mutates" => {
            writes
                || any(|it| {
                    matches!(
                        it,
                        Effect::Sends { bandwidth: Bandwidth::FreeText, .. }
                            | Effect::Executes { .. }
                            | Effect::Spends { .. }
                            | Effect::Delegates { .. }
                    )
                })
        }
        "irreversible" => {
            !writes && any(|it| matches!(it, Effect::Sends { bandwidth: Bandwidth::FreeText, .. }))
                || any(|it| {
                    matches!(it, Effect::Writes { reversibility: Reversibility::Irreversible, .. })
                        || matches!(it, Effect::Executes { r#where: Where::Host })
                })
        }
        "executes" => any(|it| matches!(it, Effect::Executes { .. })),
        "spends" => any(|it| matches!(it, Effect::Spends { .. })),
        "grants" => any(|it| matches!(it, Effect::Grants)),
        "memory" => any(|it| matches!(it, Effect::Remembers { .. } | Effect::Recalls { .. })),
        _ => false,
    }
}

/// Agreement on one key.
#[derive(Default)]
struct Tally {
    hits: Vec<String>,
    misses: Vec<String>,
    alarms: Vec<String>,
    unknown: usize,
}

/// What a source says of each tool, and why; `None` for a tool that it does not know.
type Answers = BTreeMap<String, (Vec<Effect>, String)>;

fn inferred(tools: &Tools, catalog: &Catalog) -> Answers {
    let lexicon = Lexicon::new(catalog.lexicon());
    let answer = |(id, (server, tool)): (&String, &(String, ToolDefinition))| {
        let facts = infer::effects(server, tool, &lexicon);
        let reasons: Vec<String> =
            facts.iter().map(|it| format!("{}: {}", word(&it.effect), it.because)).collect();
        (id.clone(), (facts.into_iter().map(|it| it.effect).collect(), reasons.join("; ")))
    };
    tools.iter().map(answer).collect()
}

fn stated(tools: &Tools, catalog: &Catalog) -> Answers {
    let mut answers = Answers::new();
    for (id, (server, tool)) in tools {
        let Some((entry, known)) = catalog.server_named(server) else { continue };
        let Some(acts) = known.tools.get(&tool.name) else { continue };
        let effects = acts
            .iter()
            .filter_map(|act| known.acts.get(act))
            .flat_map(|act| act.effects.iter().map(|it| it.effect.clone()))
            .collect();
        answers.insert(id.clone(), (effects, format!("server/{entry}: {}", acts.join(", "))));
    }
    answers
}

fn tally(labels: &Labels, answers: &Answers) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for (id, truth) in labels {
        let Some((effects, because)) = answers.get(id) else { continue };
        let unknown = effects.contains(&Effect::Unknown);
        for key in KEYS {
            let tally = tallies.entry(key).or_default();
            let Some(truth) = truth.get(key).copied().flatten() else { continue };
            let line = format!("`{id}`: {because}");
            match (truth, holds(key, effects)) {
                (true, _) if unknown => tally.unknown += 1,
                (true, true) => tally.hits.push(line),
                (true, false) => tally.misses.push(line),
                (false, true) => tally.alarms.push(line),
                (false, false) => {}
            }
        }
    }
    tallies
}

/// The 95 % interval of Wilson for `good` of `all`.
fn interval(good: usize, all: usize) -> String {
    if all == 0 {
        return "—".to_owned();
    }
    let number = |it: usize| u32::try_from(it).map_or(f64::MAX, f64::from);
    let (share, size, z) = (number(good) / number(all), number(all), 1.96_f64);
    let middle = (share + z * z / (2.0 * size)) / (1.0 + z * z / size);
    let half = z / (1.0 + z * z / size) * (share * (1.0 - share) / size + z * z / (4.0 * size * size)).sqrt();
    format!("{share:.3} ({:.2}–{:.2})", (middle - half).max(0.0), (middle + half).min(1.0))
}

fn page(tools: &Tools, labels: &Labels) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let mut page = String::from(HEAD);
    let known = labels.keys().filter(|id| tools.contains_key(*id)).count();
    writeln!(page, "{} tools have labels; the definitions of {known} of them were there.\n", labels.len())?;
    let answers = inferred(tools, &catalog);
    let is_unknown =
        |id: &&String| answers.get(*id).is_some_and(|(effects, _)| effects.contains(&Effect::Unknown));
    let unknown: Vec<_> = labels.keys().filter(is_unknown).collect();
    let among_all = answers.keys().filter(is_unknown).count();
    section(&mut page, "Inferred, without the catalog", &tally(labels, &answers))?;
    writeln!(page, "Answered with an honest `unknown`: {} of {known} labelled tools", unknown.len())?;
    writeln!(page, "({among_all} of all {} definitions). They count as recalled above.\n", answers.len())?;
    for id in unknown {
        writeln!(page, "- `{id}`")?;
    }
    writeln!(page)?;
    let entries = stated(tools, &catalog);
    let with = labels.keys().filter(|id| entries.contains_key(*id)).count();
    writeln!(page, "The catalog has an entry for {with} of the labelled tools.\n")?;
    section(&mut page, "Stated by the catalog", &tally(labels, &entries))?;
    writeln!(page, "## Inferred, against the catalog\n")?;
    writeln!(
        page,
        "The rules were made with the labels in sight. Here the catalog's statements on {}",
        entries.len()
    )?;
    writeln!(
        page,
        "tools are taken for the truth. Its authors did not see the rules; one round of changes to the"
    )?;
    writeln!(page, "rules followed from reading where they differ.\n")?;
    table(&mut page, &tally(&labels_of(&entries), &answers))?;
    Ok(page)
}

/// What the catalog says, as if people had said it.
fn labels_of(entries: &Answers) -> Labels {
    let label = |effects: &[Effect]| KEYS.iter().map(|key| (*key, Some(holds(key, effects)))).collect();
    entries.iter().map(|(id, (effects, _))| (id.clone(), label(effects))).collect()
}

fn section(page: &mut String, title: &str, tallies: &BTreeMap<&'static str, Tally>) -> anyhow::Result<()> {
    writeln!(page, "## {title}\n")?;
    table(page, tallies)?;
    for key in KEYS {
        let Some(it) = tallies.get(key) else { continue };
        for (what, lines) in [("missed", &it.misses), ("false alarms", &it.alarms)] {
            if lines.is_empty() {
                continue;
            }
            writeln!(page, "### {title}: {key}, {what}\n")?;
            for line in lines {
                writeln!(page, "- {line}")?;
            }
            writeln!(page)?;
        }
    }
    Ok(())
}

fn table(page: &mut String, tallies: &BTreeMap<&'static str, Tally>) -> anyhow::Result<()> {
    writeln!(page, "| label | recall (95 %) | of | precision (95 %) | of |\n|---|---|---|---|---|")?;
    for key in KEYS {
        let Some(it) = tallies.get(key) else { continue };
        let (hits, misses, alarms) = (it.hits.len(), it.misses.len(), it.alarms.len());
        let (found, all) = (hits + it.unknown, hits + it.unknown + misses);
        let (recall, precision) = (interval(found, all), interval(hits, hits + alarms));
        writeln!(page, "| {key} | {recall} | {all} | {precision} | {} |", hits + alarms)?;
    }
    writeln!(page)?;
    Ok(())
}

/// Prints what is inferred of every tool: for reading through many at once.
fn dump(tools: &Tools) -> anyhow::Result<()> {
    let catalog = Catalog::compiled()?;
    for (id, (effects, because)) in inferred(tools, &catalog) {
        let labels: Vec<&str> = KEYS.iter().copied().filter(|key| holds(key, &effects)).collect();
        println!("{id} [{}] {because}", labels.join(" "));
    }
    Ok(())
}

/// The effect with its parameters, in one word each.
fn word(effect: &Effect) -> String {
    match effect {
        Effect::Ingests { trust } => format!("ingests {trust}"),
        Effect::Reads { level, .. } => format!("reads {level}"),
        Effect::Sends { audience, bandwidth } => format!("sends {audience} {bandwidth}"),
        Effect::Writes { reversibility, blast_radius } => format!("writes {reversibility} {blast_radius}"),
        Effect::Executes { r#where: place } => format!("executes {place}"),
        Effect::Spends { .. } => "spends".to_owned(),
        Effect::Grants => "grants".to_owned(),
        Effect::Remembers { .. } => "remembers".to_owned(),
        Effect::Recalls { .. } => "recalls".to_owned(),
        Effect::Delegates { .. } => "delegates".to_owned(),
        Effect::Unknown => "unknown".to_owned(),
    }
}

const HEAD: &str = "\
# How well effects are known

Generated; do not edit. Made by

    cargo run -p xtask -- labels --tools DIR --labels FILE --write docs/reference/tool-labels.md

`DIR` holds recorded definitions of tools, one `<server>.json` per server with a list `tools` as a server answers
to `tools/list`. `FILE` has one JSON object per line: `id` (`<server>/<tool>`) and a boolean, or `null` where two
people who judged apart did not agree, for each label below. The data is not part of this repository; anybody who
has such data can run the command. A `null` is left out.

A label is true of a set of effects by one function, `holds` in `xtask/src/labels.rs`: *untrusted* is content that
outsiders may have written; *private* is data above public; *outbound* is a way out to partners or the public;
*mutates* is any change of state, a sent text and execution included; *irreversible* is what cannot be taken back.
Recall is the share of true labels that were found, precision the share of found labels that are true; behind each
stands its 95 % interval after Wilson.

";
