//! Commands: a program that stands in the code does what the catalog says of it; one that the caller writes does anything.

use ambit_catalog::schema::{Command, CommandClass, Role};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{Audience, Bandwidth, BlastRadius, Confidence, Effect, Level, Reversibility, Trust, Where};

use crate::follow::value::{ObjectKind, Value};

use super::call::Call;
use super::listed::does;
use super::told;

/// A word of a command.
#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// It stands in the program.
    Fixed(String),
    /// The caller writes it, or part of it.
    Chosen,
    /// The program makes it.
    Made,
}

/// The effects of a command.
pub(super) fn effects(call: &Call<'_>) -> Vec<OwnEffect> {
    let value = call.role(Role::Command).unwrap_or(Value::Unknown);
    let shell = call.role(Role::Shell);
    let in_shell = matches!(&shell, Some(it) if !matches!(it, Value::Bool(false) | Value::Null));
    let mut found = Vec::new();
    for value in value.each() {
        let list = call.reading.follower.items(value);
        let is_line = list.is_none();
        let mut words: Vec<Word> = match list {
            Some(items) => items.iter().map(|it| word(call, it)).collect(),
            None => split(call, value),
        };
        if is_line && !in_shell {
            words.extend(arguments(call));
        }
        // A shell reads what is put into its line.
        let line_is_open = words.contains(&Word::Chosen) && in_shell;
        let run = Run { call };
        if line_is_open {
            run.anything(&mut found);
        } else {
            run.command(&words, &mut found);
        }
    }
    found
}

/// Arguments that are handed over apart from the program.
fn arguments(call: &Call<'_>) -> Vec<Word> {
    let path = call.act.and_then(|it| it.roles.get(&Role::Arguments)).map(String::as_str);
    if path == Some("all") {
        return call.unnamed().skip(1).map(|it| word(call, it)).collect();
    }
    let Some(value) = call.role(Role::Arguments) else { return Vec::new() };
    match call.reading.follower.items(&value) {
        Some(items) => items.iter().map(|it| word(call, it)).collect(),
        None if call.reading.decided([&value]).is_chosen() => vec![Word::Chosen],
        None => Vec::new(),
    }
}

fn word(call: &Call<'_>, value: &Value) -> Word {
    match value {
        Value::Text(text) | Value::Number(text) => Word::Fixed(text.to_string()),
        other if is_quoted(call, other) => Word::Made,
        other if call.reading.decided([other]).is_chosen() => Word::Chosen,
        _ => Word::Made,
    }
}

/// Whether the value has been made one word of a shell's line.
fn is_quoted(call: &Call<'_>, value: &Value) -> bool {
    let object = value.object().and_then(|it| call.reading.follower.object(it));
    matches!(object.map(|it| &it.kind), Some(ObjectKind::Made { symbol, .. }) if &**symbol == "shlex.quote")
}

/// The words of a line.
fn split(call: &Call<'_>, value: &Value) -> Vec<Word> {
    let pieces: Vec<Value> = match value {
        Value::Template(parts) => parts.to_vec(),
        // `shlex.split(line)`
        Value::Object(no) => match call.reading.follower.object(*no).map(|it| &it.kind) {
            Some(ObjectKind::Made { symbol, args, .. }) if symbol.ends_with("split") => {
                let first = args.first().map(|(_, it)| it.clone());
                return first.map(|it| split(call, &it)).unwrap_or_default();
            }
            _ => vec![value.clone()],
        },
        other => vec![other.clone()],
    };
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for piece in pieces {
        let Value::Text(text) = &piece else {
            let next = word(call, &piece);
            // What follows a part of a word is of that word.
            match words.last_mut().filter(|_| is_open) {
                Some(last) if next == Word::Chosen => *last = Word::Chosen,
                Some(_) => {}
                None => words.push(next),
            }
            is_open = true;
            continue;
        };
        let mut parts =
            text.split_whitespace().map(|it| it.trim_matches(['"', '\'']).to_owned()).collect::<Vec<_>>();
        if is_open && !text.starts_with(char::is_whitespace) && !parts.is_empty() {
            parts.remove(0);
        }
        words.extend(parts.into_iter().map(Word::Fixed));
        is_open = !text.ends_with(char::is_whitespace) && !text.is_empty();
    }
    words
}

