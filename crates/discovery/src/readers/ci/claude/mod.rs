//! Claude Code in a job: `anthropics/claude-code-action` in its two generations, `claude-code-base-action`, and its own
//! command line. Facts: github:anthropics/claude-code-action@24dcd50c (`action.yml`, `docs/security.md`, `src/modes`).

mod brought;
mod flags;

use ambit_model::facts::{
    Holder, Insert, InstructionFacts, InstructionKind, LimitKind, Package, ServerState, SettingKind, Token,
};
use ambit_model::{Gate, Place, Trust};

use super::agent::{Admits, Making, pinned, talk};
use super::held::held;
use super::permissions::{self, Effective};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use super::unit::Access;
use super::{events, flow, run};
use crate::fragment::{Loads, Rank};
pub(super) use brought::own;
use flags::{MANY, VALUED, approve, listed};
pub(super) use flags::{arguments, servers};

pub(super) const CLIENT: &str = "claude-code";

/// What tools that the action brings along are of.
const OWNER: &str = "claude-code-action";

/// Which of the three actions a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// The first version of the whole action, and all after it.
    Whole,
    /// What came before it.
    Beta,
    /// The part that only runs the client: it asks nobody for a role and takes nothing back to the base.
    Base,
}

/// Inputs that only the beta has.
const OF_BETA: &[&str] = &[
    "allowed_tools",
    "disallowed_tools",
    "mcp_config",
    "custom_instructions",
    "direct_prompt",
    "override_prompt",
    "mode",
    "max_turns",
    "timeout_minutes",
    "claude_env",
];

/// Inputs that hold a credential of its process.
const KEYS: &[(&str, &str)] = &[
    ("anthropic_api_key", "ANTHROPIC_API_KEY"),
    ("claude_code_oauth_token", "CLAUDE_CODE_OAUTH_TOKEN"),
    ("ssh_signing_key", "SSH_SIGNING_KEY"),
];

/// What the application of the action may do, whatever the token of the job may: it is asked for its own.
const APPLICATION: &[&str] = &["contents", "issues", "pull-requests"];

/// Reads the step of an action.
pub(super) fn action(making: &mut Making<'_>, action: Action) {
    let step = making.step;
    let line = making.line.clone();
    let action = generation(making, action);
    let old = action == Action::Beta;
    let admits = admits(making, action);
    if let Some((name, version)) = step.action() {
        let (name, pin) = (name.to_owned(), pinned(version));
        making.resolves(Package { ecosystem: "github-action".to_owned(), name, pin, place: line.clone() });
    }
    for (key, variable) in KEYS {
        if let Some(value) = step.input(key) {
            making.holds(variable, value, Holder::Environment);
        }
    }
    let prompt = ["prompt", "direct_prompt", "override_prompt"].iter().filter(|it| is_read(it, old));
    let prompts: Vec<Scalar> =
        prompt.filter_map(|it| step.input(it)).filter(|it| !it.text.trim().is_empty()).cloned().collect();
    let replies = action != Action::Base && (old || replies(making, prompts.is_empty()));
    if replies {
        brought::reply(making, old);
    }
    for text in prompts.iter().chain(step.input("custom_instructions").filter(|_| old)) {
        making.told(text, &admits);
    }
    if let Some(file) = step.input("prompt_file") {
        let path = flow::plain_path(&file.text);
        let sources = making.flow.of_file(&path, &file.place);
        making.inserts(sources, true, &admits);
    }
    inputs(making, old);
    if action != Action::Base {
        tokens(making);
        thread(making, replies);
    }
    if action == Action::Whole && replies {
        making.brings_change = brings_change(making);
    }
    making.started(&admits, |event| replies && events::is_open(event, ""));
    plugins(making);
    invoked(making, prompts.first());
    making.reads_variables(false, &admits);
    // Servers of the repository start unasked: the action says so to the client.
    making.fragment.states.push(("*".to_owned(), ServerState::Enabled, line));
    making.surround(Loads::Everything, action != Action::Base);
    // The action takes what asks for an identity out of the environment of its process.
    making.fragment.program.tokens.retain(|it| it.name != permissions::IDENTITY || action == Action::Base);
    let command = prompts.first().and_then(command_of);
    if let Some(alone) = &mut making.fragment.alone {
        alone.command = command;
    }
}

/// The command that a prompt begins with: `/name`.
fn command_of(prompt: &Scalar) -> Option<(String, Place)> {
    let name = prompt.text.trim_start().strip_prefix('/')?;
    let end = name.find(|it: char| !(it.is_alphanumeric() || "_-:".contains(it))).unwrap_or(name.len());
    let rest = name.get(end..).unwrap_or_default();
    let name = name.get(..end).filter(|it| !it.is_empty() && !rest.starts_with('/'))?;
    Some((name.to_owned(), prompt.place.clone()))
}

/// Commands that the client brings along.
const OWN_COMMANDS: &[&str] =
    &["review", "security-review", "init", "pr-comments", "compact", "clear", "simplify"];

