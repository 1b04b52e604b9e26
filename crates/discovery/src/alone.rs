//! Agents that nobody sits beside: a build system starts them, with the project's files and without anybody's own.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::facts::{AgentFacts, InstructionKind, PermissionRule, Selector};
use ambit_model::{Gate, Scope};

use crate::fragment::{Alone, Fragment, Loads};
use crate::merge::{agent, order};
use crate::{bars, plugins, policy};

/// Every such agent that `fragments` define.
pub(crate) fn agents(fragments: &[Fragment], catalog: &Catalog) -> Vec<AgentFacts> {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&Fragment>> = BTreeMap::new();
    for fragment in fragments.iter().filter(|it| it.alone.is_some()) {
        let name = fragment.name.as_deref().unwrap_or(fragment.client);
        groups.entry((fragment.client, &fragment.location.at, name)).or_default().push(fragment);
    }
    groups.into_iter().filter_map(|(id, own)| one(id, &own, fragments, catalog)).collect()
}

fn one(
    (client, at, name): (&str, &str, &str),
    own: &[&Fragment],
    all: &[Fragment],
    catalog: &Catalog,
) -> Option<AgentFacts> {
    let alone = own.first()?.alone.as_ref()?;
    let mut parts: Vec<Fragment> = own.iter().map(|it| (*it).clone()).collect();
    parts.extend(of_project((client, at), alone, own, all));
    bars::apply(&mut parts);
    policy::apply(&mut parts);
    plugins::apply(&mut parts);
    let parts: Vec<&Fragment> = parts.iter().collect();
    let mut facts = agent(client, name, at, &parts, catalog);
    facts.places = own.iter().map(|it| it.place.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    facts.runner = Some(alone.runner.clone());
    once(&mut facts);
    refuse(&mut facts, catalog);
    Some(facts)
}

/// What the project's files say of it: the same that they say of the main agent there, as far as its client loads them.
fn of_project(
    (client, at): (&str, &str),
    alone: &Alone,
    own: &[&Fragment],
    all: &[Fragment],
) -> Vec<Fragment> {
    if alone.loads == Loads::Nothing {
        return Vec::new();
    }
    let here = |it: &&Fragment| {
        it.location.at == at
            && it.location.placed
            && it.location.scope == Scope::Project
            && it.name.is_none()
            && it.alone.is_none()
    };
    let mut found: Vec<&Fragment> = all.iter().filter(here).filter(|it| it.client == client).collect();
    let named = |it: &Fragment| it.instructions.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    for shared in all.iter().filter(here).filter(|it| it.client != client && it.also.contains(&client)) {
        if !found.iter().any(|it| it.place == shared.place && named(it) == named(shared)) {
            found.push(shared);
        }
    }
    found.retain(|it| is_loaded(it, alone, own));
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    found.into_iter().map(|it| loaded(it, alone.loads)).collect()
}

/// A command is loaded where the prompt is that command; a skill of Claude Code where one may load skills unasked.
fn is_loaded(fragment: &Fragment, alone: &Alone, own: &[&Fragment]) -> bool {
    let path = &fragment.place.path;
    let invoked = |name: &str| alone.command.as_ref().is_some_and(|(it, _)| it == name);
    if path.contains("/commands/") && path.ends_with(".md") {
        let name = path.rsplit('/').next().and_then(|it| it.strip_suffix(".md"));
        return name.is_some_and(invoked);
    }
    if path.ends_with("/SKILL.md") && fragment.client == "claude-code" {
        let loads = |it: &&&Fragment| {
            it.rules.iter().any(|it| match &it.rule.selects {
                Selector::Any => it.rule.gate == Gate::Auto,
                Selector::Builtin { tool, .. } => tool == "Skill" && it.rule.gate == Gate::Auto,
                Selector::Server { .. } => false,
            })
        };
        return path.rsplit('/').nth(1).is_some_and(invoked) || own.iter().find(loads).is_some();
    }
    true
}

fn loaded(fragment: &Fragment, loads: Loads) -> Fragment {
    if loads == Loads::Everything {
        return fragment.clone();
    }
    let mut texts = Fragment::new(fragment.client, fragment.location.clone(), fragment.place.clone());
    texts.makes_agent = fragment.makes_agent;
    texts.imported = fragment.imported;
    let kept = |it: &&ambit_model::facts::InstructionFacts| it.kind != InstructionKind::Command;
    texts.instructions = fragment.instructions.iter().filter(kept).cloned().collect();
    texts
}

/// A job that several callers run says most things once for each of them.
fn once(facts: &mut AgentFacts) {
    let mut rules: Vec<PermissionRule> = Vec::new();
    for rule in std::mem::take(&mut facts.rules) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    facts.rules = rules;
    dedup(&mut facts.settings);
    dedup(&mut facts.hooks);
    dedup(&mut facts.credentials);
    dedup(&mut facts.instructions);
    let program = &mut facts.program;
    dedup(&mut program.tools);
    dedup(&mut program.keeps);
    dedup(&mut program.starts);
    dedup(&mut program.prompts);
    dedup(&mut program.scripts);
    dedup(&mut program.tokens);
    dedup(&mut program.limits);
    dedup(&mut program.guards);
    dedup(&mut program.unresolved);
}

fn dedup<T: PartialEq>(list: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for it in std::mem::take(list) {
        if !kept.contains(&it) {
            kept.push(it);
        }
    }
    *list = kept;
}

/// What would ask is refused: nobody is there.
fn refuse(facts: &mut AgentFacts, catalog: &Catalog) {
    for rule in facts.rules.iter_mut().filter(|it| matches!(it.gate, Gate::Prompted | Gate::Asked)) {
        rule.gate = Gate::Denied;
    }
    let Some(client) = catalog.client(&facts.client) else { return };
    let asks = |gate: Gate| matches!(gate, Gate::Prompted | Gate::Asked);
    let place = facts.runner.as_ref().map(|it| it.place.clone());
    let Some(place) = place else { return };
    let refused = |selects: Selector| PermissionRule {
        selects,
        gate: Gate::Denied,
        scope: Scope::Project,
        place: place.clone(),
        raw: "unattended: nobody is there to ask".to_owned(),
        pointer: String::new(),
    };
    let tools = client.tools.iter().filter(|(_, it)| asks(it.gate));
    let tools = tools.map(|(name, _)| Selector::Builtin { tool: name.clone(), limit: None });
    let mut added: Vec<PermissionRule> = tools.map(refused).collect();
    if asks(client.server_gate) {
        added.push(refused(Selector::Server { server: "*".to_owned(), tool: "*".to_owned() }));
    }
    facts.rules.extend(added);
}
