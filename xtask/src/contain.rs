//! `contain --corpus DIR`: how many of the agents in real files have a finding of high or above, and how many controls
//! and changes clear them. Blocking whatever looks dangerous is easy; this counts what it would take.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ambit_analysis::contain::{Asked, Means, contain};
use ambit_analysis::whatif::System;
use ambit_catalog::Catalog;
use ambit_model::stated::Model;
use ambit_model::{AssetId, Containment, Inventory, Severity};
use anyhow::Context as _;

use crate::noise;

/// What it takes over all files.
#[derive(Debug, Default)]
struct Table {
    files: usize,
    agents: usize,
    /// Agents that a finding is about.
    with: usize,
    findings: usize,
    cleared: usize,
    steps: usize,
    optimal: usize,
    /// Files that had something to contain.
    contained: usize,
    controls: BTreeMap<String, usize>,
    /// How many files need how many steps.
    sizes: BTreeMap<usize, usize>,
    points: Vec<u32>,
    beyond: BTreeMap<String, usize>,
}

/// Runs the chore.
pub fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<String> {
    let (option, folder) = (words.next(), words.next());
    let folder =
        folder.filter(|_| option.as_deref() == Some("--corpus")).context("usage: contain --corpus DIR")?;
    let catalog = Catalog::compiled()?;
    let mut table = Table::default();
    noise::each(Path::new(&folder), &catalog, &mut |file, inventory| table.add(file, inventory, &catalog))?;
    Ok(table.told())
}

impl Table {
    fn add(&mut self, file: &str, inventory: Inventory, catalog: &Catalog) {
        self.files += 1;
        let agents: BTreeSet<AssetId> = inventory.agents.iter().map(ambit_analysis::whatif::id).collect();
        self.agents += agents.len();
        let asked =
            Asked { severity: Some(Severity::High), budget: None, approvals: false, count_possible: false };
        let means = Means::UNBOUNDED;
        let it = contain(System { inventory, model: Model::default() }, catalog, asked, means);
        if it.wanted == 0 {
            return;
        }
        self.contained += 1;
        self.findings += it.wanted;
        self.optimal += usize::from(it.optimal);
        self.steps += it.steps.len();
        self.points.push(it.cost);
        *self.sizes.entry(it.steps.len()).or_default() += 1;
        self.cleared += it.wanted.saturating_sub(it.beyond.len());
        self.add_findings(file, &it, &agents);
        for step in &it.steps {
            *self.controls.entry(step.control.clone()).or_default() += 1;
        }
    }

    /// A finding about anything else than an agent is heard by all agents of its file.
    fn add_findings(&mut self, file: &str, it: &Containment, agents: &BTreeSet<AssetId>) {
        let severe = |severity| it.severity.is_some_and(|least| severity >= least);
        let ended = it.steps.iter().flat_map(|it| &it.silences).filter(|it| severe(it.severity));
        for left in &it.beyond {
            *self.beyond.entry(format!("{} in {file}", left.rule)).or_default() += 1;
        }
        let about: BTreeSet<&AssetId> = ended.chain(&it.beyond).map(|it| &it.subject).collect();
        let all = about.iter().any(|it| !agents.contains(it));
        self.with += agents.iter().filter(|it| all || about.contains(it)).count();
    }

    fn told(mut self) -> String {
        self.points.sort_unstable();
        let middle = self.points.get(self.points.len() / 2).copied().unwrap_or(0);
        let mut lines = vec![
            format!("{} files, {} agents", self.files, self.agents),
            format!("{} agents in {} files have a finding of high or above", self.with, self.contained),
            format!(
                "{} findings, of which {} are cleared by {} controls and changes",
                self.findings, self.cleared, self.steps
            ),
            format!(
                "{} of {} sets are proven to be the cheapest; the middle one costs {middle} points",
                self.optimal, self.contained
            ),
        ];
        lines.extend(self.sizes.iter().map(|(steps, files)| format!("{files:>5} files: {steps} steps")));
        lines.extend(self.controls.iter().map(|(control, times)| format!("{times:>5} times: {control}")));
        lines.extend(
            self.beyond.iter().map(|(rule, times)| format!("{times:>5} left by every control: {rule}")),
        );
        lines.join("\n")
    }
}
