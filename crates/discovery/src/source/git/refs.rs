//! References: names that stand for commits, each in a file of its own or on a line of `packed-refs`.

use gix_hash::ObjectId;

use super::{GitError, Repository};

/// How many names lead from one to the next: git's own bound.
const MOST_STEPS: usize = 5;
/// The largest file of one reference: `FETCH_HEAD` has a line for each branch.
const LARGEST_REF: u64 = 1024 * 1024;
/// The largest list of references.
const LARGEST_LIST: u64 = 64 * 1024 * 1024;
/// The longest name.
const LONGEST: usize = 1024;

/// What the short `name` stands for, looked for where and in the order that git does.
pub(super) fn find(repository: &Repository, name: &str) -> Result<Option<ObjectId>, GitError> {
    if !valid(name) {
        return Ok(None);
    }
    let packed = repository.common.read("packed-refs", LARGEST_LIST)?.unwrap_or_default();
    let places = [
        name.to_owned(),
        format!("refs/{name}"),
        format!("refs/tags/{name}"),
        format!("refs/heads/{name}"),
        format!("refs/remotes/{name}"),
        format!("refs/remotes/{name}/HEAD"),
    ];
    for place in places.iter().filter(|it| is_full(it)) {
        if let Some(id) = follow(repository, place, &packed)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

fn follow(repository: &Repository, name: &str, packed: &[u8]) -> Result<Option<ObjectId>, GitError> {
    let mut name = name.to_owned();
    for _ in 0..MOST_STEPS {
        let folder = if of_one_tree(&name) { &repository.own } else { &repository.common };
        let Some(bytes) = folder.read(&name, LARGEST_REF)? else { return Ok(listed(packed, &name)) };
        let Some(next) = bytes.strip_prefix(b"ref:") else {
            let why = "holds no id".to_owned();
            let id = bytes.get(..40).and_then(|it| ObjectId::from_hex(it).ok());
            return id.map(Some).ok_or(GitError::File { path: format!(".git/{name}"), why });
        };
        let next = String::from_utf8_lossy(next).trim().to_owned();
        if !valid(&next) || !next.starts_with("refs/") {
            let why = "names no reference".to_owned();
            return Err(GitError::File { path: format!(".git/{name}"), why });
        }
        name = next;
    }
    Err(GitError::File { path: format!(".git/{name}"), why: "references that lead in a circle".to_owned() })
}

/// Whether each work tree has its own of this name.
fn of_one_tree(name: &str) -> bool {
    let own = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"];
    !name.starts_with("refs/") || own.iter().any(|it| name.starts_with(it))
}

fn listed(packed: &[u8], name: &str) -> Option<ObjectId> {
    let line = packed.split(|it| *it == b'\n').find(|line| {
        let called = line.get(41..).unwrap_or_default();
        line.get(40) == Some(&b' ') && called.trim_ascii_end() == name.as_bytes()
    });
    ObjectId::from_hex(line?.get(..40)?).ok()
}

/// Whether it is the whole name of a reference: other files lie beside `HEAD`.
fn is_full(name: &str) -> bool {
    let root = || name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
    name.strip_prefix("refs/").map_or_else(root, |it| !it.is_empty())
}

/// Whether git allows the name, which becomes a path.
fn valid(name: &str) -> bool {
    let odd = |it: char| it.is_control() || " ~^:?*[\\".contains(it);
    let part = |it: &str| {
        !it.is_empty() && !it.starts_with('.') && !it.ends_with('.') && it.strip_suffix(".lock").is_none()
    };
    name.len() <= LONGEST
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(odd)
        && name.split('/').all(part)
}
