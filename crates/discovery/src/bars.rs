//! What an administrator, or a user who is careful, forbids other files to say.

use ambit_model::facts::{PermissionRule, ServerState, Setting, SettingKind};
use ambit_model::{Gate, Place, Scope};

use crate::fragment::{Bar, Fragment};
use crate::merge::strength;

/// Takes away from `own`, all files about one agent, what one of them forbids the others to say. What is taken
/// away stays as a setting without effect.
pub(crate) fn apply(own: &mut [Fragment]) {
    let bars: Vec<(Bar, Place, Scope)> = own
        .iter()
        .flat_map(|it| it.bars.iter().map(|(bar, place)| (bar.clone(), place.clone(), it.location.scope)))
        .collect();
    for (bar, line, scope) in &bars {
        for fragment in own.iter_mut() {
            let of_administrator = fragment.location.scope == Scope::Managed;
            match bar {
                Bar::ApprovalsOff => mode(fragment, SettingKind::ApprovalsOff),
                Bar::ClassifierApproves => mode(fragment, SettingKind::ClassifierApproves),
                Bar::Rules if !of_administrator => rules(fragment),
                Bar::Hooks if strength(fragment.location.scope) > strength(*scope) => fragment.hooks.clear(),
                Bar::OtherServers if !of_administrator => servers(fragment, line),
                Bar::Rules | Bar::Hooks | Bar::OtherServers => {}
            }
        }
    }
}

/// A barred mode falls back to the client's default; weaker scopes do not step in.
fn mode(fragment: &mut Fragment, kind: SettingKind) {
    let barred = fragment.settings.iter_mut().filter(|(_, it)| it.kind == kind);
    let mut lines = Vec::new();
    for (_, setting) in barred {
        setting.kind = SettingKind::Ineffective;
        lines.push(setting.place.clone());
    }
    let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut fragment.rules)
        .into_iter()
        .partition(|it| it.slot.is_some() && it.rule.gate == Gate::Auto && lines.contains(&it.rule.place));
    fragment.rules = kept;
    fragment.defaults.extend(gone.into_iter().filter_map(|it| it.slot));
}

fn rules(fragment: &mut Fragment) {
    let (gone, kept): (Vec<_>, Vec<_>) =
        std::mem::take(&mut fragment.rules).into_iter().partition(|it| it.slot.is_none());
    fragment.rules = kept;
    for ranked in gone {
        fragment.setting(without_effect(ranked.rule));
    }
}

fn without_effect(rule: PermissionRule) -> Setting {
    let PermissionRule { gate, scope, place, raw, pointer, .. } = rule;
    let raw = format!("{gate}: {raw}");
    Setting { kind: SettingKind::Ineffective, raw, place, pointer, scope, trust_gated: false }
}

fn servers(fragment: &mut Fragment, line: &Place) {
    for server in &mut fragment.servers {
        server.state = ServerState::Disabled(line.clone());
    }
}
