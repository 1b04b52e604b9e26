//! Claude Code in a job: `anthropics/claude-code-action` in its two generations, `claude-code-base-action`, and its own
//! command line. Facts: github:anthropics/claude-code-action@24dcd50c (`action.yml`, `docs/security.md`, `src/modes`).

use ambit_model::facts::{
    CredentialFacts, Holder, InstructionFacts, InstructionKind, Known, LimitKind, Object, OwnEffect, OwnTool,
    Package, Selector, ServerState, SettingKind, Token,
};
use ambit_model::{
    Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Gate, Place, Reversibility, Scope, Trust,
};

use super::agent::{Admits, Making, held, pinned, talk};
use super::inline::{self, document};
use super::permissions::{self, Effective, REPOSITORY};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use super::unit::Access;
use crate::fragment::{Loads, Rank};
use crate::launch::masked_line;
use crate::readers::claude_rules::{SESSION, selector};
use crate::readers::claude_settings;
use crate::readers::server_entry::read_all;
use crate::tree::{Kind, Node, Position, Syntax};

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

/// Flags of the command line with a value, and with several.
const VALUED: &[&str] = &[
    "--model",
    "--max-turns",
    "--permission-mode",
    "--settings",
    "--append-system-prompt",
    "--system-prompt",
    "--append-system-prompt-file",
    "--system-prompt-file",
    "--output-format",
    "--input-format",
    "--resume",
    "-r",
    "--session-id",
    "--fallback-model",
    "--json-schema",
    "--agents",
    "--agent",
    "--setting-sources",
    "--max-budget-usd",
    "--permission-prompt-tool",
    "--plugin-dir",
    "--debug-file",
    "--effort",
    "--worktree",
    "-w",
    "--betas",
];
const MANY: &[&str] = &[
    "--allowedTools",
    "--allowed-tools",
    "--disallowedTools",
    "--disallowed-tools",
    "--tools",
    "--mcp-config",
    "--add-dir",
];

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
        reply(making, old);
    }
    for text in prompts.iter().chain(step.input("custom_instructions").filter(|_| old)) {
        making.told(text, &admits);
    }
    if let Some(file) = step.input("prompt_file") {
        let path = super::flow::plain_path(&file.text);
        let sources = making.flow.of_file(&path, &file.place);
        making.inserts(sources, true, &admits);
    }
    inputs(making, old);
    if action != Action::Base {
        tokens(making);
        thread(making, replies);
    }
    making.started(&admits, |event| replies && super::events::is_open(event, ""));
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

/// What it may do unasked to answer to a mention: it edits, commits and pushes to a branch of its own.
fn reply(making: &mut Making<'_>, old: bool) {
    let line = making.line.clone();
    let signs = making.step.input("use_commit_signing").is_some_and(|it| it.text.trim() == "true");
    let raw = "claude-code-action";
    making.fragment.defaults.push(SESSION);
    making.tool(Rank::Mode, "Edit", Gate::Auto, raw, &line);
    making.tool(Rank::Mode, "Write", Gate::Auto, raw, &line);
    if !signs {
        let commands: &[&str] = if old {
            &[
                "git add:*",
                "git commit:*",
                "git push:*",
                "git status:*",
                "git diff:*",
                "git log:*",
                "git rm:*",
            ]
        } else {
            &["git add:*", "git commit:*", "git rm:*"]
        };
        for command in commands {
            let limit = Some(claude_settings::command(command));
            let selects = Selector::Builtin { tool: "Bash".to_owned(), limit };
            making.rule(Rank::Allow, selects, Gate::Auto, format!("{raw}: Bash({command})"), &line);
        }
    }
    for tool in ["WebSearch", "WebFetch"] {
        if !allowed(making, old).iter().any(|(it, _)| it == tool) {
            making.tool(Rank::Deny, tool, Gate::Denied, raw, &line);
        }
    }
    let weight = (Reversibility::Recoverable, BlastRadius::Workspace);
    let push = Effect::Writes { reversibility: weight.0, blast_radius: weight.1 };
    let on = Object::named(REPOSITORY.0, REPOSITORY.1);
    let name = if signs { "commit_files" } else { "git-push.sh" };
    own(making, (name, OWNER), push, on, "push commits to a branch of its own");
    let says = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
    own(
        making,
        ("update_claude_comment", OWNER),
        says,
        talk(),
        "write its comment where everybody who can read the repository reads it",
    );
}

