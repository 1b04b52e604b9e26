//! `docs/incidents.md`: the published incidents of `examples/incidents`, what Ambit finds of each, and what cuts it.
//! That it is so is a test of `analysis`; this only tells it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::{cell, code, heading, root};

const FOLDER: &str = "examples/incidents";

const INTRODUCTION: &str = "\
Published incidents, each as a small model of the configuration that was exploited: the agent, its tools, who writes what it \
takes in, and what stood before its actions, as they were reported. What happened follows from the map: a test reads each \
folder, looks for the finding with its source, data and end, writes the remedy that is named here into the files, and sees \
that the finding is gone. All words are ours; sources stand in the files.\n\n";

const ADDING: &str = "\
## Add one

Make a folder with `ambit.yaml` ([every key](reference/ambit-yaml.md)), and the files of the client where its own \
configuration was at fault. Put into `expected.toml`, all as text:

| key | says |
|---|---|
| `title`, `date` | what it is called, and when it was known |
| `status` | `found`, or `outside` with `because`: why no map of reach can tell it |
| `happened`, `path`, `cut` | the line of this page: what happened, the way in words, what would have cut it |
| `beyond` | what of it the map does not tell, where there is something |
| `rule`, `severity`, `agent`, `end` | the finding: its rule, how bad, who acts, and the way out or action that it ends in, by id |
| `source`, `data` | the untrusted source and the private data that its path must touch, by id |
| `remedy`, `cuts` | the control that must be among its remedies, and an asset that this must cut off |
";

/// One incident: the texts of its `expected.toml`.
type Incident = BTreeMap<String, String>;

/// The page.
pub(super) fn page() -> anyhow::Result<String> {
    let incidents = incidents()?;
    let mut text = heading("Published incidents");
    text.push_str(INTRODUCTION);
    let (found, outside): (Vec<_>, Vec<_>) = incidents.iter().partition(|(_, it)| is(it, "found"));
    if let Some((name, _)) = outside.iter().find(|(_, it)| !is(it, "outside")) {
        bail!("the status of the incident `{name}` is neither `found` nor `outside`");
    }
    text.push_str("## Found\n\n| incident | what happened | rule | path | cut |\n|---|---|---|---|---|\n");
    for (name, it) in &found {
        let says = |key: &str| said(name, it, key);
        let mut cut = format!("{} ({})", says("cut")?, code(says("remedy")?));
        if let Some(beyond) = it.get("beyond") {
            write!(cut, "; not told: {beyond}")?;
        }
        let rule = format!("{}, {}", code(says("rule")?), says("severity")?);
        let (happened, path) = (cell(says("happened")?), cell(says("path")?));
        writeln!(text, "| {} | {happened} | {rule} | {path} | {} |", link(name, it)?, cell(&cut))?;
    }
    text.push_str(
        "\n## Outside of what a map of reach can say\n\n| incident | what happened | why |\n|---|---|---|\n",
    );
    for (name, it) in &outside {
        let says = |key: &str| said(name, it, key).map(cell);
        writeln!(text, "| {} | {} | {} |", link(name, it)?, says("happened")?, says("because")?)?;
    }
    writeln!(text, "\n{} incidents, {} found.\n", incidents.len(), found.len())?;
    text.push_str(ADDING);
    Ok(text)
}

fn incidents() -> anyhow::Result<BTreeMap<String, Incident>> {
    let mut incidents = BTreeMap::new();
    for entry in std::fs::read_dir(root().join(FOLDER)).with_context(|| format!("reading `{FOLDER}`"))? {
        let path = entry?.path().join("expected.toml");
        let Some(name) = path.parent().and_then(|it| it.file_name()).and_then(|it| it.to_str()) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading `{}`", path.display()))?;
        let incident = toml::from_str(&text).with_context(|| format!("in `{}`", path.display()))?;
        incidents.insert(name.to_owned(), incident);
    }
    Ok(incidents)
}

fn is(incident: &Incident, status: &str) -> bool {
    incident.get("status").is_some_and(|it| it == status)
}

fn said<'i>(name: &str, incident: &'i Incident, key: &str) -> anyhow::Result<&'i str> {
    let text = incident.get(key).with_context(|| format!("the incident `{name}` says no `{key}`"))?;
    Ok(text)
}

fn link(name: &str, incident: &Incident) -> anyhow::Result<String> {
    let (title, date) = (said(name, incident, "title")?, said(name, incident, "date")?);
    Ok(format!("[{}](../{FOLDER}/{name}), {date}", cell(title)))
}
