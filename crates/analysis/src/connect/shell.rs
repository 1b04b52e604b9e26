//! From effects to rows of the map. Shells and interpreters are universal: they are expanded to all that their
//! surroundings reach, minus what a sandbox takes away.

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_catalog::schema::CommandClass;
use ambit_model::facts::{FileLimit, Network, Sandbox};
use ambit_model::{
    AgentFacts, AssetId, Audience, BlastRadius, Confidence, Effect, Gate, Level, Place, Provenance,
    Reversibility, Scope, Tier, Trust, Verb, Where,
};

use super::builder::{Builder, Row};
use crate::grant::Grant;

/// One way of calling a tool, with what stands before it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) agent: AssetId,
    pub(crate) via: AssetId,
    pub(crate) gate: Gate,
    pub(crate) without_rule: Option<Gate>,
    pub(crate) decided_by: Option<(Place, Scope)>,
    pub(crate) others: Arc<[Grant]>,
    pub(crate) confidence: Confidence,
    pub(crate) does: Arc<str>,
    pub(crate) provenance: Arc<[Provenance]>,
}

impl Call {
    /// The same call, with at least this gate before it.
    pub(super) fn at_least(&self, gate: Gate) -> Self {
        Self {
            gate: self.gate.max(gate),
            without_rule: self.without_rule.map(|it| it.max(gate)),
            others: self.others.iter().map(|it| it.at_least(gate)).collect(),
            ..self.clone()
        }
    }

    /// The row of what the call does to `to`.
    pub(crate) fn row(&self, verb: Verb, to: &AssetId) -> Row {
        Row {
            via: Some(self.via.clone()),
            gate: self.gate,
            without_rule: self.without_rule,
            decided_by: self.decided_by.clone(),
            others: Arc::clone(&self.others),
            confidence: self.confidence,
            consequence: Arc::clone(&self.does),
            provenance: Arc::clone(&self.provenance),
            ..Row::new(&self.agent, verb, to)
        }
    }
}

/// What commands can touch.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub(super) on: Machine,
    pub(super) network: Network,
    pub(super) files: FileLimit,
    pub(super) hides_home: bool,
    /// Whether nobody's accounts lie there.
    pub(super) unattended: bool,
}

/// Where commands run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    /// On a machine of the user, or of the organization, with that user's rights.
    Host,
    /// On a machine that is thrown away after the run.
    Runner,
    /// Where they are kept to the workspace.
    Workspace,
}

impl Machine {
    /// The environment, and what running commands there can come to by itself. What a runner's commands reach beyond
    /// it they reach over the network and with tokens, which are edges of their own.
    fn weight(self) -> (&'static str, (Reversibility, BlastRadius)) {
        match self {
            Self::Host => ("env:host", (Reversibility::Irreversible, BlastRadius::Organization)),
            Self::Runner => ("env:runner", (Reversibility::Recoverable, BlastRadius::Workspace)),
            Self::Workspace => ("env:workspace", (Reversibility::Recoverable, BlastRadius::Workspace)),
        }
    }
}

impl Surroundings {
    /// The user's whole machine.
    pub(super) fn host() -> Self {
        let (on, network, files) = (Machine::Host, Network::Open, FileLimit::Everything);
        Self { on, network, files, hides_home: false, unattended: false }
    }

    /// The whole machine that the agent runs on.
    pub(super) fn of_agent(facts: &AgentFacts) -> Self {
        let Some(runner) = &facts.runner else { return Self::host() };
        let on = if runner.throwaway { Machine::Runner } else { Machine::Host };
        Self {
            on,
            network: without_registries(&runner.network),
            hides_home: runner.throwaway,
            unattended: true,
            ..Self::host()
        }
    }