/// A tool that the action brings along.
pub(super) fn own(
    making: &mut Making<'_>,
    (name, owner): (&str, &str),
    effect: Effect,
    on: Object,
    does: &str,
) {
    let line = making.line.clone();
    if let Some(known) = making.fragment.program.tools.iter_mut().find(|it| it.name == name) {
        known.effects.push(effect_of(effect, on, does, &line));
        return;
    }
    making.fragment.program.tools.push(OwnTool {
        name: name.to_owned(),
        owner: owner.to_owned(),
        definition: None,
        known: Known::Catalog(format!("action/{owner}")),
        effects: vec![effect_of(effect, on, does, &line)],
        gate: Gate::Auto,
        gated_by: None,
        place: line.clone(),
        given: line,
    });
}

fn effect_of(effect: Effect, on: Object, does: &str, line: &Place) -> OwnEffect {
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Catalog,
        confidence: Confidence::Likely,
        place: Some(line.clone()),
    }
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

/// Rules of a list with commas or line breaks between them, each with its offset; commas in brackets belong to a pattern.
fn listed(word: &Word) -> impl Iterator<Item = (String, usize)> {
    let mut depth = 0_u32;
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut start = 0;
    let text = format!("{},", word.text);
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | '\n' if depth == 0 => {
                let part = text.get(start..at).unwrap_or_default();
                let blank = part.len() - part.trim_start().len();
                let rule = part.trim().trim_matches(['"', '\'']);
                if !rule.is_empty() {
                    found.push((rule.to_owned(), word.offset + start + blank));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found.into_iter()
}

/// The words of arguments in one value. Lines that begin with `#` are notes.
pub(super) fn arguments(value: &Scalar) -> Vec<Word> {
    // Brackets, pipes and the like are no grammar here; in quotes they are none for a shell either.
    let mut words: Vec<Word> = Vec::new();
    let mut offset = 0;
    for line in value.text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') {
            words.extend(shell_like(line, offset));
        }
        offset += line.len();
    }
    if words.iter().any(|it| it.text.contains('\u{0}')) {
        // A quote is open at the end of a line: the value is one.
        words = shell_like(&value.text, 0);
    }
    words
}

/// Words with quotes and without any other grammar. A text whose quote stays open is marked.
fn shell_like(text: &str, base: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut current: Option<Word> = None;
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let begin = || Word { offset: base + at, ..Word::default() };
        match (quote, char) {
            (None, it) if it.is_whitespace() => words.extend(current.take()),
            (None, '\'' | '"') => {
                quote = Some(char);
                let word = current.get_or_insert_with(begin);
                if word.text.is_empty() {
                    word.offset = base + at + 1;
                }
            }
            (Some(open), it) if open == it => quote = None,
            (Some('"') | None, '\\') => {
                if let Some((_, next)) = chars.next().filter(|it| it.1 != '\n') {
                    let word = current.get_or_insert_with(begin);
                    if quote.is_some() && !['"', '\\', '$'].contains(&next) {
                        word.text.push('\\');
                    }
                    word.text.push(next);
                }
            }
            (_, it) => current.get_or_insert_with(begin).text.push(it),
        }
    }
    if quote.is_some() {
        current.get_or_insert_with(Word::default).text.push('\u{0}');
    }
    words.extend(current);
    words
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
        flags(making, args, &parsed);
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
        self::settings(making, settings);
    }
}

