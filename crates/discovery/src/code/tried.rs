//! What tests make of a program only to try it.

use std::collections::BTreeSet;

use ambit_code::agents::Agent;
use ambit_model::facts::Served;

/// The servers without those that a test makes to try tools which the program serves itself: they are no servers beside it. What
/// only a test serves stays.
pub(super) fn of_programs(served: Vec<Served>) -> Vec<Served> {
    let tools = |it: &Served| -> BTreeSet<(String, String)> {
        it.tools.iter().map(|it| (it.owner.clone(), it.name.clone())).collect()
    };
    let own: BTreeSet<_> = served.iter().filter(|it| !is_test(&it.path)).flat_map(tools).collect();
    let is_tried = |it: &Served| is_test(&it.path) && !it.tools.is_empty() && tools(it).is_subset(&own);
    served.into_iter().filter(|it| !is_tried(it)).collect()
}

/// Which of the agents are made in tests alone, and are none of the program: it has its own. Where only tests make agents, as in a
/// library for them, those are what there is to see.
pub(super) fn agents(all: &[Agent]) -> Vec<bool> {
    let tried: Vec<bool> = all.iter().map(|it| it.facts.places.iter().all(|it| is_test(&it.path))).collect();
    if tried.contains(&false) { tried } else { vec![false; all.len()] }
}

/// Whether the file at `path` is a test, by the names that runners of tests look for.
fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "py" => stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
        _ => {
            let marked = [".test", ".spec"].iter().any(|it| stem.ends_with(it));
            marked || path.split('/').any(|it| it == "__tests__")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn runners_find_tests_by_their_names() {
        for path in
            ["a/test_x.py", "x_test.py", "conftest.py", "src/x.test.ts", "x.spec.mjs", "a/__tests__/x.ts"]
        {
            assert!(is_test(path), "{path}");
        }
        for path in ["tests.py", "contest.py", "src/latest.ts", "tests/server.ts", "test.ts"] {
            assert!(!is_test(path), "{path}");
        }
    }
}
