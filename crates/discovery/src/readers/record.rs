//! What readers of settings record alike: a setting, a command that the client runs, an instruction, with
//! their places and without any secret.

use ambit_catalog::Catalog;
use ambit_model::facts::{
    CredentialFacts, Holder, HookFacts, InstructionFacts, InstructionKind, Launch, Limit, Package, Selector,
    Setting, SettingKind,
};
use ambit_model::{Place, Scope, Trust};

use super::Text;
use super::claude_settings::project_script;
use crate::credential;
use crate::fragment::Fragment;
use crate::launch::{self, Word, masked_line};
use crate::text::signals;
use crate::tree::View;

/// The setting that `view` is.
pub(super) fn setting(
    kind: SettingKind,
    raw: impl Into<String>,
    view: &View<'_>,
    fragment: &Fragment,
) -> Setting {
    let scope = fragment.location.scope;
    Setting {
        kind,
        raw: raw.into(),
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
        // What a repository brings along counts only in a folder that the user has trusted.
        trust_gated: scope == Scope::Project,
    }
}

/// Adds the setting that `view` is.
pub(super) fn note(kind: SettingKind, raw: impl Into<String>, view: &View<'_>, fragment: &mut Fragment) {
    let setting = setting(kind, raw, view, fragment);
    fragment.setting(setting);
}

/// The tool that a rule of `client` names: one of its own, or one of any server where the client is known
/// and has none of that name.
pub(super) fn tool(client: &str, name: &str, limit: Option<Limit>, catalog: &Catalog) -> Selector {
    let foreign = catalog.client(client).is_some_and(|it| {
        !name.contains('*')
            && !it.tools.iter().any(|(own, it)| own == name || it.aliases.iter().any(|it| it == name))
    });
    if foreign {
        Selector::Server { server: "*".to_owned(), tool: name.to_owned() }
    } else {
        Selector::Builtin { tool: name.to_owned(), limit }
    }
}

/// A command line as it may be shown, and what it runs.
pub(super) struct Command {
    /// The line, secrets masked.
    pub(super) shown: String,
    /// The file of the workspace that it runs.
    pub(super) script: Option<String>,
    /// The package that it resolves.
    pub(super) package: Option<Package>,
    /// Credentials in it.
    pub(super) credentials: Vec<CredentialFacts>,
}

/// Understands the command line that `view` holds: a text, or a list of words.
pub(super) fn command(view: &View<'_>, text: &Text<'_>) -> Command {
    let words: Vec<String> = view.items().iter().filter_map(View::scalar).collect();
    let line = if view.is_list() { shell_words::join(&words) } else { words.join(" ") };
    let mut package = None;
    let mut credentials = Vec::new();
    // Each command of a pipe or chain may resolve a package of its own; the first names what is supplied.
    for part in line.split(['|', ';', '&', '\n']).map(str::trim).filter(|it| !it.is_empty()) {
        let word = Word { text: part.to_owned(), place: view.place(), pointer: None };
        let words = if part.contains(' ') { vec![word] } else { split(&word) };
        let (launch, found) = launch::understand(words, text.catalog, text.location.scope);
        package = package.or(launch.package);
        credentials.extend(found);
    }
    let shown = if view.is_list() { words.join(" ") } else { line.clone() };
    Command {
        shown: masked_line(text.catalog, &shown).0,
        script: project_script(&line),
        package,
        credentials,
    }
}

fn split(word: &Word) -> Vec<Word> {
    word.text.split_whitespace().map(|it| Word { text: it.to_owned(), ..word.clone() }).collect()
}

/// Adds the command at `line` as one that the client runs on `event`.
pub(super) fn hook(event: &str, line: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let command = command(line, text);
    fragment.credentials.extend(command.credentials);
    fragment.hooks.push(HookFacts {
        event: event.to_owned(),
        command: command.shown,
        script: command.script,
        package: command.package,
        place: line.place(),
        pointer: line.pointer().to_owned(),
        scope: fragment.location.scope,
        may_approve: false,
    });
}

