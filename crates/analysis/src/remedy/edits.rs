//! The lines to write: one edit per change, in the client's own files.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_catalog::schema::EditTemplate;
use ambit_model::facts::{
    CredentialFacts, HookFacts, InstructionFacts, PermissionRule, ServerFacts, ServerUse, Setting,
};
use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::{AgentFacts, AssetId, EdgeId, Place, Remedy, Verb};

use super::{syntax, unattended};
use crate::map::ReachMap;

pub(super) fn remedy(
    control: &str,
    kind: ControlKind,
    action: String,
    costs: &str,
    edits: Vec<Edit>,
) -> Remedy {
    Remedy { control: control.to_owned(), kind, action, cuts: Vec::new(), costs: costs.to_owned(), edits }
}

/// What to take out, and its line: that it is to be taken out, and of which file, is said by the edit itself.
pub(super) fn remove(place: &Place, pointer: &str, what: &str) -> Edit {
    Edit {
        path: place.path.to_string(),
        pointer: pointer.to_owned(),
        action: EditAction::Remove,
        value: String::new(),
        lines: format!("{what} (line {})", place.line),
    }
}

pub(super) fn remove_rule(facts: &AgentFacts, rule: &PermissionRule, cuts: Vec<EdgeId>) -> Remedy {
    let edit = remove(&rule.place, &rule.pointer, &quoted(&rule.raw));
    let action = format!("remove `{}` from `{}`, so that `{}` asks again", rule.raw, rule.place, facts.name);
    Remedy {
        cuts,
        ..remedy(
            "remove-rule",
            ControlKind::Structural,
            action,
            "a question for each call that it approves",
            vec![edit],
        )
    }
}

/// Taking back several lines that let the agent do the same.
pub(super) fn remove_lines(facts: &AgentFacts, lines: &[(&Place, &str, &str)], cuts: Vec<EdgeId>) -> Remedy {
    let edits = lines.iter().map(|(place, pointer, raw)| remove(place, pointer, &quoted(raw))).collect();
    let said: Vec<String> = lines.iter().map(|it| format!("`{}`", it.2)).collect();
    let files: BTreeSet<&str> = lines.iter().map(|it| &*it.0.path).collect();
    let files: Vec<String> = files.into_iter().map(|it| format!("`{it}`")).collect();
    let action =
        format!("remove {} from {}, so that `{}` asks again", said.join(", "), files.join(", "), facts.name);
    let costs = "a question for each call that they approve";
    Remedy { cuts, ..remedy("remove-rule", ControlKind::Structural, action, costs, edits) }
}

pub(super) fn remove_setting(setting: &Setting, cuts: Vec<EdgeId>) -> Remedy {
    let said = syntax::said(&setting.place.path, &setting.pointer, &setting.raw);
    let edit = remove(&setting.place, &setting.pointer, &said);
    let action = format!("remove `{}` from `{}`", setting.raw, setting.place);
    Remedy {
        cuts,
        ..remedy("remove-rule", ControlKind::Structural, action, "what the setting was for", vec![edit])
    }
}

pub(super) fn remove_hook(hook: &HookFacts) -> Remedy {
    let edit = remove(&hook.place, &hook.pointer, &format!("the `{}` hook", hook.event));
    let action = format!("remove the `{}` hook at `{}`", hook.event, hook.place);
    remedy("remove-hook", ControlKind::Structural, action, "what the hook does", vec![edit])
}

/// Which version to pin is for a person to say: the one that was looked at.
pub(super) fn pin(server: &ServerFacts) -> Option<Remedy> {
    let package = server.launch.package.as_ref()?;
    let pinned = match package.ecosystem.as_str() {
        "oci" => format!("{}@sha256:<digest>", package.name),
        "git" => format!("git+https://{}@<commit>", package.name),
        "pypi" => format!("{}==<version>", package.name),
        _ => format!("{}@<version>", package.name),
    };
    let path = package.place.path.to_string();
    let pointer = server.launch.package_pointer.clone().unwrap_or_default();
    let manual = |lines| Edit {
        path: path.clone(),
        pointer: String::new(),
        action: EditAction::Manual,
        value: String::new(),
        lines,
    };
    let set = |pointer, value: &str, lines| Edit {
        path: path.clone(),
        pointer,
        action: EditAction::Set,
        value: quoted(value),
        lines,
    };
    let edit = match pointer.strip_suffix("/identifier") {
        _ if is_installed(server) => {
            manual(format!("`{pinned}` in the lock file that its environment is installed from"))
        }
        // An entry of a registry has the version beside the name; an image has its digest in it.
        Some(entry) if package.ecosystem != "oci" => {
            set(format!("{entry}/version"), "<version>", "\"version\": \"<version>\"".to_owned())
        }
        _ if pointer.is_empty() => manual(quoted(&pinned)),
        _ => set(pointer, &pinned, quoted(&pinned)),
    };
    let control = if package.ecosystem == "oci" { "pin-digest" } else { "pin-version" };
    let action = format!(
        "write the exact version of `{}` that you have looked at, at `{}`",
        package.name, package.place
    );
    Some(remedy(control, ControlKind::Structural, action, "updates by hand", vec![edit]))
}

