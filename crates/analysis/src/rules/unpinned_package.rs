//! A package is resolved anew at each start: what runs is whatever its supplier publishes next.

use ambit_model::facts::{Launch, Package, Pin};
use ambit_model::{AssetId, Confidence, Exposure, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
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
        if is_resolved_earlier(&facts.launch) {
            continue;
        }
        let weight = (tier(&facts.launch), Exposure::Guarded);
        let message = format!("`{}` runs {}", facts.name, described(package));
        sink.report(Seen::fact(id, id, weight, places).says(message));
    }
    for (agent, facts) in scene.agents() {
        for hook in scene.hooks(facts) {
            let Some(package) = hook.package.as_ref().filter(|it| is_movable(it)) else { continue };
            let end = AssetId::from_text(format!("package:{}/{}", package.ecosystem, package.name));
            let message = format!(
                "a hook of `{}` on `{}` runs {}",
                scene.map.name(agent),
                hook.event,
                described(package)
            );
            let mut seen = Seen::fact(agent, &end, (Tier::T4, Exposure::Guarded), vec![hook.place.clone()]);
            // `npx` takes the workspace's own copy where there is one, and its lock file pins that.
            seen.confidence = Confidence::Possible;
            sink.report(seen.says(message));
        }
    }
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
        Pin::Movable(text) => {
            format!("the {ecosystem} package `{name}` at `{text}`, which whoever publishes it can move")
        }
        _ => format!("the newest version of the {ecosystem} package `{name}`, whatever that is at the time"),
    }
}