/// Adds the command at `line` as one that the client runs of its own accord because of the setting `key`.
pub(super) fn runs_command(key: &str, line: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let command = command(line, text);
    fragment.credentials.extend(command.credentials);
    note(SettingKind::RunsCommand, format!("{key}: {}", command.shown), line, fragment);
}

/// Adds the credentials among the entries of `map`.
pub(super) fn credentials(map: Option<View<'_>>, holder: Holder, text: &Text<'_>, fragment: &mut Fragment) {
    for (name, value) in map.map(|it| it.entries()).unwrap_or_default() {
        let held = credential::of_entry(text.catalog, name, &value, holder, fragment.location.scope);
        fragment.credentials.extend(held);
    }
}

/// Adds that model traffic goes to the address at `view`.
pub(super) fn redirects_model(key: &str, view: Option<View<'_>>, text: &Text<'_>, fragment: &mut Fragment) {
    let Some(view) = view else { return };
    let Some(address) = view.text().filter(|it| !it.is_empty()) else { return };
    let mut launch = Launch::default();
    fragment.credentials.extend(launch::address(address, &mut launch, &view.place(), text.location.scope));
    let shown = launch.url.unwrap_or_default();
    note(SettingKind::RedirectsModel, format!("{key}: {shown}"), &view, fragment);
}

/// Who could have written a file of this scope, and why.
pub(super) fn author(scope: Scope) -> (Trust, &'static str) {
    match scope {
        Scope::User | Scope::Managed => (Trust::Operator, "a file of the user or the administrator"),
        _ => (Trust::Organization, "a file of the workspace"),
    }
}

/// Adds the body of the file as an instruction called `name`.
pub(super) fn body(name: &str, kind: InstructionKind, text: &Text<'_>, fragment: &mut Fragment) {
    if text.body_text().trim().is_empty() {
        return;
    }
    let place = Place::new(text.path, text.body.1, 1);
    instruction(name, kind, text.body_text(), place, fragment);
}

/// Adds `body` as an instruction that stands in the file itself.
pub(super) fn instruction(
    name: &str,
    kind: InstructionKind,
    body: &str,
    place: Place,
    fragment: &mut Fragment,
) {
    let (trust, because) = author(fragment.location.scope);
    fragment.instructions.push(InstructionFacts {
        name: name.to_owned(),
        kind,
        trust,
        because: because.to_owned(),
        pinned: true,
        signals: signals(body, &place),
        place,
    });
}

/// Adds the instruction that `view` points to: a file by path or glob, or an address.
pub(super) fn pointed(kind: InstructionKind, view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let Some(target) = view.text() else { return };
    if target.starts_with("http://") || target.starts_with("https://") {
        let mut launch = Launch::default();
        let found = launch::address(target, &mut launch, &view.place(), text.location.scope);
        fragment.credentials.extend(found);
        let name = launch.url.unwrap_or_default();
        return outside(&name, kind, "an address, loaded anew each time", view, fragment);
    }
    let target = target.strip_prefix("file://").unwrap_or(target);
    let own = target.starts_with('~') || target.starts_with('/');
    let scope = if own { Scope::User } else { fragment.location.scope };
    let (trust, because) = author(scope);
    fragment.instructions.push(InstructionFacts {
        name: target.to_owned(),
        kind,
        trust,
        because: because.to_owned(),
        pinned: true,
        signals: Vec::new(),
        place: view.place(),
    });
}

/// Adds an instruction whose text comes from outside and can change at any time.
pub(super) fn outside(
    name: &str,
    kind: InstructionKind,
    because: &str,
    view: &View<'_>,
    fragment: &mut Fragment,
) {
    fragment.instructions.push(InstructionFacts {
        name: name.to_owned(),
        kind,
        trust: Trust::Partner,
        because: because.to_owned(),
        pinned: false,
        signals: Vec::new(),
        place: view.place(),
    });
}