/// Whether what it runs was installed by somebody else before, at a version that its line cannot say: `python -m`.
fn is_installed(server: &ServerFacts) -> bool {
    let runner = server.launch.runner.as_str();
    server.launch.package.as_ref().is_some_and(|it| it.ecosystem == "pypi")
        && (runner == "py" || runner.starts_with("python"))
}

pub(super) fn move_secret(credential: &CredentialFacts) -> Remedy {
    let variable = variable(&credential.name);
    let reference = format!("${{{variable}}}");
    let lines = match credential.place.path.rsplit('.').next().unwrap_or_default() {
        "tf" => format!("{} = var.{}", credential.name, variable.to_ascii_lowercase()),
        "py" | "ipynb" => format!("os.environ[{}]", quoted(&variable)),
        "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" => format!("process.env.{variable}"),
        _ => format!("{}: {}", quoted(&credential.name), quoted(&reference)),
    };
    let edit = Edit {
        path: credential.place.path.to_string(),
        pointer: credential.pointer.clone(),
        action: if credential.pointer.is_empty() { EditAction::Manual } else { EditAction::Set },
        value: quoted(&reference),
        lines,
    };
    let action = format!(
        "take `{}` out of `{}`, revoke it, and pass a new one by a variable",
        credential.name, credential.place
    );
    remedy("move-secret", ControlKind::Structural, action, "a variable to set on each machine", vec![edit])
}

fn variable(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' }).collect()
}

pub(super) fn mend_text(instruction: &InstructionFacts) -> Remedy {
    let edit = Edit {
        path: instruction.place.path.to_string(),
        pointer: String::new(),
        action: EditAction::Manual,
        value: String::new(),
        lines: format!("read {} and remove what hides in it", instruction.place.path),
    };
    let action = format!("remove the hidden text from `{}`", instruction.place.path);
    remedy("remove-hidden-text", ControlKind::Structural, action, "nothing", vec![edit])
}

/// The edits that deny `via` to the agent in its client's own files; none where the client has no way to.
pub(super) fn deny(
    facts: &AgentFacts,
    agent: &AssetId,
    via: &AssetId,
    map: &ReachMap,
    catalog: &Catalog,
) -> Option<Vec<Edit>> {
    if let Some(runner) = &facts.runner {
        let tool = map.tools.get(via)?;
        return unattended::deny(facts, runner, tool, catalog).map(|it| vec![it]);
    }
    gate(facts, (agent, via), ("deny", map), catalog)
}

/// The edits that put `word`, `deny` or `ask`, before `via` in the files of the agent's client; none where the client
/// has no way to.
pub(super) fn gate(
    facts: &AgentFacts,
    (agent, via): (&AssetId, &AssetId),
    (word, map): (&str, &ReachMap),
    catalog: &Catalog,
) -> Option<Vec<Edit>> {
    let tool = map.tools.get(via)?;
    let client = catalog.client(&facts.client).filter(|_| facts.runner.is_none())?;
    let template = |what: &str| client.edits.get(&format!("{word}-{what}"));
    let Some(server) = &tool.server else {
        return Some(vec![fill(template("builtin")?, facts, (None, &tool.name))?]);
    };
    let uses = map.uses.get(agent)?.iter().filter(|(it, _)| it == server).map(|(_, it)| it);
    let template = template(if tool.name == "*" { "server" } else { "tool" })?;
    let edits: Option<Vec<Edit>> = uses.map(|it| fill(template, facts, (Some(it), &tool.name))).collect();
    edits.filter(|it| !it.is_empty())
}

