//! What names in imports mean that are no paths: packages of the same repository, and frameworks.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_code::follow::paths::Packages;

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
    Packages {
        folders: folders(files, text),
        outside: frameworks().flat_map(|it| it.roots.iter().cloned()).collect(),
        homonyms: frameworks().flat_map(|it| it.homonyms.iter().cloned()).collect(),
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