/// A prompt that is a command says nothing by itself: what it says, and which tools it may use, its file does.
fn invoked(making: &mut Making<'_>, prompt: Option<&Scalar>) {
    let Some((name, place)) = prompt.and_then(command_of) else { return };
    let known = OWN_COMMANDS.contains(&name.as_str()) || name.contains(':');
    let folder = making.fragment.location.at.clone();
    let path = |below: &str| if folder.is_empty() { below.to_owned() } else { format!("{folder}/{below}") };
    let files = [
        path(&format!(".claude/commands/{name}.md")),
        path(&format!(".claude/skills/{name}/SKILL.md")),
        path(&format!(".agents/skills/{name}/SKILL.md")),
    ];
    if known || files.iter().any(|it| (making.open)(it).is_some()) {
        return;
    }
    let help = "scan the file of the command with the workflow: it may approve tools and bring in text";
    making.problem(
        &place,
        format!("the prompt is the command `/{name}`, which no file that was read has"),
        help,
    );
}

/// Which generation a step is of: a version that begins with zero, a word, or, of a commit, the inputs that it is given.
fn generation(making: &Making<'_>, action: Action) -> Action {
    if action != Action::Whole {
        return action;
    }
    let version = making.step.action().and_then(|it| it.1).unwrap_or_default();
    let is_commit = version.len() == 40;
    let uses = |keys: &[&str]| keys.iter().any(|it| making.step.input(it).is_some());
    let old = version == "beta"
        || version.starts_with("v0")
        || (is_commit && uses(OF_BETA) && !uses(&["claude_args"]));
    if old { Action::Beta } else { Action::Whole }
}

fn is_read(input: &str, old: bool) -> bool {
    old || !OF_BETA.contains(&input)
}

/// Whether it answers to a mention, in a comment of its own: without a prompt, or where it is told to show its progress.
fn replies(making: &Making<'_>, no_prompt: bool) -> bool {
    let shows = making.step.input("track_progress").is_some_and(|it| it.text.trim() == "true");
    no_prompt || shows
}

fn admits(making: &mut Making<'_>, action: Action) -> Admits {
    if action == Action::Base {
        return Admits::Anybody;
    }
    let all =
        |key: &str| making.step.input(key).filter(|it| it.text.trim() == "*").map(|it| it.place.clone());
    let token = making.step.input("github_token").is_some_and(|it| !it.text.trim().is_empty());
    let (users, bots) = (all("allowed_non_write_users"), all("allowed_bots"));
    if let Some(place) = users {
        if token {
            making.setting(SettingKind::OpenToStrangers, "allowed_non_write_users: *", &place);
            return Admits::Anybody;
        }
        making.setting(SettingKind::Ineffective, "allowed_non_write_users without github_token", &place);
    }
    if let Some(place) = bots {
        // Whoever makes an application has a bot.
        making.setting(SettingKind::OpenToStrangers, "allowed_bots: *", &place);
        return Admits::Anybody;
    }
    Admits::Writers(making.line.clone())
}

/// The words of the tools that are approved, with their places.
fn allowed(making: &Making<'_>, old: bool) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    if let Some(args) = making.step.input("claude_args") {
        let words = arguments(args);
        let arguments = Arguments::of(&words, VALUED, MANY);
        for word in arguments.values(&["--allowedTools", "--allowed-tools"]) {
            found.extend(listed(word).map(|(it, offset)| (it, args.place_of(offset))));
        }
    }
    if let Some(list) = making.step.input("allowed_tools").filter(|_| old || is_base(making)) {
        let whole = Word { text: list.text.clone(), ..Word::default() };
        found.extend(listed(&whole).map(|(it, offset)| (it, list.place_of(offset))));
    }
    found
}

fn is_base(making: &Making<'_>) -> bool {
    making.step.action().is_some_and(|(name, _)| name.contains("base-action"))
}

/// The inputs that the generation reads.
fn inputs(making: &mut Making<'_>, old: bool) {
    let step = making.step;
    let base = is_base(making);
    for (key, value) in step.with.iter().filter(|(key, _)| !old && !base && OF_BETA.contains(&key.as_str())) {
        // The first version no longer reads them.
        making.setting(SettingKind::Ineffective, format!("{key} in claude-code-action v1"), &value.place);
    }
    if let Some(args) = step.input("claude_args").filter(|_| !old) {
        let words = arguments(args);
        let parsed = Arguments::of(&words, VALUED, MANY);
        flags::flags(making, args, &parsed);
    }
    if old || base {
        for (key, rank, gate) in
            [("allowed_tools", Rank::Allow, Gate::Auto), ("disallowed_tools", Rank::Deny, Gate::Denied)]
        {
            if let Some(list) = step.input(key) {
                let whole = Word { text: list.text.clone(), ..Word::default() };
                for (rule, offset) in listed(&whole) {
                    approve(making, &rule, rank, gate, (key, &list.place_of(offset)));
                }
            }
        }
        if let Some(config) = step.input("mcp_config") {
            servers(making, config);
        }
        making.model(step.input("model"));
        for (key, kind) in [("max_turns", LimitKind::Steps), ("timeout_minutes", LimitKind::Time)] {
            if let Some(it) = step.input(key) {
                making.limit(kind, format!("{key}: {}", it.text.trim()), &it.place);
            }
        }
    }
    if let Some(settings) = step.input("settings") {
        flags::settings(making, settings);
    }
}