/// The edit of a template for a tool, of a server or of the client; none where no file of the agent takes such lines.
fn fill(
    template: &EditTemplate,
    facts: &AgentFacts,
    (server, tool): (Option<&ServerUse>, &str),
) -> Option<Edit> {
    let file = file(template, facts, server)?;
    let server = server.map_or("", |it| it.name.as_str());
    let json = |text: &str| quoted(text).trim_matches('"').to_owned();
    let path = |text: &str| text.replace('~', "~0").replace('/', "~1");
    let value = template
        .value
        .as_ref()
        .map(|it| it.replace("{server}", &json(server)).replace("{tool}", &json(tool)));
    let pointer = template.pointer.replace("{server}", &path(server)).replace("{tool}", &path(tool));
    let (pointer, action) = match pointer.strip_suffix("/-") {
        Some(list) => (list.to_owned(), EditAction::Push),
        None if value.is_none() => (pointer, EditAction::Remove),
        None => (pointer, EditAction::Set),
    };
    let keys: Vec<String> =
        pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    let lines = syntax::written(&file, &keys, action, value.as_deref().unwrap_or_default());
    Some(Edit { path: file, pointer, action, value: value.unwrap_or_default(), lines })
}

/// Values for one list of one file are shown as one piece of it, by the first of their edits.
pub(super) fn together(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort();
    edits.dedup();
    let mut start = 0;
    while start < edits.len() {
        let same = |a: &Edit, b: &Edit| {
            a.action == EditAction::Push && (&a.path, &a.pointer) == (&b.path, &b.pointer)
        };
        let Some(first) = edits.get(start).cloned() else { break };
        let run = edits.iter().skip(start).take_while(|it| **it == first || same(it, &first)).count().max(1);
        if run > 1 {
            let values: Vec<&str> = edits.iter().skip(start).take(run).map(|it| it.value.as_str()).collect();
            let keys = keys_of(&first.pointer);
            let lines = syntax::written(&first.path, &keys, EditAction::Push, &values.join(", "));
            for (offset, edit) in edits.iter_mut().skip(start).take(run).enumerate() {
                edit.lines = if offset == 0 { lines.clone() } else { String::new() };
            }
        }
        start += run;
    }
    edits
}

fn keys_of(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect()
}

/// The file that a template is for. An agent that is known by a single file reads no other beside it: that one takes the
/// lines if it has the template's name, or if the server that they are about stands in it.
fn file(template: &EditTemplate, facts: &AgentFacts, server: Option<&ServerUse>) -> Option<String> {
    let (at, path) = (facts.at.as_str(), template.path.as_str());
    if path.starts_with("~/") {
        return Some(path.to_owned());
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if name(at).contains('.') && !name(at).starts_with('.') {
        let is_in_entry = template.pointer.contains("/{server}/");
        let takes = name(at) == name(path) || is_in_entry && server.is_some_and(|it| *it.place.path == *at);
        return takes.then(|| at.to_owned());
    }
    Some(if at.is_empty() { path.to_owned() } else { format!("{at}/{path}") })
}

pub(super) fn remove_server(server: &AssetId, uses: &[&ServerUse], map: &ReachMap) -> Remedy {
    // Several agents may use it by one entry.
    let edits: BTreeSet<Edit> = uses
        .iter()
        .filter(|it| !it.pointer.is_empty())
        .map(|it| remove(&it.place, &it.pointer, &quoted(&it.name)))
        .collect();
    let edits: Vec<Edit> = edits.into_iter().collect();
    let places: BTreeSet<String> = uses.iter().map(|it| format!("`{}`", it.place)).collect();
    let places: Vec<String> = places.into_iter().collect();
    let action = format!("remove the server `{}` from {}", map.name(server), places.join(", "));
    remedy("remove-server", ControlKind::Structural, action, "all of its tools", edits)
}

/// What is lost with these tools, in words.
pub(super) fn cost_of(vias: &[&AssetId], agent: &AssetId, map: &ReachMap) -> String {
    let lost: BTreeSet<&str> = vias
        .iter()
        .flat_map(|via| map.edges_via(agent, via))
        .map(|it| it.edge)
        // That nobody knows what a tool does is no capability that could be lost.
        .map(|it| if it.verb == Verb::MayReach { "do whatever its tools do" } else { &it.consequence })
        .filter(|it| !it.is_empty())
        .collect();
    let mut lost: Vec<&str> = lost.into_iter().collect();
    let more = lost.len().saturating_sub(3);
    lost.truncate(3);
    let said = lost.join("; ");
    if more > 0 {
        format!("it can no longer {said}; and {more} more")
    } else {
        format!("it can no longer {said}")
    }
}

/// `text` as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
