//! What names in imports mean that are no paths: packages of the same repository, and frameworks.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_catalog::schema::AgentFramework;
use ambit_code::follow::paths::{Alias, Packages};
use ambit_model::place::below;
use ambit_tree::{Kind, Node, Syntax};

use crate::source::Entry;

/// How many manifests of packages are looked into for their names.
const MOST_MANIFESTS: usize = 2_000;

/// How many names configurations may give a meaning, and how many meanings each: every import is held against all of them.
const MOST_NAMES: usize = 400;
const MOST_TARGETS: usize = 4;

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
        aliases: aliases(files, text),
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

/// What names stand for, as configurations of TypeScript say: `compilerOptions.paths`, and `compilerOptions.baseUrl`. The
/// innermost folder's come first, and in it the longest names.
fn aliases(files: &[Entry], text: &dyn Fn(&str) -> Option<String>) -> Vec<Alias> {
    let is_meant = |it: &&Entry| {
        let name = it.path.rsplit('/').next().unwrap_or(&it.path);
        name == "jsconfig.json" || name.starts_with("tsconfig") && name.ends_with(".json")
    };
    let mut found = Vec::new();
    for file in files.iter().filter(is_meant).take(MOST_MANIFESTS) {
        if found.len() >= MOST_NAMES {
            break;
        }
        let Some(text) = text(&file.path).filter(|it| it.contains("\"paths\"") || it.contains("\"baseUrl\""))
        else {
            continue;
        };
        let Ok(manifest) = ambit_tree::parse(&text, Syntax::Json, &mut Vec::new()) else { continue };
        let Some(options) = of(&manifest, "compilerOptions") else { continue };
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let base = of(options, "baseUrl").and_then(text_of);
        let Some(from) = below(folder, base.unwrap_or(".")) else { continue };
        let alias = |starts: &str, is_open: bool, to: String| Alias {
            within: folder.to_owned(),
            starts: starts.to_owned(),
            is_open,
            to,
        };
        found.extend(base.map(|_| alias("", true, from.clone())));
        let Some(Kind::Map(pairs)) = of(options, "paths").map(|it| &it.kind) else { continue };
        for pair in pairs.iter().take(MOST_NAMES) {
            let Kind::List(targets) = &pair.value.kind else { continue };
            for target in targets.iter().filter_map(text_of).take(MOST_TARGETS) {
                let (starts, is_open) =
                    pair.key.strip_suffix('*').map_or((&*pair.key, false), |it| (it, true));
                let target = if is_open { target.trim_end_matches('*') } else { target };
                found.extend(below(&from, target.trim_end_matches('/')).map(|to| alias(starts, is_open, to)));
            }
        }
    }
    found.truncate(MOST_NAMES);
    found.sort_by_key(|it| std::cmp::Reverse((it.within.len(), it.starts.len())));
    found
}

fn text_of(node: &Node) -> Option<&str> {
    if let Kind::Text(text) = &node.kind { Some(text) } else { None }
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

    #[test]
    fn configurations_of_typescript_say_what_names_stand_for() {
        let files = [Entry::file("apps/desk/tsconfig.json", 1), Entry::file("tsconfig.base.json", 1)];
        let text = |path: &str| {
            let text = match path {
                "tsconfig.base.json" => {
                    r#"{"compilerOptions": {"paths": {"@acme/mail": ["./libs/mail/src/index.ts"]}}}"#
                }
                _ => {
                    r#"{ // of the desk
                    "compilerOptions": {"baseUrl": "./src", "paths": {"@lib/*": ["lib/*"], "up": ["../../../../x"],},},
                }"#
                }
            };
            Some(text.to_owned())
        };
        let found = aliases(&files, &text);
        let found: Vec<String> = found
            .iter()
            .map(|it| format!("{}: {}{} {}", it.within, it.starts, if it.is_open { "*" } else { "" }, it.to))
            .collect();
        assert_eq!(
            found,
            [
                "apps/desk: @lib/* apps/desk/src/lib",
                "apps/desk: * apps/desk/src",
                ": @acme/mail libs/mail/src/index.ts"
            ]
        );
    }
}
