//! `reading --corpus DIR [--write PAGE]`: how much of what a careful reader sees in real files is on the map, and how much of what
//! is on the map a careful reader sees.
#![expect(
    clippy::disallowed_methods,
    reason = "a chore reads the files that its user names and writes one page"
)]
#![expect(clippy::print_stdout, reason = "a chore answers on stdout")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::facts::{PermissionRule, Selector};
use ambit_model::{Assessment, Asset, AssetId, AssetKind, Gate, Inventory, Provenance, Verb};
use anyhow::{Context as _, bail};
use serde::Deserialize;

/// What a careful reader has written down of the files of one folder of the corpus: `xtask/data/reading/<folder>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Kinds of edges that the reader of this folder has written down besides those of [`USUAL`].
    #[serde(default)]
    further: Vec<String>,
    /// A file, or several that belong together.
    file: Vec<File>,
}

/// What one file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Its path below the folder of the corpus.
    path: String,
    /// Where it lies in its repository, where that decides how it is read.
    #[serde(default)]
    placed: Option<String>,
    /// Names of agents.
    #[serde(default)]
    agents: Vec<String>,
    /// Names of tools and servers; a server stands for all its tools.
    #[serde(default)]
    tools: Vec<String>,
    /// `agent has tool`, `agent hands-to agent`, `agent keeps memory`, `agent takes-in source`, and where the folder says
    /// so `agent started-by event` and `agent holds credential`.
    #[serde(default)]
    edges: Vec<String>,
    /// What the reader wants to say about it.
    #[serde(default)]
    #[expect(dead_code, reason = "a note for the next reader")]
    note: Option<String>,
}

/// Kinds of edges that are compared in every folder.
const USUAL: &[&str] = &["has", "hands-to", "keeps", "takes-in"];

/// Shells, with their clients, that run commands which only show state without asking, whatever they ask of others.
const SHOWING: &[(&str, &str)] = &[("claude-code", "Bash"), ("copilot-cli", "shell")];

/// What stands for all clients that may load a bundle: a question of Ambit's own, and nothing that a file says.
const ANY: &str = "any-client";

/// Runs the chore.
pub(crate) fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let (mut corpus, mut target) = (None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--corpus" => corpus = words.next().map(PathBuf::from),
            "--write" => target = words.next(),
            other => bail!("`{other}` is not an option"),
        }
    }
    let corpus = corpus.context("`--corpus` is missing")?;
    let page = page(&corpus)?;
    if let Some(target) = target {
        std::fs::write(&target, &page).with_context(|| format!("writing `{target}`"))?;
    }
    print!("{page}");
    Ok(())
}

/// Counts of one kind of thing.
#[derive(Debug, Default, Clone)]
struct Count {
    found: usize,
    missed: Vec<String>,
    extra: Vec<String>,
}

impl Count {
    fn compare(&mut self, file: &str, expected: &[String], seen: &BTreeSet<String>) {
        let expected: BTreeSet<&String> = expected.iter().collect();
        self.found += expected.iter().filter(|it| seen.contains(**it)).count();
        self.missed
            .extend(expected.iter().filter(|it| !seen.contains(**it)).map(|it| format!("{file}: {it}")));
        self.extra.extend(seen.iter().filter(|it| !expected.contains(it)).map(|it| format!("{file}: {it}")));
    }

    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.missed.extend(other.missed.iter().cloned());
        self.extra.extend(other.extra.iter().cloned());
    }

    fn rates(&self) -> String {
        let rate = |of: usize| if of == 0 { "-".to_owned() } else { format!("{}/{of}", self.found) };
        format!("{} | {}", rate(self.found + self.missed.len()), rate(self.found + self.extra.len()))
    }

    fn percent(&self) -> (f64, f64) {
        let rate = |of: usize| {
            let (found, of) = (u32::try_from(self.found).unwrap_or(0), u32::try_from(of).unwrap_or(1));
            if of == 0 { 1.0 } else { f64::from(found) / f64::from(of) }
        };
        (rate(self.found + self.missed.len()), rate(self.found + self.extra.len()))
    }
}

