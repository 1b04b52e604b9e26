//! Plug-ins that the settings of Claude Code switch on and off, over all scopes, and where they come from.

use std::collections::BTreeMap;

use ambit_model::facts::{
    HookFacts, InstructionFacts, InstructionKind, Package, Pin, ServerState, Setting, SettingKind,
};
use ambit_model::{Place, Scope, Trust};

use crate::fragment::Fragment;
use crate::merge::strength;

/// What one file says of plug-ins.
#[derive(Debug, Clone, Default)]
pub struct Plugins {
    /// Plug-ins that are switched on or off.
    pub switches: Vec<Switch>,
    /// Marketplaces by name.
    pub markets: BTreeMap<String, Market>,
    /// The only sources of marketplaces that an administrator allows.
    pub only: Option<Vec<String>>,
    /// Sources of marketplaces that an administrator forbids.
    pub blocked: Vec<String>,
}

/// A plug-in that is switched on or off.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Its name with that of its marketplace: `name@marketplace`.
    pub name: String,
    /// Whether it is on.
    pub on: bool,
    /// Where.
    pub place: Place,
    /// The JSON pointer of its entry.
    pub pointer: String,
}

impl Switch {
    /// The name of the plug-in, and that of its marketplace.
    fn parts(&self) -> (&str, &str) {
        self.name.rsplit_once('@').unwrap_or((&self.name, ""))
    }
}

/// A marketplace.
#[derive(Debug, Clone)]
pub struct Market {
    /// Where its list comes from.
    pub source: Source,
    /// Plug-ins that it lists in the settings themselves, each with a source of its own.
    pub plugins: BTreeMap<String, Source>,
}

/// Where a marketplace or a plug-in comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The address or name, as it may be shown.
    pub shown: String,
    /// All that is written of it, for telling equal ones. A token may be in it: it stays in this crate.
    pub written: String,
    /// What is fetched; absent for files of this machine.
    pub package: Option<Package>,
}

/// Puts the plug-ins that are on in the end into the files of `own`, all files about one agent, that switch them
/// on, and takes away the parts of those that are off.
pub(crate) fn apply(own: &mut Vec<Fragment>) {
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by_key(|it| own.get(*it).map(|it| (strength(it.location.scope), it.place.clone())));
    let files: Vec<&Fragment> = order.iter().filter_map(|it| own.get(*it)).collect();
    let mut decided: BTreeMap<String, (usize, Switch)> = BTreeMap::new();
    for (index, file) in order.iter().zip(&files) {
        for switch in &file.plugins.switches {
            decided.entry(switch.name.clone()).or_insert_with(|| (*index, switch.clone()));
        }
    }
    let market = |name: &str| files.iter().find_map(|it| it.plugins.markets.get(name)).cloned();
    let only = files.iter().find_map(|it| it.plugins.only.clone());
    let blocked: Vec<String> = files.iter().flat_map(|it| it.plugins.blocked.clone()).collect();
    let found: Vec<_> = decided
        .into_values()
        .map(|(index, switch)| {
            let market = market(switch.parts().1);
            (index, switch, market)
        })
        .collect();
    let mut gone = Vec::new();
    for (index, switch, market) in found {
        let barred = market.as_ref().is_some_and(|it| {
            let written = &it.source.written;
            blocked.contains(written) || only.as_ref().is_some_and(|only| !only.contains(written))
        });
        if !switch.on || barred {
            gone.push(silence(own, &switch));
        }
        let Some(file) = own.get_mut(index).filter(|_| switch.on) else { continue };
        if barred {
            let scope = file.location.scope;
            file.setting(without_effect(&switch, scope));
        } else {
            switched_on(&switch, market.as_ref(), file);
        }
    }
    // Its sub-agents are no agents at all.
    own.retain(|it| it.name.is_none() || !gone.iter().any(|folder| it.place.path.starts_with(folder)));
}

/// Empties the parts of a plug-in that is not loaded, and gives the folder back that they lie in.
fn silence(own: &mut [Fragment], switch: &Switch) -> String {
    let (plugin, market) = switch.parts();
    let folder = format!("~/.claude/plugins/cache/{market}/{plugin}/");
    for part in own.iter_mut().filter(|it| it.place.path.starts_with(&folder)) {
        for server in &mut part.servers {
            server.state = ServerState::Disabled(switch.place.clone());
        }
        part.instructions.clear();
        part.hooks.clear();
        part.rules.clear();
        part.settings.clear();
        part.credentials.clear();
    }
    folder
}

fn without_effect(switch: &Switch, scope: Scope) -> Setting {
    Setting {
        kind: SettingKind::Ineffective,
        raw: format!("enabledPlugins: {}", switch.name),
        place: switch.place.clone(),
        pointer: switch.pointer.clone(),
        scope,
        trust_gated: false,
    }
}

fn switched_on(switch: &Switch, market: Option<&Market>, file: &mut Fragment) {
    let (plugin, name) = switch.parts();
    let source = market.map(|it| it.plugins.get(plugin).unwrap_or(&it.source));
    let Some(source) = source else {
        let because = format!("a plug-in of the marketplace `{name}`");
        return file.instructions.push(text(&switch.name, because, (Trust::Partner, false), &switch.place));
    };
    add(&switch.name, source, (&switch.place, &switch.pointer), file);
}

/// Adds the plug-in `name` that comes from `source`: text that enters the context, and code that is fetched.
pub(crate) fn add(name: &str, source: &Source, (place, pointer): (&Place, &str), file: &mut Fragment) {
    let because = format!("a plug-in from `{}`", source.shown);
    let pinned = source.package.as_ref().is_some_and(|it| match &it.pin {
        Pin::Digest(_) => true,
        Pin::Exact(_) => it.ecosystem != "git",
        Pin::Movable(_) | Pin::Missing => false,
    });
    let trust = if source.package.is_some() { Trust::Partner } else { Trust::Organization };
    file.instructions.push(text(name, because, (trust, pinned), place));
    let Some(package) = &source.package else { return };
    // What is pinned runs what somebody has looked at. The rest is whatever its author publishes next.
    if matches!(package.pin, Pin::Missing | Pin::Movable(_)) {
        let address = if package.ecosystem == "git" { "https://" } else { "" };
        file.hooks.push(HookFacts {
            event: "plugin".to_owned(),
            command: format!("{name} from {address}{}", package.name),
            script: None,
            package: Some(package.clone()),
            place: place.clone(),
            pointer: pointer.to_owned(),
            scope: file.location.scope,
            may_approve: false,
        });
    }
}

fn text(name: &str, because: String, (trust, pinned): (Trust, bool), place: &Place) -> InstructionFacts {
    InstructionFacts {
        name: format!("plug-in {name}"),
        kind: InstructionKind::Skill,
        trust,
        because,
        pinned,
        signals: Vec::new(),
        place: place.clone(),
    }
}
