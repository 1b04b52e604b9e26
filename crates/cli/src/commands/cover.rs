//! `ambit cover`: how far the categories of frameworks are answered, by the map and by people.

use ambit_model::{AssetId, Coverage, Problem};
use anyhow::bail;

use super::project::assess;
use super::{catalog, options, source, stated};
use crate::arguments::{Cover, Global};
use crate::terminal;

pub(crate) fn run(arguments: &Cover, global: &Global) -> anyhow::Result<bool> {
    let catalog = catalog(&arguments.inputs)?;
    let (source, settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    let read = stated(&source, &arguments.inputs.paths);
    complain(&read.problems);
    let inventory = crate::reading::read(&source, &catalog, &settings);
    let assessment = assess(inventory, &read.model, &catalog, (arguments.today.as_ref(), None));
    let mut coverage = ambit_analysis::cover(&assessment, &read.model, &catalog, arguments.today.as_ref());
    complain(&coverage.problems);
    let agent = arguments.agent.as_deref().map(|it| agent(it, &coverage)).transpose()?;
    let framework = arguments.framework.as_deref();
    if let Some(id) = framework.filter(|id| coverage.frameworks.iter().all(|it| it.id != *id)) {
        let ids: Vec<&str> = coverage.frameworks.iter().map(|it| it.id.as_str()).collect();
        bail!("no framework is called `{id}` (expected one of: {})", ids.join(", "));
    }
    coverage.keep(framework, agent.as_ref());
    let options = options(global, (false, arguments.all), &[], &catalog);
    let mut bytes = Vec::new();
    ambit_report::coverage::write(&coverage, arguments.format, &options, &mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}

fn complain(problems: &[Problem]) {
    for Problem { path, line, column, message, help } in problems {
        terminal::note(&format!("{path}:{line}:{column}: {message}; {help}"));
    }
}

/// The agent that the user means: by its id, or by the name in it.
fn agent(text: &str, coverage: &Coverage) -> anyhow::Result<AssetId> {
    let Some(found) = coverage.agents.iter().find(|it| it.as_str() == text || it.name() == text) else {
        let ids: Vec<&str> = coverage.agents.iter().map(AssetId::as_str).collect();
        bail!("no agent is called `{text}` (there are: {})", ids.join(", "));
    };
    Ok(found.clone())
}