fn page(corpus: &Path) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/reading");
    let mut rows: BTreeMap<String, [Count; 3]> = BTreeMap::new();
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.filter_map(|it| Some(it.ok()?.path())).collect();
    names.sort();
    for name in names {
        let stem = name.file_stem().and_then(|it| it.to_str()).context("an odd file name")?.to_owned();
        let text = std::fs::read_to_string(&name)?;
        let expected: Expected = toml::from_str(&text).with_context(|| format!("in `{}`", name.display()))?;
        let counts = rows.entry(stem.clone()).or_default();
        for file in &expected.file {
            let bytes = std::fs::read(corpus.join(&stem).join(&file.path))
                .with_context(|| format!("reading `{stem}/{}`", file.path))?;
            let placed = file.placed.clone().unwrap_or_else(|| file.path.clone());
            let source = Memory([(placed, bytes)].into());
            let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
            let stock = Stock::of(&inventory, &catalog);
            let seen = Seen::of(&ambit_analysis::assess(inventory, &catalog), &stock, &expected.further);
            let [agents, tools, edges] = &mut *counts;
            agents.compare(&file.path, &file.agents, &seen.agents);
            tools.compare(&file.path, &file.tools, &seen.tools);
            edges.compare(&file.path, &file.edges, &seen.edges);
        }
    }
    Ok(write(&rows))
}

/// What is on the map, in the words of the expectations.
#[derive(Debug, Default)]
struct Seen {
    agents: BTreeSet<String>,
    tools: BTreeSet<String>,
    edges: BTreeSet<String>,
}

/// Tools that clients bring along and that run without being asked about, as far as rules of the files say: those that do
/// nothing outside, of which no edge tells.
#[derive(Debug, Default)]
struct Stock(BTreeSet<AssetId>);

impl Stock {
    fn of(inventory: &Inventory, catalog: &Catalog) -> Self {
        let mut free = BTreeSet::new();
        for agent in &inventory.agents {
            let client = catalog.client(&agent.client);
            for (name, tool) in client.into_iter().flat_map(|it| &it.tools) {
                // What reads the resources of servers is nothing without one.
                let of_servers = name.ends_with("McpResourceTool") || name.ends_with("McpResourcesTool");
                if of_servers && agent.servers.is_empty() {
                    continue;
                }
                let is_it = |it: &str| it == name || tool.aliases.iter().any(|alias| alias == it);
                let gate = |it: &PermissionRule| match &it.selects {
                    Selector::Any => Some(it.gate),
                    Selector::Builtin { tool, limit: None } if is_it(tool) => Some(it.gate),
                    _ => None,
                };
                // The first rule that selects a call decides; what shows state is not refused because nobody is there.
                let shows = SHOWING.contains(&(agent.client.as_str(), name.as_str()));
                let mut rules = agent.rules.iter().filter(|it| !shows || !it.raw.starts_with("unattended"));
                let gate = rules.find_map(gate).unwrap_or(tool.gate);
                if gate == Gate::Auto || gate == Gate::Prompted && shows {
                    free.insert(AssetId::within(AssetKind::Tool, &agent.client, name));
                }
            }
        }
        Self(free)
    }

    /// Whether a client brings the tool along and nothing lets it through.
    fn keeps_back(&self, asset: &Asset, assessment: &Assessment) -> bool {
        let of_client =
            |it: &Provenance| matches!(it, Provenance::Assumed { entry } if entry.starts_with("client/"));
        if asset.provenance.is_empty() || !asset.provenance.iter().all(of_client) {
            return false;
        }
        let mut calls = assessment.edges.iter().filter(|it| it.via.as_ref() == Some(&asset.id)).peekable();
        let free = self.0.contains(&asset.id);
        if calls.peek().is_some() { !free && calls.all(|it| it.gate != Gate::Auto) } else { !free }
    }
}

