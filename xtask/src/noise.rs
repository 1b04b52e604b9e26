//! `noise --corpus DIR`: how many of the agents in real files get a finding of high or above, and whether any
//! client does as it comes. A reviewer who is shouted at stops reading, so this is a gate and not a statistic.
#![expect(clippy::disallowed_methods, reason = "a chore reads the files that its user names")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::{
    AgentFacts, Assessment, AssetId, AssetKind, Confidence, Finding, Inventory, Place, Severity,
};
use anyhow::Context as _;

/// The file that says where each file of a corpus once lay.
pub(crate) const INDEX: &str = "INDEX.csv";

/// An agent, and what is said of it at high or above.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// The file of the corpus, or the client.
    pub origin: String,
    /// The agent.
    pub agent: AssetId,
    /// Rule, message and confidence of each finding.
    pub findings: Vec<Line>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What it says.
    pub message: String,
}

/// How many of all agents have a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Agents with a finding.
    pub with: usize,
    /// All agents.
    pub of: usize,
}

impl Share {
    /// Whether it is at most `percent`.
    pub fn is_at_most(self, percent: usize) -> bool {
        self.with * 100 <= self.of * percent
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.with * 1000).checked_div(self.of).unwrap_or_default();
        write!(f, "{} of {} agents ({}.{} %)", self.with, self.of, tenths / 10, tenths % 10)
    }
}

impl Heard {
    /// Whether a finding counts when what rests on inference does not.
    pub fn is_sure(&self) -> bool {
        self.findings.iter().any(|it| it.confidence > Confidence::Possible)
    }
}

/// The share of `heard` with a finding; those that rest on inference count only when `possible`.
pub fn share(heard: &[Heard], possible: bool) -> Share {
    let with =
        heard.iter().filter(|it| if possible { !it.findings.is_empty() } else { it.is_sure() }).count();
    Share { with, of: heard.len() }
}

/// Runs the chore.
pub fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<String> {
    let (option, folder) = (words.next(), words.next());
    let folder =
        folder.filter(|_| option.as_deref() == Some("--corpus")).context("usage: noise --corpus DIR")?;
    let catalog = Catalog::compiled()?;
    let mut out = Vec::new();
    for (title, heard) in [
        ("Real files, each at its own path", corpus(Path::new(&folder), &catalog)?),
        ("Clients as they come", stock(&catalog)),
    ] {
        out.push(format!("{title}: a finding of high or above has"));
        out.push(format!("  {}, counting what is certain or likely", share(&heard, false)));
        out.push(format!("  {}, counting what is possible too", share(&heard, true)));
        out.push(String::new());
        out.extend(heard.iter().filter(|it| !it.findings.is_empty()).map(entry));
        out.extend(rules(&heard));
        out.push(String::new());
    }
    Ok(out.join("\n"))
}

fn entry(heard: &Heard) -> String {
    let mut lines = vec![format!("{} in {}", heard.agent, heard.origin)];
    lines.extend(
        heard.findings.iter().map(|it| {
            format!("  {} {} {}: {}", it.severity.word(), it.confidence.word(), it.rule, it.message)
        }),
    );
    let visible: Vec<_> = lines.iter().map(|it| ambit_report::visible::visible(it)).collect();
    visible.join("\n")
}

/// How many agents each rule speaks of: where to look first when the share is too high.
fn rules(heard: &[Heard]) -> Vec<String> {
    let mut agents: BTreeMap<&str, usize> = BTreeMap::new();
    for one in heard {
        let rules: BTreeSet<&str> = one.findings.iter().map(|it| it.rule.as_str()).collect();
        for rule in rules {
            *agents.entry(rule).or_default() += 1;
        }
    }
    agents.into_iter().map(|(rule, agents)| format!("{agents:>4} agents: {rule}")).collect()
}

/// What is said of each agent when every file that the index of `folder` lists is read at its original path.
pub fn corpus(folder: &Path, catalog: &Catalog) -> anyhow::Result<Vec<Heard>> {
    let mut heard = Vec::new();
    each(folder, catalog, &mut |file, inventory| {
        heard.extend(listen(file, &ambit_analysis::assess(inventory, catalog)));
    })?;
    heard.sort();
    Ok(heard)
}

