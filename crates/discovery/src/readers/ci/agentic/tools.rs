//! The tools of an agentic workflow, in the words of the client that runs it.

use ambit_model::facts::{
    FileLimit, Kept, KeptFor, Known, Limit, Match, Object, OwnEffect, OwnTool, Sandbox, Selector,
    SettingKind, Unresolved,
};
use ambit_model::{Audience, Bandwidth, Basis, Confidence, Effect, Gate, Level, Place, Scope, Trust};

use super::super::agent::{Making, talk};
use super::super::inline;
use super::super::permissions::REPOSITORY;
use super::network::Left;
use crate::fragment::Rank;
use crate::readers::record::of_server;
use crate::readers::server_entry;
use crate::tree::{Kind, Node, Pair, Position, View};

/// Commands that are approved wherever commands are at all.
const SAFE: &[&str] =
    &["echo", "printf", "ls", "pwd", "cat", "head", "tail", "grep", "wc", "sort", "uniq", "date", "yq"];
/// Commands that changes are made with, where they are to be proposed.
const GIT: &[&str] = &[
    "git checkout:*",
    "git branch:*",
    "git switch:*",
    "git add:*",
    "git rm:*",
    "git commit:*",
    "git merge:*",
    "git status",
];

/// The words of a client for what front matter calls alike.
struct Words {
    shell: &'static str,
    edits: &'static [&'static str],
    fetch: Option<&'static str>,
    search: Option<&'static str>,
    /// Whether it keeps to a list of commands.
    lists: bool,
}

fn words(client: &str) -> Option<Words> {
    let words = |shell, edits, fetch, search, lists| Words { shell, edits, fetch, search, lists };
    Some(match client {
        "claude-code" => {
            words("Bash", &["Edit", "Write", "NotebookEdit"], Some("WebFetch"), Some("WebSearch"), true)
        }
        "copilot-cli" => words("shell", &["write"], Some("url"), None, true),
        // It has no list of commands: with any, it has all.
        "codex" => words("shell", &["apply_patch"], None, Some("web_search"), false),
        "gemini-cli" => words(
            "run_shell_command",
            &["write_file", "replace"],
            Some("web_fetch"),
            Some("google_web_search"),
            true,
        ),
        _ => return None,
    })
}

/// What the tools of all parts are about.
pub(super) struct Tools<'a> {
    /// `tools` of the workflow and of what it imports.
    pub(super) lists: &'a [View<'a>],
    /// What of the network is left.
    pub(super) left: &'a Left,
    /// The sandbox that commands run in; none where it is off.
    pub(super) contained: bool,
    /// Whether it proposes changes.
    pub(super) changes: bool,
    /// What tools of its own are of.
    pub(super) owner: &'a str,
}

