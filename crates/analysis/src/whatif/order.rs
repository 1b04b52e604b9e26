//! Where a rule stands among those of an agent: as its client would rank it.

use ambit_catalog::schema::Precedence;
use ambit_model::facts::{AgentFacts, PermissionRule, Selector, SettingKind};
use ambit_model::{Gate, Scope};

/// Puts `rule` where its client would rank it: after denials and questions that go before it, and before what a mode
/// says of all calls that no rule selects.
pub(super) fn insert(agent: &mut AgentFacts, rule: PermissionRule, precedence: Precedence) {
    let rank = rank(rule.gate);
    let heard = |it: &PermissionRule| precedence == Precedence::DenyFirst || it.scope != Scope::User;
    let before = |it: &PermissionRule| {
        if is_mode(it) { rank > 0 && is_bypass(agent, it) } else { self::rank(it.gate) <= rank }
    };
    let last = agent.rules.iter().rposition(|it| heard(it) && rank > 0 && before(it));
    agent.rules.insert(last.map_or(0, |it| it + 1), rule);
}

fn rank(gate: Gate) -> u8 {
    match gate {
        Gate::Denied => 0,
        Gate::Asked => 1,
        Gate::Prompted | Gate::Auto => 2,
    }
}

/// Whether the rule is a mode of the session: a setting with a name, and no pattern.
fn is_mode(rule: &PermissionRule) -> bool {
    rule.selects == Selector::Any && rule.raw.contains(": ")
}

/// Whether even questions yield to the mode.
fn is_bypass(agent: &AgentFacts, mode: &PermissionRule) -> bool {
    agent.settings.iter().any(|it| it.kind == SettingKind::ApprovalsOff && it.place == mode.place)
}
