//! What a service account of Kubernetes may do: the roles that are bound to it in the same files.

use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{Basis, BlastRadius, Confidence, Effect, Level, Place, Reversibility, Where};

use crate::tree::View;

/// A rule of a role that is bound to an account.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    role: String,
    verbs: Vec<String>,
    resources: Vec<String>,
    place: Place,
}

impl Rule {
    /// In words: `get, list on pods`.
    pub(super) fn words(&self) -> String {
        format!("{} on {} (role {})", self.verbs.join(", "), self.resources.join(", "), self.role)
    }

    fn allows(&self, verbs: &[&str]) -> bool {
        self.verbs.iter().any(|it| it == "*" || verbs.contains(&it.as_str()))
    }

    fn is_on(&self, resources: &[&str]) -> bool {
        self.resources.iter().any(|it| it == "*" || resources.contains(&it.as_str()))
    }
}

/// The rules that `account` of `namespace` has by the manifests in `all`, each with its kind.
pub(super) fn rules(all: &[(String, View<'_>)], account: &str, namespace: Option<&str>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let bindings = all.iter().filter(|(kind, _)| kind == "RoleBinding" || kind == "ClusterRoleBinding");
    for (_, binding) in bindings {
        let own = binding.at(&["metadata", "namespace"]).and_then(|it| it.text());
        let subjects = binding.get("subjects").map(|it| it.items()).unwrap_or_default();
        let bound = subjects.iter().any(|it| {
            let there = it.text_of("namespace").or(own);
            let group = it.text_of("name").unwrap_or_default();
            let everybody =
                it.text_of("kind") == Some("Group") && group.starts_with("system:serviceaccounts");
            let named = it.text_of("kind") == Some("ServiceAccount") && group == account;
            everybody || named && (there.is_none() || namespace.is_none() || there == namespace)
        });
        let Some(reference) = binding.get("roleRef").filter(|_| bound) else { continue };
        let name = reference.text_of("name").unwrap_or_default();
        let kind = reference.text_of("kind").unwrap_or("ClusterRole");
        let role = all.iter().find(|(of, it)| {
            of == kind && it.at(&["metadata", "name"]).and_then(|it| it.text()) == Some(name)
        });
        match role {
            Some((_, role)) => rules.extend(of_role(name, role)),
            None => rules.extend(known(name, &reference.place())),
        }
    }
    rules
}

fn of_role(name: &str, role: &View<'_>) -> Vec<Rule> {
    let texts = |view: &View<'_>, key: &str| -> Vec<String> {
        view.get(key).map(|it| it.texts().iter().map(|it| it.0.to_owned()).collect()).unwrap_or_default()
    };
    let listed = role.get("rules").map(|it| it.items()).unwrap_or_default();
    listed
        .iter()
        .map(|it| Rule {
            role: name.to_owned(),
            verbs: texts(it, "verbs"),
            resources: texts(it, "resources"),
            place: it.place(),
        })
        .filter(|it| !it.verbs.is_empty() && !it.resources.is_empty())
        .collect()
}

/// Roles that every cluster has. Of another that is bound and not here nothing is known but its name.
fn known(name: &str, place: &Place) -> Vec<Rule> {
    let verbs: &[&str] = match name {
        "cluster-admin" => &["*"],
        "admin" | "edit" => &["get", "list", "watch", "create", "update", "patch", "delete"],
        "view" => &["get", "list", "watch"],
        _ => return Vec::new(),
    };
    let resources: &[&str] = match name {
        "cluster-admin" => &["*"],
        "admin" => &["pods", "deployments", "secrets", "roles", "rolebindings"],
        "edit" => &["pods", "deployments", "secrets"],
        _ => &["pods", "deployments", "configmaps"],
    };
    let own = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    vec![Rule { role: name.to_owned(), verbs: own(verbs), resources: own(resources), place: place.clone() }]
}

/// Resources that are commands in containers.
const RUNS: &[&str] = &["pods/exec", "pods/attach"];
const LOOK: &[&str] = &["get", "list", "watch"];
const CHANGE: &[&str] = &["create", "update", "patch"];
const END: &[&str] = &["delete", "deletecollection"];

/// What `rules` let a program do that has the account's token.
pub(super) fn effects(rules: &[Rule]) -> Vec<OwnEffect> {
    let mut effects = Vec::new();
    for rule in rules {
        let mut push = |effect: Effect, on: Object, does: &str| {
            effects.push(OwnEffect {
                effect,
                on,
                does: format!("{does}: the account may {}", rule.words()).into(),
                basis: Basis::Declared,
                confidence: Confidence::Possible,
                place: Some(rule.place.clone()),
            });
        };
        let labelled = |level, data: &[&str], id: &'static str, name: &str| Object {
            level: Some(level),
            data: data.iter().map(|it| (*it).to_owned()).collect(),
            ..Object::named(id, name)
        };
        let cluster =
            || labelled(Level::Internal, &["operations"], "store:kubernetes", "What the cluster holds");
        if rule.allows(LOOK) && rule.is_on(&["secrets"]) {
            let secrets = labelled(
                Level::Secret,
                &["credential"],
                "store:kubernetes/secrets",
                "Secrets of the cluster",
            );
            let reads = Effect::Reads { data: ["credential".to_owned()].into(), level: Level::Secret };
            push(reads, secrets, "read secrets of the cluster");
        } else if rule.allows(LOOK) {
            let reads = Effect::Reads { data: ["operations".to_owned()].into(), level: Level::Internal };
            push(reads, cluster(), "look into the cluster");
        }
        let writes =
            |reversibility| Effect::Writes { reversibility, blast_radius: BlastRadius::Organization };
        if rule.allows(END) {
            push(writes(Reversibility::Irreversible), cluster(), "delete what the cluster holds");
        } else if rule.allows(CHANGE) && !rule.resources.iter().all(|it| RUNS.contains(&it.as_str())) {
            push(writes(Reversibility::Recoverable), cluster(), "change what the cluster holds");
        }
        if rule.allows(&["create", "get"]) && rule.is_on(RUNS) {
            push(
                Effect::Executes { r#where: Where::Remote },
                Object::shared("env:remote"),
                "run commands in containers",
            );
        }
        let rights =
            ["roles", "rolebindings", "clusterroles", "clusterrolebindings", "serviceaccounts/token"];
        if rule.allows(&["escalate", "bind", "impersonate"]) || rule.allows(CHANGE) && rule.is_on(&rights) {
            let rights = Object::named("store:kubernetes/rights", "Rights in the cluster");
            push(Effect::Grants, rights, "change who may do what in the cluster");
        }
    }
    effects
}