impl Tools<'_> {
    fn get(&self, key: &str) -> Option<View<'_>> {
        self.lists.iter().find_map(|it| it.get(key))
    }

    /// Whether a tool is there: a key without a value switches it on.
    fn has(&self, key: &str) -> Option<Place> {
        self.get(key).filter(|it| it.truth() != Some(false)).map(|it| it.place())
    }

    /// Reads them all.
    pub(super) fn read(&self, making: &mut Making<'_>) {
        let line = making.line.clone();
        if let Some(words) = words(making.fragment.client) {
            self.shell(making, &words, &line);
            self.edit(making, &words, &line);
            self.web(making, &words, &line);
        }
        if self.contained {
            making.fragment.sandbox = Some(Sandbox {
                enabled: true,
                network: self.left.network.clone(),
                files: FileLimit::Workspace,
                hides_home: true,
                escape: None,
                place: line.clone(),
                scope: Scope::Project,
            });
        }
        self.github(making, &line);
        self.browser(making);
        self.memories(making);
        self.others(making);
    }

    /// Commands: all inside of the container unless a list is given; without a value the safe ones.
    fn shell(&self, making: &mut Making<'_>, words: &Words, line: &Place) {
        let stated = self.get("bash");
        let all = |it: &View<'_>| {
            it.truth() == Some(true) || it.texts().iter().any(|(it, _)| matches!(*it, ":*" | "*"))
        };
        let Some(stated) = stated else {
            // In the container of the firewall there is a shell by default.
            if self.contained {
                making.tool(Rank::Allow, words.shell, Gate::Auto, "bash, by default", line);
            } else if self.changes {
                self.commands(making, words, GIT, "git, for changes", line);
            }
            return self.closed(making, words, line);
        };
        let place = stated.place();
        if stated.truth() == Some(false) || stated.is_list() && stated.items().is_empty() {
            making.tool(Rank::Deny, words.shell, Gate::Denied, "bash: off", &place);
            return;
        }
        if all(&stated) || !words.lists {
            making.tool(Rank::Allow, words.shell, Gate::Auto, "bash", &place);
            return;
        }
        self.commands(making, words, SAFE, "bash, by default", &place);
        for (command, item) in stated.texts() {
            self.commands(making, words, &[command], "bash", &item.place());
        }
        if self.changes {
            self.commands(making, words, GIT, "git, for changes", &place);
        }
        self.closed(making, words, &place);
    }

    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    fn commands(&self, making: &mut Making<'_>, words: &Words, list: &[&str], raw: &str, place: &Place) {
        for command in list {
            let (text, form) = match command.strip_suffix(":*").or_else(|| command.strip_suffix(" *")) {
                Some(prefix) => (prefix, Match::Prefix),
                // Of a program alone, all arguments are approved.
                None if !command.contains(' ') => (*command, Match::Prefix),
                None => (*command, Match::Exact),
            };
            let limit = Some(Limit::Command { text: text.to_owned(), form });
            let selects = Selector::Builtin { tool: words.shell.to_owned(), limit };
            making.rule(Rank::Allow, selects, Gate::Auto, format!("{raw}: {command}"), place);
        }
    }

    /// What is not approved does not run: nobody is there.
    fn closed(&self, making: &mut Making<'_>, words: &Words, place: &Place) {
        making.tool(Rank::Mode, words.shell, Gate::Denied, "bash: no other", place);
    }

    fn edit(&self, making: &mut Making<'_>, words: &Words, line: &Place) {
        let stated = self.get("edit");
        let on = stated.as_ref().map_or(self.contained || self.changes, |it| it.truth() != Some(false));
        let place = stated.map_or_else(|| line.clone(), |it| it.place());
        for tool in words.edits {
            let (rank, gate) = if on { (Rank::Allow, Gate::Auto) } else { (Rank::Deny, Gate::Denied) };
            making.tool(rank, tool, gate, "edit", &place);
        }
    }

    fn web(&self, making: &mut Making<'_>, words: &Words, line: &Place) {
        match (self.has("web-fetch"), words.fetch) {
            (Some(place), Some(tool)) => making.tool(Rank::Allow, tool, Gate::Auto, "web-fetch", &place),
            (Some(place), None) => self.reaches(making, "web-fetch", &place),
            (None, Some(tool)) => making.tool(Rank::Deny, tool, Gate::Denied, "no web-fetch", line),
            (None, None) => {}
        }
        if let Some(tool) = words.search {
            match self.has("web-search").filter(|_| self.left.hosted) {
                Some(place) => making.tool(Rank::Allow, tool, Gate::Auto, "web-search", &place),
                None => making.tool(Rank::Deny, tool, Gate::Denied, "no web-search", line),
            }
        }
    }

    /// A tool that goes wherever the firewall lets it.
    fn reaches(&self, making: &mut Making<'_>, name: &str, place: &Place) {
        let web = || Object::shared("channel:web");
        let sends = Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::ChosenUrl };
        let effects = vec![
            effect(
                Effect::Ingests { trust: Trust::Public },
                web(),
                "put what pages say into the context",
                place,
            ),
            effect(sends, web(), "fetch addresses, which carry data out", place),
        ];
        self.own(making, name, Known::Declared, effects, place.clone());
    }

    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    fn own(&self, making: &mut Making<'_>, name: &str, known: Known, effects: Vec<OwnEffect>, place: Place) {
        making.fragment.program.tools.push(OwnTool {
            name: name.to_owned(),
            owner: self.owner.to_owned(),
            definition: None,
            known,
            effects,
            gate: Gate::Auto,
            gated_by: None,
            place: place.clone(),
            given: place,
        });
    }

    /// GitHub's own server, which reads: what outsiders write it passes on only where it is told to.
    fn github(&self, making: &mut Making<'_>, line: &Place) {
        let stated = self.get("github");
        if stated.as_ref().is_some_and(|it| it.truth() == Some(false)) {
            return;
        }
        let place = stated.as_ref().map_or_else(|| line.clone(), crate::view::View::place);
        let integrity = stated.as_ref().and_then(|it| it.get("min-integrity"));
        let lockdown = stated.as_ref().and_then(|it| it.get("lockdown")).and_then(|it| it.truth());
        let opened = integrity.as_ref().is_some_and(|it| matches!(it.text(), Some("none" | "unapproved")))
            || lockdown == Some(false) && integrity.is_none();
        let trust = if opened { Trust::Public } else { Trust::Organization };
        let at = integrity.filter(|_| opened).map_or_else(|| place.clone(), |it| it.place());
        let mut effects = vec![
            effect(Effect::Ingests { trust }, talk(), "read issues, pull requests and comments", &at),
            effect(
                Effect::Reads { data: ["source-code".to_owned()].into(), level: Level::Internal },
                Object::named(REPOSITORY.0, REPOSITORY.1),
                "read the repository",
                &place,
            ),
        ];
        let sets = stated.as_ref().and_then(|it| it.get("toolsets").or_else(|| it.get("toolset")));
        let sets = sets.map(|it| it.texts()).unwrap_or_default();
        let alerts = ["code_security", "secret_protection", "dependabot", "security_advisories", "all"];
        if let Some((_, item)) = sets.iter().find(|(it, _)| alerts.contains(it)) {
            let reads = Effect::Reads { data: ["operations".to_owned()].into(), level: Level::Confidential };
            let on = Object::named("store:repository/alerts", "Security alerts of this repository");
            effects.push(effect(reads, on, "read security alerts", &item.place()));
        }
        if let Some(it) =
            stated.as_ref().and_then(|it| it.get("read-only")).filter(|it| it.truth() == Some(false))
        {
            let token = super::super::permissions::token("github", making.permissions(), &it.place());
            effects.extend(
                token
                    .lets
                    .into_iter()
                    .map(|it| it.effect)
                    .filter(|it| matches!(it.effect, Effect::Writes { .. } | Effect::Sends { .. })),
            );
        }
        self.own(making, "github", Known::Catalog("server/github".to_owned()), effects, place);
    }

    fn browser(&self, making: &mut Making<'_>) {
        if let Some(place) = self.has("playwright") {
            self.reaches(making, "playwright", &place);
        }
    }

    /// What later runs find again.
    fn memories(&self, making: &mut Making<'_>) {
        for (key, what) in [
            ("cache-memory", "Notes that runs keep in a cache"),
            ("repo-memory", "Notes that runs keep on a branch"),
        ] {
            let Some(view) = self.get(key).filter(|it| it.truth() != Some(false)) else { continue };
            let entries = if view.is_list() { view.items() } else { vec![view.clone()] };
            for entry in entries {
                let given = entry
                    .text_of("key")
                    .or_else(|| entry.text_of("id"))
                    .or_else(|| entry.text_of("branch-name"));
                let id = given.map_or_else(|| self.owner.to_owned(), |it| format!("{}/{it}", self.owner));
                let on = Object::named(format!("memory:{key}/{id}"), what);
                let writes = !entry.is_true("restore-only");
                let place = entry.place();
                let kept_for = KeptFor::Everybody;
                making.fragment.program.keeps.push(Kept { on, writes, reads: true, kept_for, place });
            }
        }
    }

    /// Keys that are none of these: settings, servers in the old form, and what is not known.
    fn others(&self, making: &mut Making<'_>) {
        const KNOWN: &[&str] = &[
            "bash",
            "edit",
            "web-fetch",
            "web-search",
            "github",
            "playwright",
            "cache-memory",
            "repo-memory",
            "timeout",
            "startup-timeout",
            "cli-proxy",
            "mount-as-clis",
            "safety-prompt",
            "comment-memory",
            "agentic-workflows",
        ];
        let lists = self.lists.to_vec();
        for (name, view) in lists.iter().flat_map(crate::view::View::entries) {
            if KNOWN.contains(&name) || view.truth() == Some(false) {
                continue;
            }
            let entry = view.get("mcp").filter(View::is_map).unwrap_or_else(|| view.clone());
            if ["command", "url", "container", "type"].iter().any(|it| entry.get(it).is_some()) {
                server(making, name, &entry);
                continue;
            }
            let (what, raw, place) = ("tools".to_owned(), name.to_owned(), view.place());
            making.fragment.program.unresolved.push(Unresolved { what, raw, place });
        }
    }
}

