//! A package is resolved anew at each start: what runs is whatever its supplier publishes next.

use ambit_model::facts::{Launch, Package, Pin};
use ambit_model::{AssetId, Confidence, Exposure, Place, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
use crate::overlay::Said;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unpinned-package",
        title: "What it runs changes whenever the supplier publishes",
        categories: &["ASI04:2026", "LLM03:2025", "MCP04:2025", "AML.T0010.001", "AML.T0109", "CWE-494"],
        page: include_str!("unpinned_package.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (id, facts, places) in scene.started() {
        let Some(package) = facts.launch.package.as_ref().filter(|it| is_movable(it)) else { continue };
        if is_resolved_earlier(&facts.launch) || !scene.says(&package.place, Said::Version) {
            continue;
        }
        let weight = (tier(&facts.launch), Exposure::Guarded);
        let message = format!("`{}` runs {}", facts.name, described(package));
        sink.report(Seen::fact(id, id, weight, lines(package, places)).says(message));
    }
    for (agent, facts) in scene.agents() {
        for hook in scene.hooks(facts) {
            let Some(package) = hook.package.as_ref().filter(|it| is_movable(it)) else { continue };
            let end = AssetId::from_text(format!("package:{}/{}", package.ecosystem, package.name));
            let name = scene.map.name(agent);
            let message = match hook.event.as_str() {
                "start" => format!("`{name}` is started by {}", described(package)),
                event => format!("a hook of `{name}` on `{event}` runs {}", described(package)),
            };
            let mut seen = Seen::fact(agent, &end, (Tier::T4, Exposure::Guarded), vec![hook.place.clone()]);
            // `npx` takes the workspace's own copy where there is one, and its lock file pins that.
            seen.confidence = Confidence::Possible;
            sink.report(seen.says(message));
        }
    }
}

/// The word that names the package, then the entries of other files that start the same server.
pub(super) fn lines(package: &Package, mut entries: Vec<Place>) -> Vec<Place> {
    entries.retain(|it| it.path != package.place.path);
    entries.insert(0, package.place.clone());
    entries
}

/// Images have a rule of their own: a tag looks like a version and is none.
fn is_movable(package: &Package) -> bool {
    package.ecosystem != "oci" && matches!(package.pin, Pin::Missing | Pin::Movable(_))
}

/// `python -m` runs what somebody installed at a time of their choice.
fn is_resolved_earlier(launch: &Launch) -> bool {
    ["python", "python3", "py"].contains(&launch.runner.as_str())
}

/// On the host it has the user's rights; a container that nothing loosens leaves it the workspace at most.
pub(super) fn tier(launch: &Launch) -> Tier {
    if launch.contained && launch.loosened.is_empty() { Tier::T3 } else { Tier::T4 }
}

fn described(package: &Package) -> String {
    let Package { ecosystem, name, pin, .. } = package;
    match pin {
        Pin::Movable(text) if ecosystem == "github-action" => {
            format!("the action `{name}` at `{text}`, which whoever publishes it can move")
        }
        _ if ecosystem == "github-action" => format!("the action `{name}`, at no version"),
        Pin::Movable(text) => {
            format!("the {ecosystem} package `{name}` at `{text}`, which whoever publishes it can move")
        }
        _ => format!("the newest version of the {ecosystem} package `{name}`, whatever that is at the time"),
    }
}
