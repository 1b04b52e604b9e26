//! A remote server is asked without any sign of who asks.

use ambit_model::address::{Leads, host, leads};
use ambit_model::{Exposure, RuleInfo, Tier};

use super::plaintext_transport::sends_credential;
use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unauthenticated-remote",
        title: "Nothing says that the remote server knows who asks",
        categories: &["ASI03:2026", "MCP07:2025", "CWE-287"],
        page: include_str!("unauthenticated_remote.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (id, facts, places) in scene.started() {
        let launch = &facts.launch;
        let Some(url) = launch.url.as_deref().filter(|it| is_web(it) && leads(it) != Leads::Here) else {
            continue;
        };
        let known = scene.catalog.server(&facts.name, launch).is_some();
        if known || launch.authenticated || !launch.headers.is_empty() || sends_credential(facts) {
            continue;
        }
        let message = format!(
            "`{}` at `{}` is declared without a header, a token or OAuth: anybody may be able to ask it the same",
            facts.name,
            host(url)
        );
        sink.report(Seen::fact(id, id, (Tier::T2, Exposure::Guarded), places).says(message));
    }
}

/// Other schemes, such as `ssh`, bring their own authentication.
fn is_web(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(it, _)| it).to_ascii_lowercase();
    ["http", "https", "ws", "wss"].contains(&scheme.as_str())
}