/// One approval or refusal.
fn approve(making: &mut Making<'_>, raw: &str, rank: Rank, gate: Gate, (key, place): (&str, &Place)) {
    let (raw, secrets) = match raw.split_once('(') {
        None => (raw.to_owned(), Vec::new()),
        Some((tool, pattern)) => {
            let (pattern, found) = masked_line(making.catalog, pattern);
            (format!("{tool}({pattern}"), found)
        }
    };
    making.fragment.credentials.extend(secrets.into_iter().map(|it| CredentialFacts {
        name: it.name,
        kind: it.kind,
        holder: Holder::File,
        value: it.value,
        place: place.clone(),
        pointer: String::new(),
        scope: Scope::Project,
    }));
    let nothing = Node { at: Position { line: 1, column: 1 }, kind: Kind::Null };
    let location = making.fragment.location.clone();
    let selects =
        inline::with_text((&place.path, &nothing), &location, making.catalog, |text| selector(&raw, text));
    match selects {
        // Servers that the action itself brings along are tools of its own.
        Some(Selector::Server { server, tool })
            if gate == Gate::Auto && brought(making, &server, &tool, place) => {}
        Some(selects) => making.rule(rank, selects, gate, format!("{key}: {raw}"), place),
        None => {
            let help = "write a tool's name, `Tool(pattern)`, or `mcp__server__tool`";
            making.problem(place, format!("`{raw}` selects no tool"), help);
            making.setting(SettingKind::Ineffective, raw, place);
        }
    }
}

/// Servers of the action itself, which it starts once one of their tools is approved. What they may do is what its token
/// lets them.
fn brought(making: &mut Making<'_>, server: &str, tool: &str, place: &Place) -> bool {
    let whole = making.step.action().is_some_and(|(name, _)| name == "anthropics/claude-code-action");
    let declared = making.fragment.servers.iter().any(|it| it.name == server);
    if !whole
        || declared
        || !["github", "github_comment", "github_ci", "github_inline_comment", "github_file_ops"]
            .contains(&server)
    {
        return false;
    }
    let acts = acts(server, tool);
    let name = format!("mcp__{server}__{tool}");
    let effects = acts.into_iter().map(|(effect, on, does)| effect_of(effect, on, does, place)).collect();
    making.fragment.program.tools.push(OwnTool {
        name,
        owner: "claude-code-action".to_owned(),
        definition: None,
        known: Known::Catalog("action/claude-code-action".to_owned()),
        effects,
        gate: Gate::Auto,
        gated_by: Some(place.clone()),
        place: making.line.clone(),
        given: place.clone(),
    });
    true
}

type Acts = Vec<(Effect, Object, &'static str)>;

/// What a tool of GitHub's server does on one repository, by its name: the token reaches no other.
fn acts(server: &str, tool: &str) -> Acts {
    let hears = || {
        (
            Effect::Ingests { trust: Trust::Public },
            talk(),
            "read what others have written in issues, pull requests and comments",
        )
    };
    let says = || {
        let effect = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
        (effect, talk(), "leave text where everybody who can read the repository reads it")
    };
    let changes = |weight: (Reversibility, BlastRadius),
                   id: &'static str,
                   name: &'static str,
                   does: &'static str| {
        (Effect::Writes { reversibility: weight.0, blast_radius: weight.1 }, Object::named(id, name), does)
    };
    let light = (Reversibility::Reversible, BlastRadius::Workspace);
    let heavy = (Reversibility::Recoverable, BlastRadius::Organization);
    let issues = || {
        changes(
            light,
            "store:repository/issues",
            "Issues of this repository",
            "open, edit, label and close issues",
        )
    };
    let code = || changes(heavy, REPOSITORY.0, REPOSITORY.1, "push to branches of the repository and merge");
    if tool.contains('*') {
        return vec![hears(), says(), issues(), code()];
    }
    let has = |words: &[&str]| words.iter().any(|it| tool.contains(it));
    let reads = ["get_", "list_", "search_", "download_"].iter().any(|it| tool.starts_with(it))
        || tool.ends_with("_read");
    if reads {
        return vec![hears()];
    }
    if server == "github_file_ops"
        || has(&["file", "push", "merge", "branch", "commit", "release", "fork", "repository"])
    {
        return vec![code()];
    }
    if has(&["comment", "review", "reply"]) {
        return vec![says()];
    }
    vec![issues(), says()]
}

