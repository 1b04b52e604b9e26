//! Claude Code's plug-ins: the manifest of one, the list of a marketplace, and those that settings switch on.

use ambit_model::facts::{InstructionFacts, InstructionKind, Launch};
use ambit_model::{Place, Scope, Trust};

use super::claude_settings::MAY_APPROVE;
use super::record::{grouped_hooks, runs};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Location, Sink};
use crate::launch;
use crate::tree::{Syntax, View};

pub(super) const MANIFEST: Reader = Reader {
    id: "claude-plugin",
    places: &[
        in_folder(".claude-plugin/plugin.json"),
        in_home(".claude/plugins/cache/**/.claude-plugin/plugin.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["\"author\""],
    accepts: is_manifest,
    read: manifest,
};

pub(super) const MARKETPLACE: Reader = Reader {
    id: "claude-marketplace",
    places: &[in_folder(".claude-plugin/marketplace.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: super::nowhere_else,
    read: marketplace,
};

pub(super) const HOOKS: Reader = Reader {
    id: "claude-hooks",
    places: &[in_home(".claude/plugins/cache/**/hooks/hooks.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["\"hooks\""],
    accepts: |text| {
        let events = text.root.get("hooks").map(|it| it.entries()).unwrap_or_default();
        !events.is_empty() && events.iter().all(|(_, groups)| is_group_list(groups))
    },
    read: hooks,
};

/// Keys of a manifest. A package of npm has others too, and its file one name only.
const KEYS: &[&str] = &[
    "$schema",
    "name",
    "version",
    "description",
    "author",
    "homepage",
    "repository",
    "license",
    "keywords",
    "commands",
    "agents",
    "skills",
    "hooks",
    "mcpServers",
    "lspServers",
];

fn is_manifest(text: &Text<'_>) -> bool {
    let root = &text.root;
    let package = text.path.rsplit('/').next() == Some("package.json");
    let described = root.text_of("name").is_some() && root.text_of("description").is_some();
    let authored = root.at(&["author", "name"]).is_some();
    !package && described && authored && root.entries().iter().all(|(key, _)| KEYS.contains(key))
}

/// `[{matcher?, hooks: […]}]`: other clients write the hooks themselves into the list.
fn is_group_list(view: &View<'_>) -> bool {
    let groups = view.items();
    !groups.is_empty() && groups.iter().all(|it| it.get("hooks").is_some_and(|it| it.is_list()))
}

/// Where the parts of a plug-in in a repository belong: to the plug-in, which no client loads from there, and
/// not to the agent that works on the repository.
pub(super) fn of_plugin(folder: &str, text: &Text<'_>) -> Location {
    let at = if folder.is_empty() { ".claude-plugin" } else { folder };
    Location { at: at.to_owned(), scope: text.location.scope, placed: false }
}

/// The folder of the plug-in that a path is in: what stands before `part` in it.
pub(super) fn plugin_folder<'a>(path: &'a str, part: &str) -> Option<&'a str> {
    if path.starts_with(part) {
        return Some("");
    }
    let (folder, _) = path.rsplit_once(&format!("/{part}"))?;
    (!folder.starts_with('~')).then_some(folder)
}

fn fragment_of(folder: Option<&str>, text: &Text<'_>) -> Fragment {
    let location = match folder {
        Some(folder) => of_plugin(folder, text),
        None => text.location.clone(),
    };
    Fragment::new("claude-code", location, text.start())
}

fn manifest(text: &Text<'_>, sink: &mut Sink) {
    let folder = plugin_folder(text.path, ".claude-plugin/");
    let mut fragment = fragment_of(folder.filter(|_| text.location.placed), text);
    // Either may be a path to a file of its own instead.
    if let Some(list) = text.root.get("mcpServers").filter(View::is_map) {
        read_all(&list, text, &mut fragment, sink);
    }
    if let Some(events) = text.root.get("hooks").filter(View::is_map) {
        let events = events.get("hooks").unwrap_or(events);
        grouped_hooks(&events, MAY_APPROVE, text, &mut fragment);
    }
    for (name, server) in text.root.get("lspServers").map(|it| it.entries()).unwrap_or_default() {
        if let Some(command) = server.get("command") {
            runs(&format!("lspServers.{name}"), &command, text, &mut fragment);
        }
    }
    sink.fragments.push(fragment);
}

fn hooks(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = fragment_of(plugin_folder(text.path, "hooks/hooks.json"), text);
    if let Some(events) = text.root.get("hooks") {
        grouped_hooks(&events, MAY_APPROVE, text, &mut fragment);
    }
    sink.fragments.push(fragment);
}

/// A plug-in that comes from elsewhere brings text, hooks and servers of whoever can change it there.
fn marketplace(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = fragment_of(plugin_folder(text.path, ".claude-plugin/"), text);
    for plugin in text.root.get("plugins").map(|it| it.items()).unwrap_or_default() {
        let name = plugin.text_of("name").unwrap_or("without a name");
        match plugin.get("source") {
            Some(source) if source.is_map() => {
                let (because, pinned) = origin(&source);
                fragment.instructions.push(from_outside(name, because, pinned, source.place()));
            }
            Some(source) if source.text().is_some() => {}
            _ => {
                let help = "a plug-in has a `source`: a path, or an object that says where it comes from";
                let message = format!("the plug-in `{name}` says not where it comes from");
                sink.problems.push(text.problem(&plugin, message, help));
            }
        }
    }
    // A marketplace of its own plug-ins only has nothing to say that they do not say themselves.
    if !fragment.instructions.is_empty() {
        sink.fragments.push(fragment);
    }
}

/// The plug-ins that settings switch on, each as text from outside that enters the context.
pub(super) fn enabled_plugins(root: &View<'_>, fragment: &mut Fragment) {
    for (plugin, switch) in root.get("enabledPlugins").map(|it| it.entries()).unwrap_or_default() {
        if switch.truth() == Some(false) {
            continue;
        }
        let market = plugin.rsplit_once('@').map_or("", |(_, market)| market);
        let source = root.at(&["extraKnownMarketplaces", market, "source"]);
        let fact = match source.as_ref().map(origin) {
            Some((because, pinned)) => from_outside(plugin, because, pinned, switch.place()),
            None => from_outside(
                plugin,
                format!("a plug-in of the marketplace `{market}`"),
                false,
                switch.place(),
            ),
        };
        let own = source.is_some_and(|it| matches!(it.text_of("source"), Some("directory" | "file")));
        let trust = if own { Trust::Organization } else { fact.trust };
        fragment.instructions.push(InstructionFacts { trust, ..fact });
    }
}

fn from_outside(plugin: &str, because: String, pinned: bool, place: Place) -> InstructionFacts {
    InstructionFacts {
        name: format!("plug-in {plugin}"),
        kind: InstructionKind::Skill,
        trust: Trust::Partner,
        because,
        pinned,
        signals: Vec::new(),
        place,
    }
}

/// Where a source says that it comes from, and whether it is pinned to one state of it.
fn origin(source: &View<'_>) -> (String, bool) {
    let from = ["repo", "url", "package", "path"].iter().find_map(|it| source.get(it));
    let commit = ["sha", "commit", "ref"]
        .iter()
        .filter_map(|it| source.text_of(it))
        .any(|it| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit()));
    let version = source.text_of("source") == Some("npm")
        && source.text_of("version").is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()));
    let from = from.as_ref().map_or_else(|| "an unnamed source".to_owned(), shown);
    (format!("a plug-in from `{from}`"), commit || version)
}

/// An address may carry a token.
fn shown(view: &View<'_>) -> String {
    let written = view.text().unwrap_or_default();
    if !written.contains("://") {
        return written.to_owned();
    }
    let mut launch = Launch::default();
    launch::address(written, &mut launch, &view.place(), Scope::Project);
    launch.url.unwrap_or_default()
}
