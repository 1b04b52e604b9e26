//! `ambit cover`: how far the categories of frameworks are answered, by the map and by people.

use std::path::{Path, PathBuf};

use ambit_model::stated::{self, Model};
use ambit_model::{AssetId, Coverage, Problem};
use ambit_report::Options;
use anyhow::bail;

use super::{catalog, source};
use crate::arguments::{Cover, Global};
use crate::terminal;

/// The file that people write.
const MODEL: &str = "ambit.yaml";

pub(crate) fn run(arguments: &Cover, global: &Global) -> anyhow::Result<bool> {
    let catalog = catalog(&arguments.inputs)?;
    let (source, settings) = source(&arguments.inputs.paths, arguments.inputs.home)?;
    let stated = stated(&arguments.inputs.paths)?;
    let assessment = ambit_analysis::assess(ambit_discovery::read(&source, &catalog, &settings), &catalog);
    let mut coverage = ambit_analysis::cover(&assessment, &stated, &catalog, arguments.today.as_ref());
    complain(&coverage.problems);
    let agent = arguments.agent.as_deref().map(|it| agent(it, &coverage)).transpose()?;
    let framework = arguments.framework.as_deref();
    if let Some(id) = framework.filter(|id| coverage.frameworks.iter().all(|it| it.id != *id)) {
        let ids: Vec<&str> = coverage.frameworks.iter().map(|it| it.id.as_str()).collect();
        bail!("no framework is called `{id}` (expected one of: {})", ids.join(", "));
    }
    coverage.keep(framework, agent.as_ref());
    let options = Options {
        color: terminal::wants_color(global),
        width: terminal::width(),
        verbose: global.verbose,
        quiet: global.quiet,
        all: arguments.all,
        rules: &[],
        catalog: Some(&catalog),
    };
    let mut bytes = Vec::new();
    ambit_report::coverage::write(&coverage, arguments.format, &options, &mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}

/// What people have stated at the root of what is looked at; nothing where there is no such file.
fn stated(paths: &[PathBuf]) -> anyhow::Result<Model> {
    let here = PathBuf::from(".");
    let roots = if paths.is_empty() { std::slice::from_ref(&here) } else { paths };
    let mut documents = Vec::new();
    for file in roots.iter().filter(|it| it.is_dir()).map(|it| it.join(MODEL)).filter(|it| it.is_file()) {
        let (document, problems) = stated::read(&shown(&file), &terminal::read(&file)?);
        complain(&problems);
        for other in &document.extends {
            terminal::note(&format!("{}: note: `{}` is not read here", other.place, other.value));
        }
        documents.push(document);
    }
    let (model, problems) = stated::join(documents);
    complain(&problems);
    Ok(model)
}

fn shown(file: &Path) -> String {
    let text = file.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).to_owned()
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
