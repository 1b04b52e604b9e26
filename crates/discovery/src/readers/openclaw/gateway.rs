//! Who can reach the gateway, and who can talk to which agent.

use ambit_model::Gate;
use ambit_model::facts::{Limit, Match, Selector, Setting, SettingKind};

use super::super::record::{note, setting};
use super::super::server_entry::rule;
use crate::fragment::{Fragment, Rank};
use crate::tree::View;

/// `gateway`: the control port, and what it may ask of paired devices.
pub(super) fn gateway(root: &View<'_>, fragment: &mut Fragment) {
    let Some(gateway) = root.get("gateway") else { return };
    let bind = gateway.get("bind");
    let word = bind.as_ref().and_then(View::text).unwrap_or("loopback");
    let funnel = gateway.at(&["tailscale", "mode"]).filter(|it| it.text() == Some("funnel"));
    let outside = funnel.or_else(|| bind.filter(|_| !matches!(word, "loopback" | "auto")));
    let auth = gateway.at(&["auth", "mode"]);
    let unprotected = auth.as_ref().is_some_and(|it| it.text() == Some("none"));
    if let Some(outside) = &outside {
        let raw =
            format!("gateway: bind {word}, auth {}", auth.as_ref().and_then(View::text).unwrap_or("unset"));
        if unprotected {
            note(SettingKind::ExposesControl, raw, outside, fragment);
        }
        if let Some(view) =
            gateway.at(&["controlUi", "allowInsecureAuth"]).filter(|it| it.truth() == Some(true))
        {
            let raw = format!("gateway.controlUi.allowInsecureAuth: true, bind {word}");
            note(SettingKind::ExposesControl, raw, &view, fragment);
        }
    }
    // It compares whole names of commands and never looks into the text of a shell command.
    for (key, gate, rank) in
        [("denyCommands", Gate::Denied, Rank::Deny), ("allowCommands", Gate::Auto, Rank::Allow)]
    {
        for (name, item) in gateway.at(&["nodes", key]).map(|it| it.texts()).unwrap_or_default() {
            let limit = Limit::Command { text: name.to_owned(), form: Match::Exact };
            let selects = Selector::Builtin { tool: "nodes".to_owned(), limit: Some(limit) };
            let rule = rule(selects, gate, &item, fragment, &format!("gateway.nodes.{key}: {name}"));
            fragment.rule(rank, rule);
        }
    }
}

/// `channels`: each may let anybody write to the agents that it is bound to, or to the main agent.
pub(super) fn channels(root: &View<'_>, main: &mut Fragment, agents: &mut [Fragment]) {
    for (name, channel) in root.get("channels").map(|it| it.entries()).unwrap_or_default() {
        if channel.is_false("enabled") {
            continue;
        }
        let accounts = channel.get("accounts").map(|it| it.entries()).unwrap_or_default();
        let doors = std::iter::once((None, channel))
            .chain(accounts.into_iter().map(|(account, view)| (Some(account), view)));
        for (account, view) in doors.filter(|(_, it)| !it.is_false("enabled")) {
            let bound = bound(root, name, account);
            for setting in open(name, account, &view, main) {
                let reached = |it: &&mut Fragment| it.name.as_deref().is_some_and(|it| bound.contains(&it));
                let reached: Vec<&mut Fragment> = agents.iter_mut().filter(reached).collect();
                if reached.is_empty() {
                    main.setting(setting);
                } else {
                    for agent in reached {
                        agent.setting(setting.clone());
                    }
                }
            }
        }
    }
}

/// The policies that let anybody in, in private and in groups.
fn open(channel: &str, account: Option<&str>, view: &View<'_>, main: &Fragment) -> Vec<Setting> {
    let direct = view.get("dmPolicy").or_else(|| view.at(&["dm", "policy"]));
    let label = account.map_or_else(|| channel.to_owned(), |it| format!("{channel}.{it}"));
    [("dmPolicy", direct), ("groupPolicy", view.get("groupPolicy"))]
        .into_iter()
        .filter_map(|(key, policy)| {
            let policy = policy.filter(|it| it.text() == Some("open"))?;
            let raw = format!("channels.{label}.{key}: open");
            Some(setting(SettingKind::OpenToStrangers, raw, &policy, main))
        })
        .collect()
}

/// The agents that messages of the channel go to.
fn bound<'a>(root: &View<'a>, channel: &str, account: Option<&str>) -> Vec<&'a str> {
    let bindings = root.get("bindings").map(|it| it.items()).unwrap_or_default();
    let matches = |it: &View<'a>| {
        let stated = it.at(&["match", "accountId"]);
        let same = account.is_none() || stated.is_none_or(|it| it.text() == account);
        it.at(&["match", "channel"]).and_then(|it| it.text()) == Some(channel) && same
    };
    bindings.iter().filter(|it| matches(it)).filter_map(|it| it.text_of("agentId")).collect()
}