impl Seen {
    fn of(assessment: &Assessment, stock: &Stock, further: &[String]) -> Self {
        let mut seen = Self::default();
        let kinds: BTreeMap<&AssetId, (AssetKind, &str)> =
            assessment.assets.iter().map(|it| (&it.id, (it.kind, it.name.as_str()))).collect();
        let supplied: BTreeSet<&AssetId> = assessment
            .edges
            .iter()
            .filter(|it| {
                it.verb == Verb::Supplies && kinds.get(&it.from).is_some_and(|it| it.0 == AssetKind::Server)
            })
            .map(|it| &it.to)
            .collect();
        for asset in &assessment.assets {
            match asset.kind {
                AssetKind::Agent if called(&asset.id) != ANY => {
                    let name = called(&asset.id);
                    let events = asset.facts.iter().filter_map(|it| it.strip_prefix("started by: "));
                    for event in events.filter_map(|it| it.split(" (").next()) {
                        seen.edge(&name, "started-by", event, further);
                    }
                    seen.agents.insert(name);
                }
                AssetKind::Tool if !supplied.contains(&asset.id) && !stock.keeps_back(asset, assessment) => {
                    seen.tools.insert(asset.name.clone());
                }
                AssetKind::Server => {
                    seen.tools.insert(asset.name.clone());
                }
                _ => {}
            }
        }
        for edge in &assessment.edges {
            let Some((kind, name)) = kinds.get(&edge.to) else { continue };
            let from = called(&edge.from);
            if kinds.get(&edge.from).is_none_or(|it| it.0 != AssetKind::Agent) || from == ANY {
                continue;
            }
            let by_itself = edge.via.is_none();
            let word = match (edge.verb, kind) {
                (Verb::Supplies, _) | (Verb::Loads, AssetKind::Server) => "has",
                (Verb::Delegates, _) => "hands-to",
                (Verb::Remembers | Verb::Recalls, _) if by_itself => "keeps",
                (Verb::Ingests, _) if by_itself => "takes-in",
                (Verb::Holds, _) if by_itself => "holds",
                _ => continue,
            };
            let to = if edge.verb == Verb::Delegates { called(&edge.to) } else { (*name).to_owned() };
            seen.edge(&from, word, &to, further);
        }
        seen
    }

    fn edge(&mut self, from: &str, word: &str, to: &str, further: &[String]) {
        if USUAL.contains(&word) || further.iter().any(|it| it == word) {
            self.edges.insert(format!("{from} {word} {to}"));
        }
    }
}

/// The name of an agent, without what it is made with and where.
fn called(id: &AssetId) -> String {
    let name = id.name();
    let name = name.split_once('/').map_or(name, |(_, it)| it);
    name.split('@').next().unwrap_or(name).to_owned()
}

fn write(rows: &BTreeMap<String, [Count; 3]>) -> String {
    let mut page = String::from(
        "# How much of real files is read\n\n\
         <!-- Written by `cargo run --release -p xtask -- reading --corpus DIR --write docs/reference/reading.md`; do not edit. -->\n\n\
         Files of public repositories, each read for every agent, tool or server, and edge in it. What that reader saw was written down before\n\
         looking at what Ambit says, and changed only where reading the file again showed it wrong; it is under `xtask/data/reading`. Recall: of what\n\
         the reader saw, how much is on the map. Precision: of what is on the map, how much the reader saw. A server stands for its tools. Tools that a\n\
         client brings along count where they run unasked; who starts an agent and which secrets it holds is compared where a folder's expectations\n\
         say so. What was missed at first has been mended since, so other files may be read less well. The files are not part of this repository.\n\n\
         | folder | agents: recall | precision | tools and servers: recall | precision | edges: recall | precision |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut all: [Count; 3] = Default::default();
    for (folder, counts) in rows {
        let [agents, tools, edges] = counts;
        let _ = writeln!(page, "| {folder} | {} | {} | {} |", agents.rates(), tools.rates(), edges.rates());
        for (all, one) in all.iter_mut().zip(counts) {
            all.add(one);
        }
    }
    let [agents, tools, edges] = &all;
    let _ = writeln!(page, "| **all** | {} | {} | {} |", agents.rates(), tools.rates(), edges.rates());
    page.push('\n');
    for (what, count) in [("agents", agents), ("tools and servers", tools), ("edges", edges)] {
        let (recall, precision) = count.percent();
        let _ = writeln!(page, "- {what}: recall {recall:.3}, precision {precision:.3}");
    }
    page.push_str("\n## Missed, and seen by nobody else\n\n");
    for (what, count) in [("agents", agents), ("tools and servers", tools), ("edges", edges)] {
        for it in &count.missed {
            let _ = writeln!(page, "- missed, {what}: `{it}`");
        }
        for it in &count.extra {
            let _ = writeln!(page, "- more, {what}: `{it}`");
        }
    }
    if [agents, tools, edges].iter().all(|it| it.missed.is_empty() && it.extra.is_empty()) {
        page.push_str("Nothing.\n");
    }
    page
}
