//! Claude Code's plug-ins: the manifest of one, the list of a marketplace, and those that settings switch on.

use ambit_model::Scope;
use ambit_model::facts::{Launch, Package, Pin};

use super::claude_settings::{MAY_APPROVE, of_administrator};
use super::record::{grouped_hooks, runs};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Location, Sink};
use crate::launch;
use crate::plugins::{Market, Source, Switch, add};
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
                add(name, &origin(&source), (&plugin.place(), plugin.pointer()), &mut fragment);
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

/// What settings say of plug-ins and marketplaces.
pub(super) fn plugins(root: &View<'_>, fragment: &mut Fragment) {
    for (name, view) in root.get("enabledPlugins").map(|it| it.entries()).unwrap_or_default() {
        let on = view.truth() != Some(false);
        let (place, pointer) = (view.place(), view.pointer().to_owned());
        fragment.plugins.switches.push(Switch { name: name.to_owned(), on, place, pointer });
    }
    for (name, view) in root.get("extraKnownMarketplaces").map(|it| it.entries()).unwrap_or_default() {
        let Some(source) = view.get("source") else { continue };
        let listed = source.get("plugins").map(|it| it.items()).unwrap_or_default();
        let listed = listed.iter().filter_map(|it| Some((it.text_of("name")?, it.get("source")?)));
        let plugins = listed.map(|(name, source)| (name.to_owned(), origin(&source))).collect();
        fragment.plugins.markets.insert(name.to_owned(), Market { source: origin(&source), plugins });
    }
    for (key, allows) in [("strictKnownMarketplaces", true), ("blockedMarketplaces", false)] {
        let Some(list) = root.get(key).filter(View::is_list) else { continue };
        if !of_administrator(key, &list, fragment) {
            continue;
        }
        let sources: Vec<String> = list.items().iter().map(written).collect();
        // What a pattern of hosts or paths allows cannot be told without trying it.
        let is_pattern = |it: &View<'_>| it.get("hostPattern").is_some() || it.get("pathPattern").is_some();
        if !allows {
            fragment.plugins.blocked = sources;
        } else if !list.items().iter().any(is_pattern) {
            fragment.plugins.only = Some(sources);
        }
    }
}

/// Where a marketplace or a plug-in comes from, and how tightly that is pinned.
fn origin(source: &View<'_>) -> Source {
    let from = ["repo", "url", "package", "path"].iter().find_map(|it| source.get(it));
    let text = from.as_ref().map_or_else(|| "an unnamed source".to_owned(), shown);
    let (kind, version) = (source.text_of("source").unwrap_or_default(), source.text_of("version"));
    let at = |name: &str| version.map_or_else(|| name.to_owned(), |it| format!("{name}@{it}"));
    let (ecosystem, name, pin) = match kind {
        // Files of this machine, and lists whose plug-ins name sources of their own.
        "directory" | "file" | "local" | "settings" => {
            return Source { shown: text, written: written(source), package: None };
        }
        "npm" => launch::npm(&at(&text)),
        "pip" => launch::python(&at(&text)),
        _ => ("git", repository(&text), revision(source)),
    };
    let package = Package { ecosystem: ecosystem.to_owned(), name, pin, place: source.place() };
    Source { shown: text, written: written(source), package: Some(package) }
}

/// `owner/name` is a repository of GitHub.
fn repository(text: &str) -> String {
    let address = text.split_once("://").map(|(_, it)| it.trim_end_matches('/').trim_end_matches(".git"));
    address.map_or_else(|| format!("github.com/{text}"), str::to_owned)
}

/// A file does not say whether a `ref` is a branch or a tag: one that reads as a version is taken for a tag.
fn revision(source: &View<'_>) -> Pin {
    let stated = ["sha", "commit", "ref"].iter().find_map(|it| source.text_of(it));
    let Some(stated) = stated.filter(|it| !it.is_empty()) else { return Pin::Missing };
    let number = stated.strip_prefix('v').unwrap_or(stated);
    if stated.len() == 40 && stated.bytes().all(|it| it.is_ascii_hexdigit()) {
        Pin::Digest(stated.to_owned())
    } else if number.starts_with(|it: char| it.is_ascii_digit()) && number.contains('.') {
        Pin::Exact(stated.to_owned())
    } else {
        Pin::Movable(stated.to_owned())
    }
}

/// All that is written of a source: sources are equal when all of it is.
fn written(source: &View<'_>) -> String {
    let mut entries: Vec<String> = source
        .entries()
        .into_iter()
        .map(|(key, value)| format!("{key}={}", value.scalar().unwrap_or_default()))
        .collect();
    entries.sort();
    entries.join("\n")
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
