//! A server on another machine is spoken to without encryption.

use ambit_model::address::{Leads, host, leads};
use ambit_model::facts::{Holder, ServerFacts};
use ambit_model::{Exposure, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "plaintext-transport",
        title: "It talks to another machine without encryption",
        categories: &["ASI07:2026", "MCP07:2025", "CWE-319", "CWE-924"],
        page: include_str!("plaintext_transport.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (id, facts, places) in scene.started() {
        let Some(url) = facts.launch.url.as_deref().filter(|it| is_plain(it)) else { continue };
        let exposure = match leads(url) {
            Leads::Here => continue,
            Leads::Inside => Exposure::Guarded,
            Leads::Outside => Exposure::Prompted,
        };
        let secret = sends_credential(facts);
        let tier = if secret { Tier::T4 } else { Tier::T3 };
        let what = if secret { "its credential and all calls" } else { "all calls" };
        let message = format!(
            "`{}` sends {what} to `{}` in the clear: whoever is on the way can read and change them",
            facts.name,
            host(url)
        );
        sink.report(Seen::fact(id, id, (tier, exposure), places).says(message));
    }
}

fn is_plain(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(it, _)| it).to_ascii_lowercase();
    scheme == "http" || scheme == "ws"
}

/// Whether a credential goes along with each request.
pub(super) fn sends_credential(facts: &ServerFacts) -> bool {
    facts.credentials.iter().any(|it| matches!(it.holder, Holder::Header | Holder::Url))
}
