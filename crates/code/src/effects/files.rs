//! Files: which one, as far as the program says it, and what is done to it.

use ambit_catalog::schema::{Access, Role};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{BlastRadius, Confidence, Effect, Level, Reversibility};

use crate::follow::value::{ObjectKind, Value};

use super::address::Address;
use super::call::Call;
use super::listed::does;
use super::{Reading, request, told};

/// How deep a path is put together.
const DEEPEST: usize = 12;

/// Where a path may lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path {
    /// Into the workspace.
    Workspace,
    /// To a file in which secrets are kept, inside the workspace.
    Secrets,
    /// Into the home, or to files of the system.
    Home,
    /// To this folder or file outside both.
    Elsewhere(String),
    /// To a file that lives as long as the call.
    Passing,
    /// The caller names the file: inside the workspace, if nothing else is said.
    Chosen,
    /// The caller names it, and can name any file of the machine.
    Anywhere,
}

/// The effects of what is done to files.
pub(super) fn effects(call: &Call<'_>) -> Vec<OwnEffect> {
    let Some(access) = call.act.and_then(|it| it.access) else { return Vec::new() };
    if keeps_log(call) {
        return Vec::new();
    }
    let path = call.role(Role::Path);
    let target = call.role(Role::Target);
    let mut found = Vec::new();
    // `frame.to_csv()` without a path gives back text.
    let paths = |it: Option<&Value>| {
        it.filter(|it| !matches!(it, Value::Null)).map_or_else(Vec::new, |it| call.reading.paths(it))
    };
    let own = paths(path.as_ref());
    let (reads, writes) = opened(call, access);
    if reads {
        own.iter().for_each(|it| add(call, it, &Done::Reads, &mut found));
    }
    if writes {
        own.iter().for_each(|it| add(call, it, &Done::Writes(Reversibility::Recoverable), &mut found));
    }
    if access == Access::Deletes {
        own.iter().for_each(|it| add(call, it, &Done::Writes(Reversibility::Irreversible), &mut found));
    }
    if matches!(access, Access::Moves | Access::Copies) {
        let to = paths(target.as_ref());
        to.iter().for_each(|it| add(call, it, &Done::Writes(Reversibility::Recoverable), &mut found));
    }
    found
}

/// Whether the call is one by which a program keeps its own log: of a helper that is for that, at a path that nobody chooses and
/// that says so. What a class is called is no evidence by itself.
fn keeps_log(call: &Call<'_>) -> bool {
    let Some((module, function)) = call.event.within.filter(|it| Some(*it) != call.event.entry) else {
        return false;
    };
    let world = call.reading.follower.world();
    let Some(module) = world.module(module) else { return false };
    let class = module.function(function).and_then(|it| module.class(it.class?)?.name.clone());
    let stem = module.path.rsplit('/').next().and_then(|it| it.split('.').next()).unwrap_or_default();
    let is_log = class.is_some_and(|it| it.ends_with("Logger")) || ["logger", "logging"].contains(&stem);
    let paths = [call.decided(Role::Path), call.decided(Role::Target)];
    is_log
        && !paths.iter().any(super::chosen::Decided::is_chosen)
        && [Role::Path, Role::Target].into_iter().filter_map(|it| call.role(it)).all(|it| says_log(call, &it))
}

/// Whether any text that a path is made of speaks of a log.
fn says_log(call: &Call<'_>, path: &Value) -> bool {
    let mut found = false;
    call.reading.follower.collect(path, &mut |it| {
        found |= matches!(it, Value::Text(text) if text.to_ascii_lowercase().contains("log"));
    });
    found
}

/// What is read where a path or an address is meant.
pub(super) fn resource(call: &Call<'_>) -> Vec<OwnEffect> {
    let Some(value) = call.role(Role::Path) else { return Vec::new() };
    if call.reading.paths(&value).iter().all(|it| *it == Path::Passing) {
        return Vec::new();
    }
    let addresses = call.reading.addresses(&value, None);
    let (outside, inside): (Vec<Address>, Vec<Address>) =
        addresses.into_iter().partition(|it| matches!(it, Address::Host { .. } | Address::Chosen));
    // `orders.csv` reads like a host.
    let is_address = |it: &Value| {
        let text = match it {
            Value::Template(parts) => parts.first().and_then(Value::text),
            other => other.text(),
        };
        text.is_none_or(|it| it.contains("://"))
    };
    let web: Vec<Address> = if value.each().iter().any(is_address) { outside } else { Vec::new() };
    let mut found = request::reads(call, &web);
    let is_file = !inside.is_empty() || web.is_empty() || web.contains(&Address::Chosen);
    if is_file {
        call.reading.paths(&value).iter().for_each(|it| add(call, it, &Done::Reads, &mut found));
    }
    found
}