/// Flags of the command line, in an action's input or in a script.
pub(super) fn flags(making: &mut Making<'_>, value: &Scalar, arguments: &Arguments) {
    let place = |word: &Word| value.place_of(word.offset);
    for (names, rank, gate) in [
        (&["--allowedTools", "--allowed-tools"][..], Rank::Allow, Gate::Auto),
        (&["--disallowedTools", "--disallowed-tools"][..], Rank::Deny, Gate::Denied),
    ] {
        for word in arguments.values(names).filter(|it| !it.text.is_empty()) {
            let key = names.first().copied().unwrap_or_default();
            let inner = Word { offset: value.within(&word.text, word.offset), ..word.clone() };
            for (rule, offset) in listed(&inner).flat_map(|(rule, at)| apart(&rule, at)) {
                approve(making, &rule, rank, gate, (key, &value.place_of(offset)));
            }
        }
    }
    for name in ["--dangerously-skip-permissions", "--allow-dangerously-skip-permissions"] {
        if let Some(word) = arguments.flag(&[name]).filter(|_| name.starts_with("--dangerously")) {
            making.approves_all(name, &place(word));
        }
    }
    if let Some(word) = arguments.flag(&["--permission-mode"]) {
        mode(making, word, &place(word));
    }
    for word in arguments.values(&["--mcp-config"]) {
        servers(making, &value.part(word.text.as_str(), word.offset));
    }
    if let Some(word) = arguments.flag(&["--strict-mcp-config"]) {
        making.fragment.own_servers = Some(place(word));
    }
    if let Some(word) = arguments.flag(&["--settings"]) {
        settings(making, &value.part(word.text.as_str(), word.offset));
    }
    if let Some(word) = arguments.flag(&["--model"]) {
        making.model(Some(&Scalar::at(word.text.clone(), place(word))));
    }
    for (name, kind) in [("--max-turns", LimitKind::Steps), ("--max-budget-usd", LimitKind::Cost)] {
        if let Some(word) = arguments.flag(&[name]) {
            making.limit(kind, format!("{name} {}", word.text), &place(word));
        }
    }
    for word in arguments.values(&["--add-dir"]) {
        making.setting(SettingKind::WidensFiles, word.text.clone(), &place(word));
    }
    for name in ["--append-system-prompt", "--system-prompt"] {
        if let Some(word) = arguments.flag(&[name]) {
            let text = Scalar::at(word.text.clone(), place(word));
            making.told(&text, &Admits::Anybody);
        }
    }
    if let Some(word) = arguments.flag(&["--tools"]) {
        let mut tools = Vec::new();
        for (name, _) in arguments.values(&["--tools"]).flat_map(listed).flat_map(|(it, at)| apart(&it, at)) {
            tools.push(Selector::Builtin { tool: name, limit: None });
        }
        tools.push(Selector::Server { server: "*".to_owned(), tool: "*".to_owned() });
        making.fragment.tools = Some(tools).filter(|_| word.text != "default");
    }
}

