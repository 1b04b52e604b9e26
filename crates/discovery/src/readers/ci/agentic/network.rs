//! What of the network an agentic workflow leaves: a firewall lets nothing through but what is named, by host or by the name
//! of an ecosystem.

use ambit_model::Place;
use ambit_model::facts::Network;

use crate::tree::View;

/// Ecosystems with hosts that stand for them. What `defaults` adds serves certificates and system packages: nothing that an
/// agent can be told by, or can tell anything.
const ECOSYSTEMS: &[(&str, &[&str])] = &[
    ("defaults", &[]),
    ("local", &["localhost"]),
    ("github", &["github.com", "api.github.com", "raw.githubusercontent.com"]),
    ("github-actions", &["github.com"]),
    ("node", &["registry.npmjs.org", "npmjs.com"]),
    ("python", &["pypi.org", "files.pythonhosted.org"]),
    ("go", &["proxy.golang.org", "sum.golang.org"]),
    ("rust", &["crates.io", "static.crates.io"]),
    ("ruby", &["rubygems.org"]),
    ("java", &["repo.maven.apache.org", "plugins.gradle.org"]),
    ("kotlin", &["plugins.gradle.org"]),
    ("dotnet", &["api.nuget.org"]),
    ("php", &["packagist.org"]),
    ("perl", &["metacpan.org"]),
    ("dart", &["pub.dev"]),
    ("deno", &["deno.land", "jsr.io"]),
    ("elixir", &["hex.pm"]),
    ("haskell", &["hackage.haskell.org"]),
    ("swift", &["swift.org"]),
    ("zig", &["ziglang.org"]),
    ("clojure", &["clojars.org"]),
    ("terraform", &["registry.terraform.io"]),
    ("containers", &["docker.io", "ghcr.io"]),
    ("playwright", &["playwright.dev"]),
    ("linux-distros", &["archive.ubuntu.com"]),
    ("fonts", &["fonts.googleapis.com"]),
    ("chrome", &["google.com"]),
    ("dev-tools", &["codecov.io"]),
    ("node-cdns", &[]),
    ("python-native", &[]),
    ("threat-detection", &[]),
    ("default-safe-outputs", &[]),
    ("bazel", &[]),
    ("julia", &[]),
    ("latex", &[]),
    ("lean", &[]),
    ("lua", &[]),
    ("ocaml", &[]),
    ("powershell", &[]),
    ("r", &[]),
    ("scala", &[]),
    ("android", &[]),
    ("nix", &[]),
    ("unity", &[]),
];

/// What is left, and the line that says so.
#[derive(Debug, Clone)]
pub(super) struct Left {
    pub(super) network: Network,
    /// The line that takes the firewall away.
    pub(super) open: Option<Place>,
    /// Words that name no ecosystem and no host.
    pub(super) unknown: Vec<(String, Place)>,
    /// Whether searches that the model's provider runs are let through.
    pub(super) hosted: bool,
}

/// What all of `lists`, the workflow's own first, leave together.
pub(super) fn left(lists: &[View<'_>]) -> Left {
    let mut left =
        Left { network: Network::Closed, open: None, unknown: Vec::new(), hosted: lists.is_empty() };
    let mut hosts: Vec<String> = Vec::new();
    for list in lists {
        let firewall = list.get("firewall");
        if let Some(off) = firewall.filter(|it| it.truth() == Some(false) || it.text() == Some("disable")) {
            left.open.get_or_insert_with(|| off.place());
        }
        left.hosted |= list.get("hosted-web").is_some_and(|it| it.truth() != Some(false));
        left.hosted |= list.text() == Some("defaults");
        let words = list.get("allowed").unwrap_or_else(|| list.clone());
        for (word, item) in words.texts() {
            let known = ECOSYSTEMS.iter().find(|(it, _)| *it == word);
            match known {
                Some((_, these)) => hosts.extend(these.iter().map(|it| (*it).to_owned())),
                None if word == "*" => {
                    left.open.get_or_insert_with(|| item.place());
                }
                None if word.contains('.') || word.contains("${{") => hosts.push(word.to_owned()),
                None if word == "none" => {}
                None => left.unknown.push((word.to_owned(), item.place())),
            }
        }
    }
    hosts.sort();
    hosts.dedup();
    if left.open.is_some() {
        left.network = Network::Open;
    } else if !hosts.is_empty() {
        left.network = Network::Hosts(hosts);
    }
    left
}
