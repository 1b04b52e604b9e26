//! Rules and settings that decide nothing.

use ambit_model::facts::{Limit, Match, PermissionRule, Selector, SettingKind};
use ambit_model::{AgentFacts, Exposure, Place, RuleInfo, Tier};

use super::approval_bypassed::{is_inherited, is_mode};
use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "permission-conflict",
        title: "Some of its permission rules decide nothing",
        categories: &["ASI02:2026", "LLM06:2025"],
        page: include_str!("permission_conflict.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let dead = dead_lines(scene, facts);
        let Some((_, why)) = dead.first() else { continue };
        let more = match dead.len() - 1 {
            0 => String::new(),
            1 => ", and one more line".to_owned(),
            more => format!(", and {more} more lines"),
        };
        let message = format!("in the rules of `{}`, {why}{more}", scene.map.name(agent));
        let evidence = dead.into_iter().map(|(place, _)| place.clone()).collect();
        // Nothing is opened by a line without effect: somebody believes in a bound or a grant that is not there.
        sink.report(Seen::fact(agent, agent, (Tier::T1, Exposure::Open), evidence).says(message));
    }
}

/// Lines that decide nothing, each with the reason.
fn dead_lines<'a>(scene: &Scene<'a>, facts: &'a AgentFacts) -> Vec<(&'a Place, String)> {
    let rules: Vec<&PermissionRule> = scene.rules(facts).collect();
    let mut dead = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let earlier = rules.get(..index).unwrap_or_default();
        // Of two lines that say the same thing one is too many, but nobody is misled.
        let first = earlier.iter().find(|it| covers(&it.selects, &rule.selects));
        if let Some(first) = first.filter(|it| it.gate != rule.gate && !is_default(facts, rule)) {
            let why = format!("`{}` ({}) never decides: `{}` ({}) does", rule.raw, rule.gate, first.raw, first.gate);
            dead.push((&rule.place, why));
        }
    }
    let ignored = scene.settings(facts).filter(|it| it.kind == SettingKind::Ineffective);
    dead.extend(ignored.map(|it| (&it.place, format!("`{}` has no effect in this client", it.raw))));
    dead.retain(|(place, _)| !is_inherited(scene, facts, place));
    dead
}

/// A mode is about what is left over: that rules come before it is what it is for.
fn is_default(facts: &AgentFacts, rule: &PermissionRule) -> bool {
    let key = rule.raw.split_once(": ").is_some_and(|(key, _)| !key.contains(['(', ' ']));
    rule.selects == Selector::Any || key || is_mode(facts, &rule.place)
}

/// Whether `first` selects every call that `second` selects.
fn covers(first: &Selector, second: &Selector) -> bool {
    match (first, second) {
        (Selector::Any, _) => true,
        (Selector::Builtin { tool, limit }, Selector::Builtin { tool: other, limit: narrower }) => {
            tool == other && limit.as_ref().is_none_or(|it| narrower.as_ref().is_some_and(|other| includes(it, other)))
        }
        (Selector::Server { server, tool }, Selector::Server { server: other, tool: narrower }) => {
            server == other && (tool == narrower || tool == "*")
        }
        _ => false,
    }
}

fn includes(wide: &Limit, narrow: &Limit) -> bool {
    match (wide, narrow) {
        (
            Limit::Command { text, form: Match::Prefix },
            Limit::Command { text: other, form: Match::Exact | Match::Prefix },
        ) => other.strip_prefix(text.as_str()).is_some_and(|it| it.is_empty() || it.starts_with(' ')),
        _ => wide == narrow,
    }
}
