//! An image is named by a tag, or by nothing: what runs is whatever the tag points to next.

use ambit_model::facts::Pin;
use ambit_model::{Exposure, RuleInfo};

use super::unpinned_package::{lines, tier};
use super::{Rule, Seen, Sink};
use crate::overlay::Said;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unpinned-image",
        title: "The image it runs can be replaced under its name",
        categories: &["ASI04:2026", "LLM03:2025", "MCP04:2025", "AML.T0010.001", "AML.T0109", "CWE-494"],
        page: include_str!("unpinned_image.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (id, facts, places) in scene.started() {
        let Some(package) = facts.launch.package.as_ref().filter(|it| it.ecosystem == "oci" && scene.says(&it.place, Said::Version)) else { continue };
        let named = match &package.pin {
            Pin::Digest(_) => continue,
            Pin::Exact(tag) | Pin::Movable(tag) => format!("by its tag `{tag}`"),
            Pin::Missing => "without a tag".to_owned(),
        };
        let message = format!(
            "`{}` runs the image `{}` {named}, and whoever publishes it can put another one there",
            facts.name, package.name
        );
        sink.report(Seen::fact(id, id, (tier(&facts.launch), Exposure::Guarded), lines(package, places)).says(message));
    }
}
