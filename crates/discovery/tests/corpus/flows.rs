//! Flows of low-code products, against what a careful reader saw in them: `flows.txt`.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};

use crate::told::told;

/// Facts by the name of the agent; what is of no agent is under an empty name.
type Facts = BTreeMap<String, BTreeSet<String>>;

fn expected() -> BTreeMap<String, Facts> {
    let (mut files, mut file, mut agent) = (BTreeMap::<String, Facts>::new(), String::new(), String::new());
    for line in include_str!("flows.txt").lines().map(str::trim_end) {
        if let Some(name) = line.strip_prefix("== ") {
            (file, agent) = (name.to_owned(), String::new());
            files.insert(file.clone(), Facts::new());
        } else if let Some(name) = line.strip_prefix("-- ") {
            agent = name.to_owned();
        } else if !line.is_empty() && !line.starts_with('#') {
            files.entry(file.clone()).or_default().entry(agent.clone()).or_default().insert(line.to_owned());
        }
    }
    files
}

/// What is read of a file that lies alone in a folder.
fn seen(file: &str, text: &str, catalog: &Catalog) -> Facts {
    let name = file.rsplit('/').next().unwrap_or(file);
    let inventory = ambit_discovery::read(&Memory::of([(name, text)]), catalog, &Settings::default());
    let products = ["n8n", "dify", "flowise", "langflow"];
    let agents = inventory.agents.iter().filter(|it| products.contains(&it.client.as_str()));
    let mut facts: Facts = agents.map(|it| (it.name.clone(), told(it).into_iter().collect())).collect();
    for list in &inventory.tool_lists {
        let tools: Vec<&str> = list.tools.iter().map(|it| it.name.as_str()).collect();
        let said = format!("list {}: {}", list.server, tools.join(" "));
        facts.entry(String::new()).or_default().insert(said);
    }
    facts
}

#[test]
fn flows_are_read_as_a_careful_reader_does() {
    let samples = super::all();
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let expected = expected();
    let mut unlike = Vec::new();
    for sample in &samples {
        let folder = sample.file.split('/').next().unwrap_or_default();
        if !["n8n", "dify", "flowise", "langflow"].contains(&folder) {
            continue;
        }
        let Some(wanted) = expected.get(&sample.file) else {
            unlike.push(format!("{}: nobody wrote down what it says", sample.file));
            continue;
        };
        let seen = seen(&sample.file, &sample.text, &catalog);
        for agent in wanted.keys().chain(seen.keys()).collect::<BTreeSet<_>>() {
            let none = BTreeSet::new();
            let (wanted, seen) = (wanted.get(agent).unwrap_or(&none), seen.get(agent).unwrap_or(&none));
            let at = format!("{}: {agent}", sample.file);
            unlike.extend(wanted.difference(seen).map(|it| format!("{at}: missed: {it}")));
            unlike.extend(seen.difference(wanted).map(|it| format!("{at}: more: {it}")));
        }
    }
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}