    /// What a sandbox leaves of it.
    pub(super) fn inside(sandbox: &Sandbox, facts: &AgentFacts) -> Self {
        let around = Self::of_agent(facts);
        Self {
            on: Machine::Workspace,
            network: lesser(&left_by(sandbox, facts), &around.network),
            files: sandbox.files,
            hides_home: sandbox.hides_home || around.hides_home,
            unattended: around.unattended,
        }
    }
}

/// What a sandbox leaves of the network.
fn left_by(sandbox: &Sandbox, facts: &AgentFacts) -> Network {
    if facts.runner.is_some() { without_registries(&sandbox.network) } else { sandbox.network.clone() }
}

/// Hosts that packages come from. They take nothing from a machine without an account there, and what they give out is code
/// that somebody chose.
const REGISTRIES: &[&str] = &[
    "npmjs.org",
    "npmjs.com",
    "pypi.org",
    "pythonhosted.org",
    "crates.io",
    "rubygems.org",
    "packagist.org",
    "nuget.org",
    "maven.apache.org",
    "gradle.org",
    "golang.org",
    "hex.pm",
    "pub.dev",
    "haskell.org",
    "metacpan.org",
    "deno.land",
    "jsr.io",
    "clojars.org",
    "docker.io",
    "ghcr.io",
    "ubuntu.com",
    "debian.org",
    "swift.org",
    "ziglang.org",
    "terraform.io",
    "playwright.dev",
    "codecov.io",
];

/// The hosts among which somebody could choose to say or to hear something.
pub(super) fn without_registries(network: &Network) -> Network {
    let Network::Hosts(hosts) = network else { return network.clone() };
    let is_registry = |host: &str| {
        let bare = host.trim_start_matches("*.");
        REGISTRIES.iter().any(|it| bare == *it || bare.ends_with(&format!(".{it}")))
    };
    let left: Vec<String> = hosts.iter().filter(|it| !is_registry(it)).cloned().collect();
    if left.is_empty() { Network::Closed } else { Network::Hosts(left) }
}

/// What of the network both leave.
fn lesser(one: &Network, other: &Network) -> Network {
    match (one, other) {
        (Network::Closed, _) | (_, Network::Closed) => Network::Closed,
        (Network::Open, rest) | (rest, Network::Open) => rest.clone(),
        (Network::Hosts(one), Network::Hosts(other)) => {
            Network::Hosts(one.iter().filter(|it| other.contains(it)).cloned().collect())
        }
    }
}

/// Adds the rows of one effect on `to`.
pub(crate) fn effect(builder: &mut Builder<'_>, call: &Call, effect: &Effect, to: &AssetId) {
    let row = match effect {
        Effect::Ingests { trust } => Row { trust: Some(*trust), ..call.row(Verb::Ingests, to) },
        Effect::Reads { data, level } => {
            let place = builder.map.assets.get(to).and_then(|it| it.level);
            let level = place.map_or(*level, |it| it.join(*level));
            Row { touches: Arc::clone(data), level: Some(level), ..call.row(Verb::Reads, to) }
        }
        Effect::Sends { audience, .. } => Row { audience: Some(*audience), ..call.row(Verb::Sends, to) },
        Effect::Writes { reversibility, blast_radius } => Row {
            weight: Some((*reversibility, *blast_radius)),
            tier: Tier::of(*reversibility, *blast_radius),
            ..call.row(Verb::Writes, to)
        },
        Effect::Executes { r#where } => return executes(builder, call, *r#where),
        Effect::Spends { limit } => {
            let tier = if limit.is_some() { Tier::T2 } else { Tier::T4 };
            Row { tier, ..call.row(Verb::Spends, to) }
        }
        Effect::Grants => Row {
            weight: Some((Reversibility::Recoverable, BlastRadius::Organization)),
            tier: Tier::T3,
            ..call.row(Verb::Grants, to)
        },
        Effect::Remembers { .. } => Row { tier: Tier::T1, ..call.row(Verb::Remembers, to) },
        Effect::Recalls { .. } => {
            let level = builder.map.assets.get(to).and_then(|it| it.level);
            Row { level, ..call.row(Verb::Recalls, to) }
        }
        Effect::Delegates { .. } => call.row(Verb::Delegates, to),
        Effect::Unknown => Row { tier: Tier::T4, ..call.row(Verb::MayReach, to) },
    };
    builder.edge(row);
}

fn executes(builder: &mut Builder<'_>, call: &Call, r#where: Where) {
    match r#where {
        Where::Host => universal(builder, call, &Surroundings::host()),
        Where::Workspace => {
            let (on, network, files) = (Machine::Workspace, Network::Closed, FileLimit::Workspace);
            universal(
                builder,
                call,
                &Surroundings { on, network, files, hides_home: false, unattended: false },
            );
        }
        Where::Sandbox => {
            run_in(builder, call, "env:sandbox", (Reversibility::Recoverable, BlastRadius::Session));
        }
        Where::Remote => {
            run_in(builder, call, "env:remote", (Reversibility::Recoverable, BlastRadius::Organization));
        }
    }
}

