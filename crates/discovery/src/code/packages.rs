//! What names in imports mean that are no paths: packages of the same repository, and frameworks.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_catalog::schema::AgentFramework;
use ambit_code::follow::paths::Packages;
use ambit_tree::{Kind, Node, Syntax};

use crate::source::Entry;

/// How many manifests of packages are looked into for their names.
const MOST_MANIFESTS: usize = 2_000;

/// The packages of `files`, of which `text` gives what stands in them.
pub(crate) fn packages(
    files: &[Entry],
    text: &dyn Fn(&str) -> Option<String>,
    catalog: &Catalog,
) -> Packages {
    let frameworks = || catalog.agent_frameworks().values();
    let distributions = distributions(files, text);
    // Where a framework itself lies here, its name means it.
    let is_elsewhere = |it: &&AgentFramework| it.distributions.iter().all(|it| !distributions.contains(it));
    Packages {
        folders: folders(files, text),
        outside: frameworks().flat_map(|it| it.roots.iter().cloned()).collect(),
        homonyms: frameworks().filter(is_elsewhere).flat_map(|it| it.homonyms.iter().cloned()).collect(),
        is_package: files.iter().any(|it| &*it.path == "__init__.py"),
    }
}

/// The folders of the repository's own packages, by their names.
fn folders(files: &[Entry], text: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let manifests = files.iter().filter(|it| it.path.ends_with("package.json")).take(MOST_MANIFESTS);
    let named = manifests.filter_map(|it| {
        let manifest: serde_json::Value = serde_json::from_str(&text(&it.path)?).ok()?;
        let folder = it.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Some((manifest.get("name")?.as_str()?.to_owned(), folder.to_owned()))
    });
    named.collect()
}

/// Under which names the repository's own packages of Python are published.
fn distributions(files: &[Entry], text: &dyn Fn(&str) -> Option<String>) -> BTreeSet<String> {
    let is_manifest = |it: &&Entry| it.path.rsplit('/').next() == Some("pyproject.toml");
    let manifests = files.iter().filter(is_manifest).take(MOST_MANIFESTS);
    let named = manifests.filter_map(|it| {
        let manifest = ambit_tree::parse(&text(&it.path)?, Syntax::Toml, &mut Vec::new()).ok()?;
        let of_poetry = || of(of(of(&manifest, "tool")?, "poetry")?, "name");
        let name = of(&manifest, "project").and_then(|it| of(it, "name")).or_else(of_poetry)?;
        let Kind::Text(name) = &name.kind else { return None };
        // Registries of Python take both for one.
        Some(name.to_ascii_lowercase().replace('_', "-"))
    });
    named.collect()
}

/// The value of `key` in a map.
fn of<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Kind::Map(pairs) = &node.kind else { return None };
    pairs.iter().find(|it| it.key == key).map(|it| &it.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_framework_itself_lies_its_name_means_it() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let files = [Entry::file("pyproject.toml", 1), Entry::file("src/agents/__init__.py", 1)];
        let homonyms = |manifest: &str| {
            let text = |path: &str| (path == "pyproject.toml").then(|| manifest.to_owned());
            packages(&files, &text, &catalog).homonyms
        };
        assert!(homonyms("[project]\nname = \"my-desk\"\n").contains("agents"));
        assert!(!homonyms("[project]\nname = \"openai-agents\"\n").contains("agents"));
        assert!(!homonyms("[tool.poetry]\nname = \"OpenAI_Agents\"\n").contains("agents"));
        assert!(homonyms("name = [").contains("agents"));
    }
}
