//! Any bytes as a file of a repository: its index, its packed references, its configuration, a pack or a pack's index (the first
//! byte chooses). Whatever is asked of it ends in an answer or an error.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ambit_discovery::Source as _;
use ambit_discovery::git::Repository;
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 6] = [
    "index",
    "packed-refs",
    "config",
    "HEAD",
    "objects/pack/pack-0000000000000000000000000000000000000000.pack",
    "objects/pack/pack-0000000000000000000000000000000000000000.idx",
];

/// A repository with nothing in it, one for each process.
static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = std::env::temp_dir().join(format!("ambit-fuzz-git-{}", std::process::id()));
    std::fs::create_dir_all(root.join(".git/objects/pack")).expect("a folder for the repository");
    std::fs::create_dir_all(root.join(".git/refs")).expect("a folder for references");
    root
});

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Some(name) = FILES.get(usize::from(*first) % FILES.len()) else { return };
    let git = ROOT.join(".git");
    for file in FILES {
        std::fs::write(git.join(file), b"").expect("an empty file");
    }
    std::fs::write(git.join("HEAD"), b"ref: refs/heads/main\n").expect("a head");
    std::fs::write(git.join(name), rest).expect("the file under test");
    ask(&ROOT);
});

fn ask(root: &Path) {
    let Ok(repository) = Repository::open(root) else { return };
    let _ = repository.tracked();
    for revision in ["main", "HEAD", "HEAD~1", "0000000000000000000000000000000000000000"] {
        if let Ok(found) = repository.revision(revision) {
            for file in found.list().files.iter().take(100) {
                let _ = found.read(&file.path);
            }
        }
    }
}