fn run_in(builder: &mut Builder<'_>, call: &Call, id: &str, weight: (Reversibility, BlastRadius)) {
    let to = builder.shared(id);
    builder.edge(Row {
        weight: Some(weight),
        tier: Tier::of(weight.0, weight.1),
        ..call.row(Verb::Executes, &to)
    });
}

/// Everything that commands can do in `around`.
pub(super) fn universal(builder: &mut Builder<'_>, call: &Call, around: &Surroundings) {
    let (id, weight) = around.on.weight();
    run_in(builder, call, id, weight);
    reads(builder, call, "store:workspace");
    // Sandboxes of coding agents limit writing and the network; reading they leave open unless told otherwise.
    if !around.hides_home {
        reads(builder, call, "store:home");
    }
    if around.files != FileLimit::ReadOnly {
        writes_workspace(builder, call);
    }
    leads_out(builder, call, &around.network, around.unattended);
}

/// What comes in and goes out over what is left of the network.
pub(super) fn leads_out(builder: &mut Builder<'_>, call: &Call, left: &Network, unattended: bool) {
    match left {
        Network::Open => network(builder, call),
        Network::Hosts(hosts) => hosts.iter().for_each(|it| one_host(builder, call, it, unattended)),
        Network::Closed => {}
    }
}

fn reads(builder: &mut Builder<'_>, call: &Call, store: &str) {
    let to = builder.shared(store);
    let (level, data) =
        builder.map.assets.get(&to).map_or((None, Vec::new()), |it| (it.level, it.data.clone()));
    builder.edge(Row {
        level: level.or(Some(Level::Internal)),
        touches: data.into(),
        ..call.row(Verb::Reads, &to)
    });
}

fn writes_workspace(builder: &mut Builder<'_>, call: &Call) {
    let to = builder.shared("store:workspace");
    let weight = (Reversibility::Recoverable, BlastRadius::Workspace);
    builder.edge(Row {
        weight: Some(weight),
        tier: Tier::of(weight.0, weight.1),
        ..call.row(Verb::Writes, &to)
    });
}

fn network(builder: &mut Builder<'_>, call: &Call) {
    let to = builder.shared("channel:web");
    builder.edge(Row { trust: Some(Trust::Public), ..call.row(Verb::Ingests, &to) });
    builder.edge(Row { audience: Some(Audience::Public), ..call.row(Verb::Sends, &to) });
}

/// Who writes what `host` says, and who reads what it is sent: on some hosts that is everybody.
pub(super) fn of_host(catalog: &Catalog, host: &str) -> (Trust, Audience) {
    let of_list = catalog.is_public_host(host);
    if ["localhost", "127.0.0.1"].contains(&host) {
        (Trust::Operator, Audience::Myself)
    } else if of_list {
        (Trust::Public, Audience::Public)
    } else {
        (Trust::Partner, Audience::Partner)
    }
}

