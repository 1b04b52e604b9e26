//! What is measured of a corpus of real files.
#![expect(clippy::disallowed_methods, reason = "a chore reads the files that its user names")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ambit_analysis::closure::Facts;
use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::{Assessment, AssetId, AssetKind, ReachEdge, Verb};
use anyhow::Context as _;

use super::shape::{Row, Shape};
use crate::noise::{INDEX, rows};

/// What has been counted so far.
#[derive(Default)]
struct Counted {
    agents: usize,
    edges: Vec<usize>,
    servers: Vec<usize>,
    tools: Vec<usize>,
    remember: usize,
    memory_users: Vec<usize>,
    delegates: Vec<usize>,
    depths: Vec<usize>,
    packages: BTreeMap<String, usize>,
    tokens: BTreeMap<String, usize>,
    rows: BTreeMap<Row, usize>,
}

/// Measures the files that the index of `folder` lists: those of one repository together, at their own paths.
pub fn measure(folder: &Path, catalog: &Catalog) -> anyhow::Result<Shape> {
    let index = folder.join(INDEX);
    let text = std::fs::read_to_string(&index).with_context(|| format!("reading `{}`", index.display()))?;
    let all = rows(&text);
    let (header, all) = all.split_first().context("the index is empty")?;
    let column = |name: &str| {
        header.iter().position(|it| it == name).with_context(|| format!("the index has no column `{name}`"))
    };
    let (file, repository, path) = (column("file")?, column("repo")?, column("path")?);
    let mut repositories: BTreeMap<&str, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for row in all {
        let (Some(file), Some(repository), Some(path)) = (row.get(file), row.get(repository), row.get(path))
        else {
            continue;
        };
        let bytes = std::fs::read(folder.join(file)).with_context(|| format!("reading `{file}`"))?;
        repositories.entry(repository).or_default().insert(path.clone(), bytes);
    }
    let (files, repositories_read) = (repositories.values().map(BTreeMap::len).sum(), repositories.len());
    let mut counted = Counted::default();
    for files in repositories.into_values() {
        let inventory = ambit_discovery::read(&Memory(files), catalog, &Settings::default());
        counted.take(&ambit_analysis::assess(inventory, catalog));
    }
    Ok(counted.shape(files, repositories_read))
}

fn is_kept(id: &AssetId) -> bool {
    id.as_str().starts_with("memory:") || (id.as_str().starts_with("store:") && id.as_str().contains('/'))
}

impl Counted {
    fn take(&mut self, of: &Assessment) {
        let agents: BTreeSet<&AssetId> =
            of.assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| &it.id).collect();
        let mut kept: BTreeMap<&AssetId, BTreeSet<&AssetId>> = BTreeMap::new();
        let mut handed: BTreeMap<&AssetId, BTreeSet<&AssetId>> = BTreeMap::new();
        for agent in &agents {
            self.agents += 1;
            let own: Vec<&ReachEdge> = of.edges.iter().filter(|it| it.from == **agent).collect();
            self.edges.push(own.len());
            let tools: BTreeSet<&AssetId> = own.iter().filter_map(|it| it.via.as_ref()).collect();
            self.tools.push(tools.len());
            let loads =
                own.iter().filter(|it| it.verb == Verb::Loads && it.to.as_str().starts_with("server:"));
            self.servers.push(loads.map(|it| &it.to).collect::<BTreeSet<_>>().len());
            let mut remembers = false;
            for edge in own {
                let moves = matches!(edge.verb, Verb::Remembers | Verb::Recalls | Verb::Reads | Verb::Writes);
                if edge.verb == Verb::Delegates {
                    handed.entry(agent).or_default().insert(&edge.to);
                } else if moves && is_kept(&edge.to) {
                    kept.entry(&edge.to).or_default().insert(agent);
                    remembers = true;
                } else {
                    if edge.verb == Verb::Holds {
                        let name = edge.to.name().rsplit('/').next().unwrap_or_default().to_owned();
                        *self.tokens.entry(name).or_default() += 1;
                    }
                    *self.rows.entry(Row::of(Facts::from(edge))).or_default() += 1;
                }
            }
            self.remember += usize::from(remembers);
        }
        self.memory_users.extend(kept.values().map(BTreeSet::len));
        self.delegates.extend(handed.values().map(BTreeSet::len));
        self.depths(&agents, &handed);
        let packages =
            of.assets.iter().flat_map(|it| &it.facts).filter_map(|it| it.strip_prefix("package: "));
        let names: BTreeSet<&str> =
            packages.map(|it| it.split([' ', '@']).next().unwrap_or_default()).collect();
        for name in names {
            *self.packages.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// How many hands stand between each agent and one that nobody hands work to.
    fn depths(&mut self, agents: &BTreeSet<&AssetId>, handed: &BTreeMap<&AssetId, BTreeSet<&AssetId>>) {
        let below: BTreeSet<&AssetId> = handed.values().flatten().copied().collect();
        let mut seen: BTreeSet<&AssetId> = agents.iter().copied().filter(|it| !below.contains(it)).collect();
        let mut layer = seen.clone();
        let mut depth = 0;
        while !layer.is_empty() {
            self.depths.resize(self.depths.len().max(depth + 1), 0);
            if let Some(count) = self.depths.get_mut(depth) {
                *count += layer.len();
            }
            let next = layer.iter().filter_map(|it| handed.get(it)).flatten().copied();
            layer = next.filter(|it| agents.contains(it) && seen.insert(it)).collect();
            depth += 1;
        }
    }

    fn shape(self, files: usize, repositories: usize) -> Shape {
        let in_thousand = |part: usize| (part * 1000).checked_div(self.agents).unwrap_or_default();
        let with_count = |(row, count)| Row { count, ..row };
        Shape {
            measured: "`cargo run -p xtask -- fleet measure DIR`: the files of each repository together, at \
                       their own paths, as `ambit scan` assesses them"
                .to_owned(),
            files,
            repositories,
            agents: self.agents,
            edges: deciles(self.edges),
            servers: deciles(self.servers),
            tools: deciles(self.tools),
            remember: in_thousand(self.remember),
            memory_users: deciles(self.memory_users),
            delegate: in_thousand(self.delegates.len()),
            delegates: deciles(self.delegates),
            depths: self.depths,
            server_users: deciles(self.packages.into_values().collect()),
            token_users: deciles(self.tokens.into_values().collect()),
            rows: self.rows.into_iter().map(with_count).collect(),
        }
    }
}

/// The least, each tenth, and the most.
fn deciles(mut all: Vec<usize>) -> Vec<usize> {
    all.sort_unstable();
    let last = all.len().saturating_sub(1);
    (0..=10).map(|tenth| all.get(last * tenth / 10).copied().unwrap_or_default()).collect()
}