/// Rules with blanks between them: `Read Bash(git log:*)`.
fn apart(rule: &str, offset: usize) -> Vec<(String, usize)> {
    let mut depth = 0_u32;
    let mut found = Vec::new();
    let mut start = 0;
    for (at, char) in rule.char_indices().chain([(rule.len(), ' ')]) {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            it if it.is_whitespace() && depth == 0 => {
                if let Some(part) = rule.get(start..at).filter(|it| !it.is_empty()) {
                    found.push((part.to_owned(), offset + start));
                }
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    found
}

/// The mode of the session: what asks in it is refused, because nobody is there.
fn mode(making: &mut Making<'_>, word: &Word, place: &Place) {
    let raw = format!("--permission-mode {}", word.text);
    match word.text.as_str() {
        "bypassPermissions" => making.approves_all(&raw, place),
        "auto" => {
            making.rule(Rank::Mode, Selector::Any, Gate::Auto, raw.as_str(), place);
            making.setting(SettingKind::ClassifierApproves, raw, place);
        }
        "acceptEdits" => {
            making.tool(Rank::Mode, "Edit", Gate::Auto, &raw, place);
            making.tool(Rank::Mode, "Write", Gate::Auto, &raw, place);
        }
        "dontAsk" => making.rule(Rank::Mode, Selector::Any, Gate::Denied, raw, place),
        "plan" => making.tool(Rank::Deny, "Edit", Gate::Denied, &raw, place),
        "default" | "manual" => {}
        other => {
            let help = "write one of default, acceptEdits, plan, auto, dontAsk, bypassPermissions";
            making.problem(place, format!("no permission mode is called `{other}`"), help);
        }
    }
    making.fragment.defaults.push(SESSION);
}

/// A list of servers, written out or by its file.
pub(super) fn servers(making: &mut Making<'_>, value: &Scalar) {
    let Some((document, path)) = written(making, value, "servers") else { return };
    let root = match inline::document(&document, Syntax::Json) {
        Ok(root) => root,
        Err(fault) => {
            return making.problem(
                &document.place_at(1, 1),
                format!("no list of servers: {}", fault.message),
                fault.help,
            );
        }
    };
    let location = making.fragment.location.clone();
    let (fragment, sink) = (&mut making.fragment, &mut making.sink);
    let found = inline::with_text((&path, &root), &location, making.catalog, |text| {
        let list = text.root.get("mcpServers").or_else(|| text.root.get("servers"));
        if let Some(list) = &list {
            read_all(list, text, fragment, sink);
        }
        list.is_some()
    });
    inline::unpointed(&mut making.fragment);
    making.handed(&document);
    if !found {
        making.problem(&value.place, "no servers in it", "servers stand in an object under `mcpServers`");
    }
}

/// The document that a value is, or that its file holds: one that a script of the job writes, or one of the repository.
fn written(making: &mut Making<'_>, value: &Scalar, what: &str) -> Option<(Scalar, String)> {
    let text = value.text.trim();
    if text.is_empty() {
        return None;
    }
    let own = value.place.path.to_string();
    if text.starts_with('{') {
        return Some((value.clone(), own));
    }
    let path = super::flow::plain_path(text);
    if let Some(document) = making.flow.documents.get(&path) {
        return Some((document.clone(), own));
    }
    match (making.open)(&path) {
        Some(Ok(text)) => Some((Scalar::of_file(&text, &path), path)),
        Some(Err(reason)) => {
            making.problem(
                &value.place,
                format!("`{path}` cannot be read: {reason}"),
                "let it be read; it is not on the map",
            );
            None
        }
        None => {
            let raw = text.to_owned();
            let what = what.to_owned();
            making.fragment.program.unresolved.push(ambit_model::facts::Unresolved {
                what,
                raw,
                place: value.place.clone(),
            });
            None
        }
    }
}

/// Settings, written out or by their file.
fn settings(making: &mut Making<'_>, value: &Scalar) {
    let Some((text, path)) = written(making, value, "settings") else { return };
    let root = match document(&text, Syntax::Json) {
        Ok(root) => root,
        Err(fault) => {
            return making.problem(&value.place, format!("no settings: {}", fault.message), fault.help);
        }
    };
    let location = making.fragment.location.clone();
    let mut sink = inline::read(&claude_settings::READER, (&path, &root), &location, making.catalog);
    for fragment in std::mem::take(&mut sink.fragments) {
        making.fragment.take(fragment);
    }
    making.sink.append(sink);
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
    let token: Option<Token> = match &given {
        Some(value) => {
            making.fragment.credentials.extend(held(
                "GITHUB_TOKEN",
                value,
                Holder::Environment,
                making.catalog,
            ));
            making.token("GITHUB_TOKEN", value)
        }
        None => {
            let line = &making.line;
            let exchanges =
                making.run.permissions.as_ref().is_none_or(|it| it.of("id-token").0 == Access::Write);
            exchanges.then(|| permissions::token("GITHUB_TOKEN", Effective::Granted(APPLICATION, line), line))
        }
    };
    making.fragment.program.tokens.extend(token);
}

/// What it is told of the issue or the change besides its prompt: all that was written there.
fn thread(making: &mut Making<'_>, replies: bool) {
    let event = |it: &super::run::Cause| {
        ["issues", "issue_comment"].contains(&it.event.as_str())
            || super::events::is_of_pull_request(&it.event)
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
    let insert = ambit_model::facts::Insert {
        what: what.to_owned(),
        trust,
        from: talk(),
        among_instructions: false,
        place,
    };
    making.fragment.program.prompts.push(insert);
}

/// `claude -p …` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, MANY);
    flags(making, script, &parsed);
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