/// Whether the file is read, and whether it is written.
fn opened(call: &Call<'_>, access: Access) -> (bool, bool) {
    match access {
        Access::Reads | Access::Copies => (true, false),
        Access::Writes | Access::Moves => (false, true),
        Access::Deletes => (false, false),
        Access::Opens => match call.role(Role::Mode) {
            None | Some(Value::Null) => (true, false),
            Some(mode) => {
                let mut either = (false, false);
                for mode in mode.each() {
                    let (reads, writes) = match mode.text() {
                        Some(text) => {
                            let writes = text.contains(['w', 'a', 'x', '+']);
                            (text.contains('+') || !writes, writes)
                        }
                        None if call.reading.decided([mode]).is_chosen() => (true, true),
                        None => (true, false),
                    };
                    either = (either.0 || reads, either.1 || writes);
                }
                either
            }
        },
    }
}

enum Done {
    Reads,
    Writes(Reversibility),
}

fn add(call: &Call<'_>, path: &Path, done: &Done, found: &mut Vec<OwnEffect>) {
    let reading = call.reading;
    let (on, level, data, confidence) = match path {
        Path::Passing => return,
        Path::Anywhere => {
            add(call, &Path::Chosen, done, found);
            let before = found.len();
            add(call, &Path::Home, done, found);
            // What keeps a path inside may be elsewhere.
            found.iter_mut().skip(before).for_each(|it| it.confidence = Confidence::Possible);
            return;
        }
        Path::Workspace | Path::Chosen => {
            (reading.known("store:workspace"), Level::Internal, "source-code", Confidence::Likely)
        }
        Path::Secrets => (reading.known("store:workspace"), Level::Secret, "credential", Confidence::Likely),
        Path::Home => (reading.known("store:home"), Level::Secret, "credential", Confidence::Likely),
        Path::Elsewhere(path) => {
            let on = Object {
                level: Some(Level::Internal),
                ..Object::named(format!("store:files/{path}"), format!("Files under {path}"))
            };
            (on, Level::Internal, "operations", Confidence::Likely)
        }
    };
    let effect = match done {
        Done::Reads => Effect::Reads { data: [data.to_owned()].into(), level },
        Done::Writes(reversibility) => {
            Effect::Writes { reversibility: *reversibility, blast_radius: BlastRadius::Workspace }
        }
    };
    let decided = reading.decided(call.roles(Role::Path).iter().chain(call.roles(Role::Target).iter()));
    found.push(OwnEffect { confidence, ..told(effect, on, does(call, &decided), call.place()) });
}

impl Reading<'_, '_> {
    /// Where the path may lead.
    pub(super) fn paths(&self, value: &Value) -> Vec<Path> {
        let mut found: Vec<Path> = value.each().iter().map(|it| self.path(it, DEEPEST)).collect();
        // What is checked to lie inside a folder cannot be anywhere.
        if found.contains(&Path::Anywhere) && self.is_kept_inside() {
            found.iter_mut().filter(|it| **it == Path::Anywhere).for_each(|it| *it = Path::Chosen);
        }
        found.sort();
        found.dedup();
        found
    }

    fn path(&self, value: &Value, depth: usize) -> Path {
        let Some(depth) = depth.checked_sub(1) else { return Path::Workspace };
        match value {
            Value::Text(text) => written(text),
            Value::Env(name) if ["HOME", "USERPROFILE"].contains(&&**name) => Path::Home,
            Value::Template(parts) => {
                let mut parts = parts.iter();
                match parts.next() {
                    // A folder that stands in the program, and a name below it.
                    Some(Value::Text(text)) if !text.is_empty() => match written(text) {
                        Path::Workspace if self.decided(parts).is_chosen() => Path::Chosen,
                        path => path,
                    },
                    Some(first) => self.path(first, depth),
                    None => Path::Workspace,
                }
            }
            Value::Object(no) => self.made_path(*no, value, depth),
            // The name of a file has no folder in it.
            Value::Part(no, name) => match name.rsplit('.').next() {
                Some("name" | "stem" | "suffix") => Path::Workspace,
                _ => self.path(&Value::Object(*no), depth),
            },
            Value::Choice(list) => {
                list.iter().map(|it| self.path(it, depth)).max().unwrap_or(Path::Workspace)
            }
            other if self.decided([other]).is_chosen() => Path::Anywhere,
            _ => Path::Workspace,
        }
    }