/// One allowed host. What it says was written by whoever runs it; on some hosts that is everybody: an allowlist with one
/// of them bounds nothing, since a shell signs in there as whom it likes.
pub(super) fn one_host(builder: &mut Builder<'_>, call: &Call, host: &str, unattended: bool) {
    let host = host.trim().trim_start_matches("https://").trim_start_matches("http://");
    let host = host.split('/').next().unwrap_or(host).to_ascii_lowercase();
    let bare = host.trim_start_matches("*.");
    if bare.contains('*') || bare.is_empty() || !bare.contains('.') && bare != "localhost" {
        return network(builder, call);
    }
    let (trust, mut audience) = of_host(builder.catalog, bare);
    let of_github = ["github.com", "githubusercontent.com"]
        .iter()
        .any(|it| bare == *it || bare.ends_with(&format!(".{it}")));
    if unattended && of_github {
        // Without an account there is nothing to write with; what a token lets is drawn for the token.
        audience = Audience::Partner;
    }
    let mut asset = ambit_model::Asset::new(
        AssetId::from_text(format!("channel:web/{bare}")),
        ambit_model::AssetKind::Channel,
        bare,
    );
    asset.trust = Some(trust);
    let to = builder.asset(asset);
    builder.edge(Row { trust: Some(trust), ..call.row(Verb::Ingests, &to) });
    builder.edge(Row { audience: Some(audience), ..call.row(Verb::Sends, &to) });
}

/// Adds the rows of the commands that a pattern selects. True when they run what the workspace holds: then it
/// matters who may write there.
pub(super) fn command(builder: &mut Builder<'_>, call: &Call, class: CommandClass, open_ended: bool) -> bool {
    match class {
        CommandClass::Inspects => reads(builder, call, "store:workspace"),
        CommandClass::Reads => {
            reads(builder, call, "store:workspace");
            reads(builder, call, "store:home");
        }
        CommandClass::Writes => {
            reads(builder, call, "store:workspace");
            writes_workspace(builder, call);
        }
        CommandClass::RunsWorkspace => {
            run_in(builder, call, "env:workspace", (Reversibility::Recoverable, BlastRadius::Workspace));
            return true;
        }
        CommandClass::Network => network(builder, call),
        CommandClass::Service => service(builder, call, open_ended),
        CommandClass::Publishes => {
            service(builder, call, true);
            let to = builder.shared("channel:release");
            let weight = (Reversibility::Irreversible, BlastRadius::ThirdParties);
            builder.edge(Row {
                weight: Some(weight),
                tier: Tier::of(weight.0, weight.1),
                ..call.row(Verb::Writes, &to)
            });
        }
        CommandClass::Destroys => {
            let to = builder.shared("store:workspace");
            let weight = (Reversibility::Irreversible, BlastRadius::Workspace);
            builder.edge(Row {
                weight: Some(weight),
                tier: Tier::of(weight.0, weight.1),
                ..call.row(Verb::Writes, &to)
            });
        }
        CommandClass::Unknown => {
            let to = AssetId::from_text("env:unknown-command");
            builder.asset(ambit_model::Asset::new(
                to.clone(),
                ambit_model::AssetKind::Environment,
                "A command nobody has looked at",
            ));
            let possible = Call { confidence: Confidence::Possible, ..call.clone() };
            builder.edge(Row { tier: Tier::T4, ..possible.row(Verb::MayReach, &to) });
        }
        CommandClass::Installs | CommandClass::Universal => universal(builder, call, &Surroundings::host()),
    }
    false
}

/// A service that the user is signed in to. With arguments of the caller's choice the other end may be anybody.
fn service(builder: &mut Builder<'_>, call: &Call, open_ended: bool) {
    let to = builder.shared("channel:service");
    let audience = if open_ended { Audience::Public } else { Audience::Organization };
    builder.edge(Row { audience: Some(audience), ..call.row(Verb::Sends, &to) });
}