fn effect(effect: Effect, on: Object, does: &str, place: &Place) -> OwnEffect {
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Likely,
        place: Some(place.clone()),
    }
}

/// A server of the workflow. Its tools run unasked.
pub(super) fn server(making: &mut Making<'_>, name: &str, entry: &View<'_>) {
    let node = started(entry);
    let path = entry.place().path.to_string();
    let location = making.fragment.location.clone();
    let (fragment, sink) = (&mut making.fragment, &mut making.sink);
    inline::with_text((&path, &node), &location, making.catalog, |text| {
        server_entry::read(name, &text.root, text, fragment, sink);
    });
    inline::unpointed(&mut making.fragment);
    making.rule(
        Rank::Allow,
        of_server(name, "*"),
        Gate::Auto,
        format!("mcp-servers: {name}"),
        &entry.place(),
    );
}

/// The entry with the command that a container stands for.
fn started(entry: &View<'_>) -> Node {
    let mut node = entry.node().clone();
    // The name of the server is what is pointed at.
    let place = entry.place();
    node.at = Position { line: place.line, column: place.column };
    let Some(image) = entry.get("container") else { return node };
    let at = image.node().at;
    let text = |it: String, at| Node { at, kind: Kind::Text(it) };
    let words = |key: &str| entry.get(key).map(|it| it.texts()).unwrap_or_default();
    let version = entry.text_of("version").map(|it| format!(":{it}")).unwrap_or_default();
    let mut args: Vec<Node> = ["run", "-i", "--rm"].iter().map(|it| text((*it).to_owned(), at)).collect();
    args.extend(words("args").into_iter().map(|(it, view)| text(it.to_owned(), view.node().at)));
    args.push(text(format!("{}{version}", image.text().unwrap_or_default()), at));
    args.extend(words("entrypointArgs").into_iter().map(|(it, view)| text(it.to_owned(), view.node().at)));
    if let Kind::Map(pairs) = &mut node.kind {
        pairs.retain(|it| !["args", "command", "container", "entrypointArgs"].contains(&it.key.as_str()));
        pairs.push(Pair { key: "command".to_owned(), at, value: text("docker".to_owned(), at) });
        pairs.push(Pair { key: "args".to_owned(), at, value: Node { at, kind: Kind::List(args) } });
    }
    node
}

/// Says that commands run outside of the container.
pub(super) fn uncontained(making: &mut Making<'_>, place: &Place) {
    making.setting(SettingKind::SandboxOff, "sandbox: off", place);
}