struct Run<'r> {
    call: &'r Call<'r>,
}

impl Run<'_> {
    fn push(&self, found: &mut Vec<OwnEffect>, effect: Effect, on: Object) {
        let decided = self.call.decided_at_all();
        found.push(told(effect, on, does(self.call, &decided), self.call.place()));
    }

    fn executes(&self, r#where: Where, found: &mut Vec<OwnEffect>) {
        let on = match r#where {
            Where::Host => "env:host",
            Where::Workspace => "env:workspace",
            Where::Sandbox => "env:sandbox",
            Where::Remote => "env:remote",
        };
        self.push(found, Effect::Executes { r#where }, self.call.reading.known(on));
    }

    fn anything(&self, found: &mut Vec<OwnEffect>) {
        self.executes(Where::Host, found);
    }

    fn reads(&self, place: &str, found: &mut Vec<OwnEffect>) {
        let (data, level) = if place == "store:home" {
            ("credential", Level::Secret)
        } else {
            ("source-code", Level::Internal)
        };
        let on = self.call.reading.known(place);
        self.push(found, Effect::Reads { data: [data.to_owned()].into(), level }, on);
    }

    fn writes(&self, reversibility: Reversibility, found: &mut Vec<OwnEffect>) {
        let on = self.call.reading.known("store:workspace");
        self.push(found, Effect::Writes { reversibility, blast_radius: BlastRadius::Workspace }, on);
    }

    /// What the words of a command do.
    fn command(&self, words: &[Word], found: &mut Vec<OwnEffect>) {
        let Some((program, rest)) = words.split_first() else { return };
        let program = match program {
            Word::Fixed(program) => program.rsplit(['/', '\\']).next().unwrap_or(program).to_owned(),
            Word::Chosen => return self.anything(found),
            // `sys.executable` is the interpreter.
            Word::Made => "python".to_owned(),
        };
        let leading: Vec<&str> = rest
            .iter()
            .map_while(|it| if let Word::Fixed(it) = it { Some(it.as_str()) } else { None })
            .collect();
        let open = rest.contains(&Word::Chosen);
        if program == "sudo"
            || program == "env"
            || program == "nohup"
            || program == "timeout" && leading.len() > 1
        {
            let skip = usize::from(program == "timeout");
            return self.command(rest.split_at_checked(skip).map_or(rest, |it| it.1), found);
        }
        if is_contained(&program, &leading) {
            return self.executes(Where::Sandbox, found);
        }
        if let Some(script) = script(&program, &leading) {
            return if script || !open {
                self.executes(Where::Workspace, found);
            } else {
                self.anything(found);
            };
        }
        if words.iter().any(|it| matches!(it, Word::Fixed(it) if [">", ">>", "|"].contains(&it.as_str())))
            && !open
        {
            self.writes(Reversibility::Recoverable, found);
        }
        match self.call.reading.catalog.command(&program) {
            Some(command) => self.known(command, &leading, rest, found),
            // A file of the workspace.
            None if is_own(words) => self.executes(Where::Workspace, found),
            None => self.unknown(&program, found),
        }
    }

    fn known(&self, command: &Command, leading: &[&str], rest: &[Word], found: &mut Vec<OwnEffect>) {
        let open = rest.contains(&Word::Chosen);
        // What the caller adds may be an option.
        if command.escape(leading, open).is_some() {
            let before = found.len();
            self.anything(found);
            let only_perhaps = command.escape(leading, false).is_none();
            found
                .iter_mut()
                .skip(before)
                .filter(|_| only_perhaps)
                .for_each(|it| it.confidence = Confidence::Possible);
        }
        if command.output(leading, false).is_some() {
            self.writes(Reversibility::Recoverable, found);
        }
        match command.class_after(leading) {
            CommandClass::Inspects => self.reads("store:workspace", found),
            CommandClass::Reads => {
                self.reads("store:workspace", found);
                if open {
                    self.reads("store:home", found);
                }
            }
            CommandClass::Writes => {
                self.reads("store:workspace", found);
                self.writes(Reversibility::Recoverable, found);
            }
            CommandClass::Destroys => self.writes(Reversibility::Irreversible, found),
            CommandClass::RunsWorkspace => self.executes(Where::Workspace, found),
            CommandClass::Network => self.network(rest, found),
            CommandClass::Service | CommandClass::Publishes => {
                self.service(command.class_after(leading), open, found);
            }
            CommandClass::Installs => self.anything(found),
            CommandClass::Universal if open => self.anything(found),
            CommandClass::Universal => self.executes(Where::Workspace, found),
            CommandClass::Unknown => self.unknown("it", found),
        }
    }

    fn network(&self, rest: &[Word], found: &mut Vec<OwnEffect>) {
        let fixed = rest.iter().find_map(|it| match it {
            Word::Fixed(it) => {
                it.split_once("://").map(|(_, it)| it.split(['/', ':', '?']).next().unwrap_or(it))
            }
            _ => None,
        });
        let (on, trust, audience) = match fixed {
            Some(host) => {
                let host = host.to_ascii_lowercase();
                let known = self.call.reading.catalog.host(&host).map(|(_, it)| (it.trust, it.audience));
                let (trust, audience) = known.unwrap_or((Trust::Partner, Audience::Partner));
                let on = Object { trust: Some(trust), ..Object::named(format!("channel:web/{host}"), host) };
                (on, trust, audience)
            }
            None => (self.call.reading.known("channel:web"), Trust::Public, Audience::Public),
        };
        self.push(found, Effect::Ingests { trust }, on.clone());
        if rest.contains(&Word::Chosen) {
            let bandwidth = if fixed.is_some() { Bandwidth::FreeText } else { Bandwidth::ChosenUrl };
            self.push(found, Effect::Sends { audience, bandwidth }, on);
        }
    }

    fn service(&self, class: CommandClass, open: bool, found: &mut Vec<OwnEffect>) {
        let publishes = class == CommandClass::Publishes;
        let audience = if open || publishes { Audience::Public } else { Audience::Organization };
        let bandwidth = if open { Bandwidth::FreeText } else { Bandwidth::FixedTemplate };
        let on = self.call.reading.known("channel:service");
        self.push(found, Effect::Sends { audience, bandwidth }, on);
        if publishes {
            let effect = Effect::Writes {
                reversibility: Reversibility::Irreversible,
                blast_radius: BlastRadius::ThirdParties,
            };
            self.push(found, effect, self.call.reading.known("channel:release"));
        }
    }

    fn unknown(&self, program: &str, found: &mut Vec<OwnEffect>) {
        let on = Object::named("env:unknown-command", "A command nobody has looked at");
        let does = format!("run `{program}`, of which nobody knows what it does");
        let one = told(Effect::Unknown, on, does, self.call.place());
        found.push(OwnEffect { confidence: Confidence::Possible, ..one });
    }
}

