//! Locks of any content, and one that people can read.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::lock::{LockedAsset, LockedEdge, LockedEffect, LockedFinding, LockedTool};
use ambit_model::{
    ArgumentRole, AssetId, AssetKind, Audience, Basis, BlastRadius, Confidence, EdgeId, Effect, Exposure,
    Gate, Level, Lock, Reversibility, Scope, Severity, Tier, Trust, Verb, Where,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// One of the words of a scale.
fn word<T: std::fmt::Debug + Clone + 'static>(
    words: &'static [&'static str],
    of: fn(&str) -> Option<T>,
) -> impl Strategy<Value = T> {
    select(words).prop_map(move |it| of(it).expect("a word of the scale"))
}

/// Names that files choose.
fn text() -> impl Strategy<Value = String> {
    let hard = [
        "",
        "a",
        "server:x",
        "\"",
        "\\",
        "\n",
        "\u{1b}[2J",
        "\u{202e}x",
        "\u{e0041}",
        "名",
        "=======",
        "é\u{7f}",
    ];
    prop_oneof![3 => select(hard.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..3)
}

fn id() -> impl Strategy<Value = AssetId> {
    text().prop_map(AssetId::from_text)
}

fn edge_id() -> impl Strategy<Value = EdgeId> {
    (id(), word(Verb::WORDS, Verb::from_word), id())
        .prop_map(|(from, verb, to)| EdgeId::of(&from, verb, &to, None))
}

fn asset() -> impl Strategy<Value = LockedAsset> {
    let labels = (
        word(AssetKind::WORDS, AssetKind::from_word),
        option::of(word(Trust::WORDS, Trust::from_word)),
        option::of(word(Level::WORDS, Level::from_word)),
    );
    let texts =
        (option::of(text()), option::of(text()), option::of(text()), option::of(text()), texts(), texts());
    (id(), text(), labels, texts).prop_map(
        |(id, name, (r#type, trust, level), (owner, package, pin, range, data, facts))| LockedAsset {
            id,
            r#type,
            name,
            trust,
            level,
            data,
            owner,
            package,
            pin,
            range,
            facts,
        },
    )
}

fn effect() -> impl Strategy<Value = LockedEffect> {
    let effect = prop_oneof![
        word(Trust::WORDS, Trust::from_word).prop_map(|trust| Effect::Ingests { trust }),
        (texts(), word(Level::WORDS, Level::from_word))
            .prop_map(|(data, level)| Effect::Reads { data: data.into(), level }),
        word(Where::WORDS, Where::from_word).prop_map(|it| Effect::Executes { r#where: it }),
        option::of(text()).prop_map(|limit| Effect::Spends { limit }),
        option::of(id()).prop_map(|memory| Effect::Recalls { memory }),
        Just(Effect::Unknown),
    ];
    (effect, option::of(id()), word(Basis::WORDS, Basis::from_word))
        .prop_map(|(effect, object, basis)| LockedEffect { effect, object, basis })
}

fn tool() -> impl Strategy<Value = LockedTool> {
    let roles = prop::collection::btree_set(word(ArgumentRole::WORDS, ArgumentRole::from_word), 1..3);
    let arguments = prop::collection::btree_map(text(), roles, 0..3);
    (id(), text(), prop::collection::vec(effect(), 0..3), arguments, option::of(text()), option::of(text()))
        .prop_map(|(id, name, effects, arguments, digest, owner)| LockedTool {
            id,
            name,
            effects,
            arguments,
            digest,
            owner,
        })
}

fn edge() -> impl Strategy<Value = LockedEdge> {
    let ends = (id(), word(Verb::WORDS, Verb::from_word), id(), option::of(id()));
    let labels = (
        option::of(word(Level::WORDS, Level::from_word)),
        option::of(word(Audience::WORDS, Audience::from_word)),
        option::of(word(Trust::WORDS, Trust::from_word)),
        option::of(word(Reversibility::WORDS, Reversibility::from_word)),
        option::of(word(BlastRadius::WORDS, BlastRadius::from_word)),
    );
    let gate = (
        word(Gate::WORDS, Gate::from_word),
        option::of(text()),
        option::of(word(Scope::WORDS, Scope::from_word)),
    );
    let rest = (
        word(Tier::WORDS, Tier::from_word),
        word(Confidence::WORDS, Confidence::from_word),
        option::of(text()),
        any::<bool>(),
        texts(),
        texts(),
    );
    (ends, labels, gate, rest).prop_map(|(ends, labels, gate, rest)| {
        let (from, verb, to, via) = ends;
        let (level, audience, reached_by, reversibility, blast_radius) = labels;
        let (gate, decided_by, scope) = gate;
        let (tier, confidence, owner, stock, touches, controls) = rest;
        LockedEdge {
            id: EdgeId::of(&from, verb, &to, via.as_ref()),
            from,
            verb,
            to,
            via,
            touches,
            level,
            audience,
            reached_by,
            gate,
            decided_by: decided_by.map(Into::into),
            scope,
            reversibility,
            blast_radius,
            tier,
            controls,
            owner,
            confidence,
            stock,
        }
    })
}

fn finding() -> impl Strategy<Value = LockedFinding> {
    let legs = prop::collection::btree_map(text(), prop::collection::vec(edge_id(), 0..3), 0..3);
    let scales = (
        word(Tier::WORDS, Tier::from_word),
        word(Exposure::WORDS, Exposure::from_word),
        word(Severity::WORDS, Severity::from_word),
        word(Confidence::WORDS, Confidence::from_word),
    );
    (text(), text(), id(), id(), scales, text(), legs).prop_map(
        |(id, rule, subject, end, (tier, exposure, severity, confidence), basis, legs)| LockedFinding {
            id,
            rule,
            subject,
            end,
            tier,
            exposure,
            severity,
            confidence,
            basis,
            legs,
        },
    )
}

/// Locks of any content.
pub(crate) fn locks() -> impl Strategy<Value = Lock> {
    let many = 0..5;
    (
        prop::collection::vec(asset(), many.clone()),
        prop::collection::vec(tool(), many.clone()),
        prop::collection::vec(edge(), many.clone()),
        prop::collection::vec(finding(), many),
    )
        .prop_map(|(assets, tools, edges, findings)| Lock {
            assets: assets.into_iter().map(|it| (it.id.clone(), it)).collect(),
            tools: tools.into_iter().map(|it| (it.id.clone(), it)).collect(),
            edges: edges.into_iter().map(|it| (it.id, it)).collect(),
            findings: findings.into_iter().map(|it| (it.id.clone(), it)).collect(),
        })
}

/// A lock with one of everything.
pub(crate) fn small() -> Lock {
    let id = AssetId::from_text;
    let (agent, web, fetch) = (id("agent:claude-code"), id("channel:web"), id("tool:fetch/fetch"));
    let edge = LockedEdge {
        id: EdgeId::of(&agent, Verb::Sends, &web, Some(&fetch)),
        from: agent.clone(),
        verb: Verb::Sends,
        to: web.clone(),
        via: Some(fetch.clone()),
        touches: Vec::new(),
        level: None,
        audience: Some(Audience::Public),
        reached_by: Some(Trust::Public),
        gate: Gate::Auto,
        decided_by: Some(".claude/settings.json".into()),
        scope: Some(Scope::Project),
        reversibility: Some(Reversibility::Irreversible),
        blast_radius: Some(BlastRadius::ThirdParties),
        tier: Tier::T3,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Likely,
        stock: false,
    };
    let finding = LockedFinding {
        id: "f-5kq2m7w3h4t6z2nc".to_owned(),
        rule: "hijackable-action".to_owned(),
        subject: agent,
        end: web,
        tier: Tier::T3,
        exposure: Exposure::Open,
        severity: Severity::High,
        confidence: Confidence::Likely,
        basis: "b-2kq2m7w3h4t6z2nc".to_owned(),
        legs: [("action".to_owned(), vec![edge.id])].into(),
    };
    let server = LockedAsset {
        id: id("server:fetch"),
        r#type: AssetKind::Server,
        name: "fetch".to_owned(),
        trust: None,
        level: None,
        data: Vec::new(),
        owner: None,
        package: Some("pypi:mcp-server-fetch".to_owned()),
        pin: Some("2025.4.7".to_owned()),
        range: None,
        facts: vec!["transport: stdio".to_owned()],
    };
    let sends = Effect::Ingests { trust: Trust::Public };
    let tool = LockedTool {
        id: fetch,
        name: "fetch".to_owned(),
        effects: vec![LockedEffect { effect: sends, object: Some(id("channel:web")), basis: Basis::Catalog }],
        arguments: BTreeMap::from([("url".to_owned(), BTreeSet::from([ArgumentRole::Url]))]),
        digest: Some("d-aaaa".to_owned()),
        owner: None,
    };
    Lock {
        assets: [(server.id.clone(), server)].into(),
        tools: [(tool.id.clone(), tool)].into(),
        edges: [(edge.id, edge)].into(),
        findings: [(finding.id.clone(), finding)].into(),
    }
}
