//! Which object a place is: the folder, file or database that a launch names. Two launches that name the same
//! object share it, whoever starts them.

use ambit_catalog::schema::{Bind, Place as CatalogPlace};
use ambit_model::AssetId;
use ambit_model::facts::{Launch, ServerFacts};

/// The object that a place stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    /// The place as the catalog describes it, whichever it is.
    Itself,
    /// A shared place of the catalog, which the named object lies in: the workspace, the home.
    Shared(&'static str),
    /// An object of its own.
    Named(String),
}

/// The objects that the server's launch names for `place`; `server` stands for one that it leaves open.
pub(super) fn objects(
    place: &CatalogPlace,
    id: &AssetId,
    facts: &ServerFacts,
    server: &AssetId,
) -> Vec<Object> {
    let launch = &facts.launch;
    let mut found: Vec<Object> = Vec::new();
    // A memory is one file, wherever it lies; a store of files is as secret as the folder it begins in.
    let file = |path: &str| {
        if id.as_str().starts_with("memory:") { memory_file(path, facts) } else { path_object(path) }
    };
    for bind in &place.bind {
        match bind {
            Bind::Paths => {
                let mounted = launch.mounts.iter().map(|(path, _)| path.as_str());
                let paths = launch.args.iter().map(String::as_str).filter(|it| is_path(it));
                // What a container sees is what is mounted; its arguments are paths inside.
                let paths: Vec<&str> = if launch.contained { mounted.collect() } else { paths.collect() };
                found.extend(paths.into_iter().map(file));
            }
            Bind::Dsn => found.extend(launch.args.iter().filter_map(|it| database(it)).map(Object::Named)),
            Bind::Flag(flag) => found.extend(flag_value(launch, flag).map(file)),
            Bind::Env(name) if launch.environment.contains(name) => {
                let value = launch
                    .variables
                    .get(name)
                    .filter(|it| !it.is_empty())
                    .map(|it| database(it).map_or_else(|| file(it), Object::Named));
                found.push(value.unwrap_or_else(|| Object::Named(format!("{name} of {}", server.name()))));
            }
            Bind::Env(_) => {}
        }
        if !found.is_empty() {
            break;
        }
    }
    if found.is_empty() {
        found.push(unnamed(place, id, server));
    }
    found.dedup();
    found
}

/// A database that is not named is not the same as another one that is not named; folders that are not named
/// are the workspace, which clients hand over; a memory that is not named is the package's own default file.
fn unnamed(place: &CatalogPlace, id: &AssetId, server: &AssetId) -> Object {
    if place.bind.contains(&Bind::Dsn) {
        Object::Named(format!("of {}", server.name()))
    } else if place.bind.contains(&Bind::Paths) && id.as_str().starts_with("store:") {
        Object::Shared("store:workspace")
    } else {
        Object::Itself
    }
}

/// A relative path begins in the folder that the client opens: the one that its own folder lies in.
fn memory_file(path: &str, facts: &ServerFacts) -> Object {
    let path = path.trim().replace('\\', "/");
    if path.starts_with(['/', '~', '$', '%']) || path.contains(':') {
        return Object::Named(path);
    }
    let declared = facts.places.first().map_or("", |it| it.path.as_ref());
    let folders = declared.split('/').rev().skip(1).skip_while(|it| it.starts_with('.'));
    let mut parts: Vec<&str> = folders.collect();
    parts.reverse();
    parts.extend(path.split('/').filter(|it| *it != "."));
    Object::Named(parts.join("/"))
}

fn is_path(text: &str) -> bool {
    let windows = text.as_bytes().get(1) == Some(&b':') && text.contains('\\');
    !text.starts_with('-')
        && !text.contains("://")
        && (windows
            || text.starts_with(['/', '~', '.', '$', '%'])
            || text.contains('/')
            || text.contains('\\'))
}

/// Where a path leads: into the workspace, to the home, or to a place of its own.
pub(super) fn path_object(path: &str) -> Object {
    let path = path.trim().trim_end_matches("/**").trim_end_matches("/*").replace('\\', "/");
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
    let workspace = [
        "${workspaceFolder}",
        "${workspaceRoot}",
        "$PWD",
        "${PWD}",
        "${CLAUDE_PROJECT_DIR}",
        "$CLAUDE_PROJECT_DIR",
    ];
    if path.is_empty()
        || path.starts_with('.') && !path.starts_with("..")
        || workspace.iter().any(|it| path.starts_with(it))
    {
        return Object::Shared("store:workspace");
    }
    if is_home(path) {
        return Object::Shared("store:home");
    }
    if !path.starts_with(['/', '~', '$', '%']) && !path.contains(':') {
        return Object::Shared("store:workspace");
    }
    Object::Named(path.to_owned())
}

/// The root of a file system, a home, or a folder of homes: secrets lie in there.
pub(crate) fn is_home(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    // `users/list` of a workspace is no folder of homes.
    let absolute = lower.starts_with('/');
    let parts: Vec<&str> = lower.split('/').filter(|it| !it.is_empty()).collect();
    match parts.as_slice() {
        ["~" | "$home" | "${home}" | "%userprofile%" | "${userhome}"] => true,
        [] | ["root" | "home" | "users"] | ["home" | "users", _] => absolute,
        [drive] | [drive, "users"] | [drive, "users", _] => is_drive(drive),
        _ => false,
    }
}

/// A folder or file in which secrets are kept by custom.
pub(crate) fn is_secret(path: &str) -> bool {
    [".ssh", ".aws", ".gnupg", ".kube", ".docker", "credentials", ".netrc", ".npmrc", ".pypirc"]
        .iter()
        .any(|it| path.contains(it))
}

fn is_drive(text: &str) -> bool {
    text.len() == 2 && text.ends_with(':')
}

/// `host/database` of a connection string, without user, password and parameters.
fn database(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    if scheme.starts_with("http") || rest.starts_with('$') {
        return None;
    }
    let rest = rest.rsplit_once('@').map_or(rest, |(_, it)| it);
    let rest = rest.split('?').next().unwrap_or(rest);
    (!rest.is_empty()).then(|| rest.trim_end_matches('/').to_owned())
}

fn flag_value<'a>(launch: &'a Launch, flag: &str) -> Option<&'a str> {
    let mut args = launch.args.iter();
    while let Some(arg) = args.next() {
        if arg == flag {
            return args.next().map(String::as_str);
        }
        if let Some(value) = arg.strip_prefix(flag).and_then(|it| it.strip_prefix('=')) {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_they_say() {
        for home in ["/", "~", "/home/dev", "/Users/dev/", "C:\\Users\\dev", "C:\\", "$HOME"] {
            assert_eq!(path_object(home), Object::Shared("store:home"), "{home}");
        }
        for workspace in [".", "./data", "${workspaceFolder}/x", "src"] {
            assert_eq!(path_object(workspace), Object::Shared("store:workspace"), "{workspace}");
        }
        assert_eq!(path_object("users"), Object::Shared("store:workspace"));
        assert_eq!(path_object("/srv/data/"), Object::Named("/srv/data".to_owned()));
    }

    #[test]
    fn databases_lose_user_and_password() {
        assert_eq!(database("postgresql://u:p@db:5432/app?x=y").as_deref(), Some("db:5432/app"));
        assert_eq!(database("https://a/b"), None);
    }
}