/// Plug-ins from outside: whoever writes them writes part of what it does.
fn plugins(making: &mut Making<'_>) {
    for key in ["plugins", "plugin_marketplaces"] {
        let Some(list) = making.step.input(key) else { continue };
        for (at, line) in lines(&list.text) {
            let place = list.place_of(at);
            let what = if key == "plugins" { "a plug-in" } else { "a marketplace of plug-ins" };
            making.fragment.instructions.push(InstructionFacts {
                name: line.to_owned(),
                kind: InstructionKind::Skill,
                trust: Trust::Partner,
                because: format!("{what}, fetched at each run"),
                pinned: false,
                signals: Vec::new(),
                place,
            });
        }
    }
}

fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let blank = line.len() - line.trim_start().len();
        if !line.trim().is_empty() {
            found.push((offset + blank, line.trim()));
        }
        offset += line.len();
    }
    found
}

/// The token that the action works with, and that commands find in `GH_TOKEN`: one that it is given, else that of its
/// application, which the permissions of the job do not limit.
fn tokens(making: &mut Making<'_>) {
    let given = making.step.input("github_token").filter(|it| !it.text.trim().is_empty()).cloned();
    let token: Option<Token> = if let Some(value) = &given {
        making.fragment.credentials.extend(held("GITHUB_TOKEN", value, Holder::Environment, making.catalog));
        making.token("GITHUB_TOKEN", value)
    } else {
        let line = &making.line;
        let exchanges = making.run.permissions.as_ref().is_none_or(|it| it.of("id-token").0 == Access::Write);
        exchanges.then(|| permissions::token("GITHUB_TOKEN", Effective::Granted(APPLICATION, line), line))
    };
    making.fragment.program.tokens.extend(token);
}

/// What it is told of the issue or the change besides its prompt: all that was written there.
fn thread(making: &mut Making<'_>, replies: bool) {
    let event = |it: &run::Cause| {
        ["issues", "issue_comment"].contains(&it.event.as_str()) || events::is_of_pull_request(&it.event)
    };
    let cause = making.run.causes.iter().find(|it| event(it));
    let Some(cause) = cause.filter(|_| replies) else { return };
    let own_change = making
        .run
        .causes
        .iter()
        .filter(|it| event(it))
        .all(|it| it.event == "pull_request" && !it.is_foreign(making.needs_secret));
    let filter = making
        .step
        .input("include_comments_by_actor")
        .filter(|it| !it.text.contains('*') && !it.text.trim().is_empty());
    let trust = if own_change { Trust::Organization } else { Trust::Public };
    let what = if filter.is_some() {
        "title and body of the issue or pull request"
    } else {
        "title, body and comments of the issue or pull request"
    };
    let place = cause.place.clone();
    let insert = Insert { what: what.to_owned(), trust, from: talk(), among_instructions: false, place };
    making.fragment.program.prompts.push(insert);
}

/// The line with which it checks out the branch of the open pull request that it is asked about, a fork's too. By a
/// comment that happens with all secrets at hand. The beta looks for the branch in this repository only.
fn brings_change(making: &Making<'_>) -> Option<Place> {
    let foreign = |it: &run::Cause| {
        (it.event == "issue_comment" || events::is_of_pull_request(&it.event))
            && it.is_foreign(making.needs_secret)
    };
    making.run.causes.iter().any(foreign).then(|| making.line.clone())
}

/// `claude -p …` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, MANY);
    flags::flags(making, script, &parsed);
    let texts = parsed.free.iter().map(|it| script.part(it.text.as_str(), it.offset));
    let invokes = texts.into_iter().find_map(|it| Some((command_of(&it)?, it)));
    if let Some((_, prompt)) = &invokes {
        invoked(making, Some(prompt));
    }
    let line = making.line.clone();
    let bare = parsed.flag(&["--bare"]).is_some();
    let sources = parsed.flag(&["--setting-sources"]).map(|it| it.text.clone());
    let without = bare || sources.is_some_and(|it| !it.contains("project"));
    // Where nobody can be asked, the client starts the servers of the project.
    making.fragment.states.push(("*".to_owned(), ServerState::Enabled, line));
    making.surround(if without { Loads::Nothing } else { Loads::Everything }, false);
    if let Some(alone) = &mut making.fragment.alone {
        alone.command = invokes.map(|it| it.0);
    }
}
