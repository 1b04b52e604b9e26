//! Who reaches a pod, and what it reaches: services, routes and network policies that select it.

use ambit_model::facts::{Launch, Object, Trigger};
use ambit_model::{Place, Trust};

use super::{Manifest, name_of};
use crate::tree::View;

/// Who reaches a pod.
#[derive(Debug, Default)]
pub(super) struct Reached {
    pub(super) published: Vec<(String, Place)>,
    pub(super) inside: Vec<String>,
    pub(super) starts: Vec<Trigger>,
    pub(super) said: Vec<String>,
}

/// The labels of a pod, and its namespace.
type Pod<'p> = (&'p [(&'p str, String)], Option<&'p str>);

/// Whether `selector` selects a pod with these labels.
fn selects(selector: Option<View<'_>>, labels: &[(&str, String)]) -> bool {
    let wanted = selector.map(|it| it.entries()).unwrap_or_default();
    wanted.iter().all(|(key, it)| {
        let value = it.scalar();
        labels.iter().any(|(known, label)| known == key && Some(label) == value.as_ref())
    })
}

/// Whether two manifests can be of one namespace: one that names none goes where it is applied.
fn together(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Who reaches the pod of `name`.
pub(super) fn reached(
    name: &str,
    folder: &str,
    (labels, namespace): Pod<'_>,
    all: &[Manifest<'_>],
) -> Reached {
    let mut reached = Reached::default();
    if labels.is_empty() {
        return reached;
    }
    let trigger = |event: String, trust: Trust, guard: Option<Place>, place: Place| {
        let id = format!("channel:kubernetes/{name}@{folder}");
        let from = Object { trust: Some(trust), ..Object::named(id, format!("Whoever reaches {name}")) };
        Trigger { event, trust, from, brings_text: true, guard, place }
    };
    let services =
        all.iter().filter(|(kind, it)| kind == "Service" && it.text_of("apiVersion") == Some("v1"));
    for (_, service) in services {
        let (own, there) = name_of(service);
        let selector = service.at(&["spec", "selector"]).filter(|it| !it.entries().is_empty());
        if selector.is_none() || !together(there, namespace) || !selects(selector, labels) {
            continue;
        }
        reached.inside.push(own.to_owned());
        if let Some(namespace) = there.or(namespace) {
            let full = ["", ".svc", ".svc.cluster.local"].map(|it| format!("{own}.{namespace}{it}"));
            reached.inside.extend(full);
        }
        let place = service.at(&["spec", "type"]).map_or_else(|| service.place(), |it| it.place());
        match service.at(&["spec", "type"]).and_then(|it| it.text()) {
            Some("LoadBalancer") if !is_internal(service) => {
                reached.said.push("a load balancer leads to it".to_owned());
                reached.starts.push(trigger("load balancer".to_owned(), Trust::Public, None, place));
            }
            Some("LoadBalancer" | "NodePort") => {
                reached.said.push("it is reached from the network of the cluster's machines".to_owned());
                reached.starts.push(trigger("node port".to_owned(), Trust::Organization, None, place));
            }
            _ => {}
        }
        for (host, place, route) in routes(own, all) {
            let guard = authentication(route);
            let trust = if guard.is_some() { Trust::Partner } else { Trust::Public };
            let tls = route.at(&["spec", "tls"]).is_some() || route.text_of("kind") == Some("HTTPRoute");
            let scheme = if tls { "https" } else { "http" };
            reached.said.push(format!("{host} leads to it"));
            reached.published.push((format!("{scheme}://{host}"), place.clone()));
            reached.starts.push(trigger(format!("route of {host}"), trust, guard, place));
        }
    }
    reached
}

/// Whether the cloud is told to keep a load balancer within its network.
fn is_internal(service: &View<'_>) -> bool {
    let annotations = service.at(&["metadata", "annotations"]).map(|it| it.entries()).unwrap_or_default();
    annotations.iter().any(|(key, value)| {
        let value = value.scalar().unwrap_or_default().to_ascii_lowercase();
        let internal = key.contains("load-balancer-internal") && value != "false"
            || key.contains("load-balancer-type") && value == "internal";
        internal || key.ends_with("load-balancer-scheme") && value == "internal"
    })
}

/// Hosts whose routes lead to the service, each with its line and its route.
fn routes<'a, 'm>(service: &str, all: &'m [Manifest<'a>]) -> Vec<(String, Place, &'m View<'a>)> {
    let mut found = Vec::new();
    for (kind, route) in all {
        let rules = route.at(&["spec", "rules"]).map(|it| it.items()).unwrap_or_default();
        match kind.as_str() {
            "Ingress" => {
                for rule in &rules {
                    let paths = rule.at(&["http", "paths"]).map(|it| it.items()).unwrap_or_default();
                    let leads = paths.iter().any(|it| {
                        let new = it.at(&["backend", "service", "name"]).and_then(|it| it.text());
                        let old = it.at(&["backend", "serviceName"]).and_then(|it| it.text());
                        new.or(old) == Some(service)
                    });
                    if let (true, Some(host)) = (leads, rule.get("host"))
                        && let Some(name) = host.text()
                    {
                        found.push((name.to_owned(), host.place(), route));
                    }
                }
            }
            "HTTPRoute" => {
                let leads = rules.iter().any(|rule| {
                    let backends = rule.get("backendRefs").map(|it| it.items()).unwrap_or_default();
                    backends.iter().any(|it| it.text_of("name") == Some(service))
                });
                let hosts = route.at(&["spec", "hostnames"]).map(|it| it.texts()).unwrap_or_default();
                if leads {
                    found.extend(hosts.into_iter().map(|(host, it)| (host.to_owned(), it.place(), route)));
                }
            }
            _ => {}
        }
    }
    found
}

/// The line of a route that asks callers who they are.
fn authentication(route: &View<'_>) -> Option<Place> {
    let annotations = route.at(&["metadata", "annotations"]).map(|it| it.entries()).unwrap_or_default();
    let asks = |key: &str| {
        ["auth-url", "auth-type", "auth-signin", "auth-tls-secret"].iter().any(|it| key.ends_with(it))
    };
    annotations.into_iter().find(|(key, _)| asks(key)).map(|(_, it)| it.place())
}

/// What policies leave of the network to a pod.
pub(super) fn egress(
    labels: &[(&str, String)],
    namespace: Option<&str>,
    all: &[Manifest<'_>],
    launch: &mut Launch,
) {
    let mut limits = Vec::new();
    let mut open = false;
    for (_, policy) in all.iter().filter(|(kind, _)| kind == "NetworkPolicy") {
        let (name, there) = name_of(policy);
        let of_egress = policy.at(&["spec", "policyTypes"]).map_or_else(
            || policy.at(&["spec", "egress"]).is_some(),
            |it| it.texts().iter().any(|(it, _)| *it == "Egress"),
        );
        let selector = policy.at(&["spec", "podSelector", "matchLabels"]);
        // Expressions are not followed: what they select is not counted as limited.
        let plain = policy.at(&["spec", "podSelector", "matchExpressions"]).is_none();
        if !of_egress || !plain || !together(there, namespace) || !selects(selector, labels) {
            continue;
        }
        let rules = policy.at(&["spec", "egress"]).map(|it| it.items()).unwrap_or_default();
        open |= rules.iter().any(leads_anywhere);
        limits.push((name, rules.len()));
    }
    if limits.is_empty() || open {
        return;
    }
    if limits.iter().all(|(_, rules)| *rules == 0) {
        launch.no_network = true;
    }
    let names: Vec<&str> = limits.iter().map(|(name, _)| *name).collect();
    launch.said.push(format!("what it may reach is limited by the network policy {}", names.join(", ")));
}

/// Whether a rule leads anywhere: it names nobody, or all addresses.
fn leads_anywhere(rule: &View<'_>) -> bool {
    let to = rule.get("to").map(|it| it.items()).unwrap_or_default();
    let all = |it: &View<'_>| {
        it.at(&["ipBlock", "cidr"]).and_then(|it| it.text()).is_some_and(|it| it.ends_with("/0"))
    };
    // A rule without an end and for the ports of names alone lets nobody out.
    let ports = rule.get("ports").map(|it| it.items()).unwrap_or_default();
    let names_only = !ports.is_empty()
        && ports.iter().all(|it| it.get("port").and_then(|it| it.scalar()).as_deref() == Some("53"));
    (to.is_empty() && !names_only) || to.iter().any(all)
}