    /// The path that a call has put together.
    fn made_path(&self, no: crate::follow::value::ObjectNo, value: &Value, depth: usize) -> Path {
        let otherwise = || if self.decided([value]).is_chosen() { Path::Anywhere } else { Path::Workspace };
        let Some(object) = self.follower.object(no) else { return otherwise() };
        let ObjectKind::Made { symbol, args, receiver, .. } = &object.kind else { return otherwise() };
        // What is held in memory is no file.
        if [
            "io.BytesIO",
            "io.StringIO",
            "tempfile.",
            "tmp.",
            "tmp-promise.",
            "tempy.",
            "os.tmpdir",
            "os.devnull",
        ]
        .iter()
        .any(|it| symbol.starts_with(it))
        {
            return Path::Passing;
        }
        let args: Vec<&Value> = args.iter().filter(|(name, _)| name.is_none()).map(|(_, it)| it).collect();
        let last = symbol.rsplit('.').next().unwrap_or(symbol);
        let is_path = symbol.contains("Path");
        match last {
            "basename" | "secure_filename" | "with_name" => Path::Workspace,
            "home" | "homedir" => Path::Home,
            "expanduser" => match receiver {
                Some(receiver) => self.path(&Value::Object(*receiver), depth),
                None => args.first().map_or(Path::Workspace, |it| self.path(it, depth)),
            },
            // An absolute path begins anew.
            "join" if symbol.starts_with("os.") => self.joined(&args, true, depth),
            "resolve" if symbol.starts_with("path.") => self.joined(&args, true, depth),
            "join" | "normalize" if symbol.starts_with("path.") => self.joined(&args, false, depth),
            "joinpath" => {
                let own = receiver.map(Value::Object);
                let all: Vec<&Value> = own.iter().chain(args.iter().copied()).collect();
                self.joined(&all, true, depth)
            }
            "resolve" | "absolute" | "with_suffix" | "relative_to" | "parent" if is_path => match receiver {
                Some(receiver) => self.path(&Value::Object(*receiver), depth),
                None => otherwise(),
            },
            "abspath" | "realpath" | "normpath" | "expandvars" | "fspath" | "fileURLToPath"
            | "realpathSync" | "dirname" | "normalize" => {
                args.first().map_or(Path::Workspace, |it| self.path(it, depth))
            }
            "cwd" | "getcwd" => Path::Workspace,
            _ if is_path && !args.is_empty() => self.joined(&args, true, depth),
            _ => otherwise(),
        }
    }

    /// Parts of a path: the first one says where it begins; a later one that is absolute begins anew.
    fn joined(&self, parts: &[&Value], anew: bool, depth: usize) -> Path {
        let Some((first, rest)) = parts.split_first() else { return Path::Workspace };
        let base = self.path(first, depth);
        let mut path = base;
        for part in rest {
            let next = self.path(part, depth);
            path = match (&path, next) {
                (_, Path::Anywhere) if anew => Path::Anywhere,
                (Path::Workspace, Path::Anywhere | Path::Chosen) => Path::Chosen,
                (Path::Workspace, Path::Secrets) => Path::Secrets,
                (Path::Elsewhere(folder), Path::Workspace | Path::Chosen | Path::Anywhere) => {
                    Path::Elsewhere(folder.clone())
                }
                _ => path,
            };
        }
        path
    }

    /// Whether the function checks that a path lies inside a folder.
    fn is_kept_inside(&self) -> bool {
        let calls = self.outcome.calls.iter().filter_map(|it| self.follower.event(*it));
        calls.into_iter().any(|it| {
            let last = it.symbol.rsplit('.').next().unwrap_or_default();
            match last {
                "is_relative_to" | "relative_to" | "commonpath" | "commonprefix" => true,
                "startswith" | "startsWith" | "relative" => {
                    it.symbol.contains("Path")
                        || it.symbol.starts_with("path.")
                        || it.symbol.starts_with("os.path.")
                }
                _ => false,
            }
        })
    }
}

/// Where a path that stands in the program leads.
fn written(path: &str) -> Path {
    let path = path.trim().replace('\\', "/");
    let lower = path.to_ascii_lowercase();
    const KEPT: [&str; 12] = [
        "/.ssh",
        "/.aws",
        "/.gnupg",
        "/.kube",
        "/.netrc",
        "/.npmrc",
        "/.pypirc",
        "/.config/gcloud",
        "/.docker/config",
        "/.git-credentials",
        "/.bash_history",
        "/.azure",
    ];
    let in_temp = ["/tmp/", "/var/tmp/", "/dev/"].iter().any(|it| lower.starts_with(it));
    let drive = lower.get(1..3) == Some(":/");
    if in_temp || lower == "/tmp" {
        return Path::Passing;
    }
    if path.starts_with('~') || KEPT.iter().any(|it| lower.contains(it)) {
        return Path::Home;
    }
    if !path.starts_with('/') && !drive {
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let is_secret = name == ".env"
            || name.starts_with(".env.") && !name.ends_with("example")
            || name.ends_with(".pem");
        return if is_secret { Path::Secrets } else { Path::Workspace };
    }
    let homes = ["/root", "/home", "/users", "/etc", "/proc", "c:/users"];
    let of_home =
        homes.iter().any(|it| lower.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with('/')));
    if of_home || path == "/" {
        return Path::Home;
    }
    // The working folder of containers.
    if ["/app", "/workspace", "/usr/src/app", "/code"].iter().any(|it| lower.starts_with(it)) {
        return Path::Workspace;
    }
    let folder = path.trim_end_matches('/');
    Path::Elsewhere(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_program_lead_where_they_say() {
        for (path, expected) in [
            ("data/orders.csv", Path::Workspace),
            ("./x", Path::Workspace),
            (".env", Path::Secrets),
            (".env.example", Path::Workspace),
            ("~/.ssh/id_rsa", Path::Home),
            ("/home/dev/x", Path::Home),
            ("/etc/passwd", Path::Home),
            ("C:\\Users\\dev", Path::Home),
            ("/tmp/x", Path::Passing),
            ("/srv/reports/", Path::Elsewhere("/srv/reports".to_owned())),
            ("/app/data", Path::Workspace),
        ] {
            assert_eq!(written(path), expected, "{path}");
        }
    }
}