/// Whether the program is a file of the workspace: `./deploy.sh`.
fn is_own(words: &[Word]) -> bool {
    let Some(Word::Fixed(program)) = words.first() else { return false };
    program.starts_with("./")
        || program.contains('/') && !program.starts_with('/')
        || program.ends_with(".sh")
        || program.ends_with(".py")
}

/// Whether an interpreter runs a file of the workspace, and not code that it is handed; absent for what is no interpreter.
fn script(program: &str, leading: &[&str]) -> Option<bool> {
    let base = program.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
    let is_interpreter = [
        "python", "node", "bash", "sh", "zsh", "ruby", "perl", "php", "deno", "bun", "tsx", "ts-node",
        "Rscript",
    ]
    .contains(&base);
    if !is_interpreter {
        return None;
    }
    let file = leading.iter().find(|it| !it.starts_with('-') && **it != "run");
    let takes_code = leading.iter().any(|it| ["-c", "-e", "--eval", "-lc", "-ec", "-p", "-"].contains(it));
    Some(!takes_code && file.is_some())
}

/// Whether it runs in a container without a network.
fn is_contained(program: &str, leading: &[&str]) -> bool {
    let closed = leading.iter().any(|it| ["--network=none", "--net=none"].contains(it))
        || leading.windows(2).any(|it| matches!(it, ["--network" | "--net", "none"]));
    ["docker", "podman", "nerdctl"].contains(&program) && leading.contains(&"run") && closed
}