/// Calls `with` for every file that the index of `folder` lists, read at its original path.
pub(crate) fn each(
    folder: &Path,
    catalog: &Catalog,
    with: &mut dyn FnMut(&str, Inventory),
) -> anyhow::Result<()> {
    let index = folder.join(INDEX);
    let text = std::fs::read_to_string(&index).with_context(|| format!("reading `{}`", index.display()))?;
    let rows = rows(&text);
    let mut rows = rows.iter();
    let header = rows.next().context("the index is empty")?;
    let column = |name: &str| {
        header.iter().position(|it| it == name).with_context(|| format!("the index has no column `{name}`"))
    };
    let (file, path) = (column("file")?, column("path")?);
    for row in rows {
        let (Some(file), Some(path)) = (row.get(file), row.get(path)) else { continue };
        let bytes = std::fs::read(folder.join(file)).with_context(|| format!("reading `{file}`"))?;
        let source = Memory(BTreeMap::from([(path.clone(), bytes)]));
        with(file, ambit_discovery::read(&source, catalog, &Settings::default()));
    }
    Ok(())
}

/// What is said of each client of the catalog that no file configures.
pub fn stock(catalog: &Catalog) -> Vec<Heard> {
    let clients = catalog.clients().keys();
    clients
        .flat_map(|client| {
            let inventory = Inventory { agents: vec![as_it_comes(client)], ..Inventory::default() };
            listen(client, &ambit_analysis::assess(inventory, catalog))
        })
        .collect()
}

fn as_it_comes(client: &str) -> AgentFacts {
    AgentFacts::bare(client, client, "", Place::start(client))
}

/// Each agent with its findings of high or above. A finding about anything else is heard by all of them.
fn listen(origin: &str, assessment: &Assessment) -> Vec<Heard> {
    let agents: BTreeSet<&AssetId> =
        assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| &it.id).collect();
    let loud: Vec<&Finding> = assessment.findings.iter().filter(|it| it.severity >= Severity::High).collect();
    let heard_by =
        |agent: &AssetId, finding: &Finding| finding.subject == *agent || !agents.contains(&finding.subject);
    let of = |agent: &AssetId| loud.iter().filter(|it| heard_by(agent, it)).map(|it| line(it)).collect();
    agents
        .iter()
        .map(|agent| Heard { origin: origin.to_owned(), agent: (*agent).clone(), findings: of(agent) })
        .collect()
}

fn line(finding: &Finding) -> Line {
    Line {
        rule: finding.rule.clone(),
        severity: finding.severity,
        confidence: finding.confidence,
        message: finding.message.clone(),
    }
}

/// The rows of a CSV text; a cell in quotes may hold commas, line ends, and quotes written twice.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match (quoted, char) {
            (true, '"') if chars.next_if_eq(&'"').is_some() => cell.push('"'),
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, char) => cell.push(char),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_quotes_hold_commas_and_quotes() {
        let found = rows("file,notes\na.json,\"said \"\"no\"\", left\"\r\nb.json,\n");
        assert_eq!(found, [vec!["file", "notes"], vec!["a.json", "said \"no\", left"], vec!["b.json", ""]]);
    }

    #[test]
    fn a_share_counts_what_is_possible_only_when_asked() {
        let heard = |confidence| Heard {
            origin: String::new(),
            agent: AssetId::new(AssetKind::Agent, "a"),
            findings: vec![Line {
                rule: "unknown-reach".to_owned(),
                severity: Severity::High,
                confidence,
                message: String::new(),
            }],
        };
        let all = [heard(Confidence::Possible), heard(Confidence::Likely)];
        assert_eq!(share(&all, false), Share { with: 1, of: 2 });
        assert_eq!(share(&all, true), Share { with: 2, of: 2 });
        assert!(share(&all, false).is_at_most(50));
        assert!(!share(&all, false).is_at_most(49));
    }
}
