//! `ambit lock`: writes `ambit.lock`, and binds decisions to what they are about today.

use std::path::Path;

use ambit_analysis::basis;
use ambit_catalog::Catalog;
use ambit_discovery::{LOCKED, STATED};
use ambit_model::stated::{self, BasisId, edit};
use ambit_model::{Assessment, Lock};

use super::project::{Project, measure};
use crate::arguments::{Global, LockArguments};
use crate::terminal;

pub(crate) fn run(arguments: &LockArguments, global: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let project = Project::open(&arguments.root)?;
    write(&project, &catalog, global)?;
    Ok(false)
}

/// Writes the lock of `project`.
pub(crate) fn write(project: &Project, catalog: &Catalog, global: &Global) -> anyhow::Result<()> {
    let read = project.stated()?;
    let assessment = measure(project.inventory(catalog)?, &read.model, catalog, (None, None));
    let own = read.texts.iter().find(|(path, _)| path == STATED).map(|(_, text)| text.as_str());
    if let Some(text) = own {
        bind(text, &assessment, &project.root, global)?;
    }
    let lock = Lock::of(&assessment);
    let path = project.root.join(LOCKED);
    terminal::keep(&path, lock.write().as_bytes())?;
    if !global.quiet {
        terminal::note(&format!(
            "wrote `{LOCKED}`: {} assets, {} tools, {} edges, {} findings",
            lock.assets.len(),
            lock.tools.len(),
            lock.edges.len(),
            lock.findings.len()
        ));
    }
    Ok(())
}

/// Writes into each decision without a basis what it is about today: from now on a wider one re-opens it.
fn bind(text: &str, assessment: &Assessment, root: &Path, global: &Global) -> anyhow::Result<()> {
    let (document, _) = stated::read(STATED, text);
    let mut edited = text.to_owned();
    let mut bound = 0;
    for (index, decision) in document.model.decisions.iter().enumerate() {
        if !decision.value.basis.is_empty() {
            continue;
        }
        let bases = bases(&decision.value, assessment);
        if bases.is_empty() {
            continue;
        }
        edited = edit::set_basis(&edited, index, &bases)?;
        bound += 1;
    }
    if bound > 0 {
        terminal::keep(&root.join(STATED), edited.as_bytes())?;
        if !global.quiet {
            let decisions = if bound == 1 { "decision".to_owned() } else { format!("{bound} decisions") };
            terminal::note(&format!("bound {decisions} in `{STATED}` to what is there today"));
        }
    }
    Ok(())
}

/// The bases of the findings that a decision is about; where it is about none, of the edges.
fn bases(decision: &stated::Decision, assessment: &Assessment) -> Vec<BasisId> {
    let meant = |it: &&ambit_model::Finding| decision.on.iter().any(|on| on.value.matches_finding(it));
    let mut ids: Vec<String> = assessment.findings.iter().filter(meant).map(|it| it.basis.clone()).collect();
    if ids.is_empty() {
        let edges =
            assessment.edges.iter().filter(|it| decision.on.iter().any(|on| on.value.matches_edge(it)));
        ids.extend(edges.map(|it| basis::of_edge(it).id()));
    }
    ids.sort();
    ids.dedup();
    ids.iter().filter_map(|it| BasisId::new(it)).collect()
}
