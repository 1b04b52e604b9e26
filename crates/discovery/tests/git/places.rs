//! Where a repository lies, and what is not followed on the way to it.
#![expect(clippy::disallowed_methods, reason = "these tests lay out the folders that they read")]
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use ambit_discovery::Source;
use ambit_discovery::git::{GitError, Repository};

use super::fixture::{FILE, Fixture, write};

fn refused(root: &Path) -> String {
    match Repository::open(root) {
        Err(GitError::File { path, why }) => format!("{path}: {why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_work_tree_elsewhere_has_its_own_head_and_shares_the_rest() {
    let fixture = Fixture::new();
    let (first, second) = (fixture.simple("1", &[]), fixture.simple("2", &[]));
    fixture.main(first);
    fixture.write(".git/refs/heads/other", second.to_string());
    let own = ".git/worktrees/w";
    fixture.write(&format!("{own}/HEAD"), "ref: refs/heads/other\n");
    fixture.write(&format!("{own}/commondir"), "../..\n");
    fixture.write(&format!("{own}/gitdir"), format!("{}\n", fixture.root().join("w/.git").display()));
    fixture.write("w/.git", format!("gitdir: {}\n", fixture.root().join(own).display()));
    let repository = Repository::open(&fixture.root().join("w")).unwrap();
    assert_eq!(repository.revision("HEAD").unwrap().commit(), second.to_string());
    assert_eq!(repository.revision("main").unwrap().commit(), first.to_string());

    // Git writes paths relative to the repository when it is told to.
    fixture.write(&format!("{own}/gitdir"), "../../../w/.git\n");
    fixture.write("w/.git", "gitdir: ../.git/worktrees/w\n");
    assert!(Repository::open(&fixture.root().join("w")).is_ok());
}

#[test]
fn a_submodule_keeps_its_repository_in_the_outer_one() {
    let (fixture, inner) = (Fixture::new(), Fixture::new());
    let id = inner.simple("1", &[]);
    inner.main(id);
    let modules = fixture.root().join(".git/modules");
    std::fs::create_dir_all(&modules).unwrap();
    std::fs::rename(inner.root().join(".git"), modules.join("sub")).unwrap();
    fixture.write(".git/modules/sub/config", "[core]\n\tbare = false\n\tworktree = ../../../sub\n");
    fixture.write("sub/.git", "gitdir: ../.git/modules/sub\n");
    let repository = Repository::open(&fixture.root().join("sub")).unwrap();
    assert_eq!(repository.revision("HEAD").unwrap().commit(), id.to_string());
}

#[test]
fn a_file_that_leads_to_somebody_elses_repository_is_not_followed() {
    let (private, evil) = (Fixture::new(), tempfile::tempdir().unwrap());
    private.main(private.simple("secret", &[]));
    let (to, evil) = (private.root().join(".git"), evil.path().canonicalize().unwrap());
    write(&evil.join(".git"), format!("gitdir: {}\n", to.display()).as_bytes());
    assert!(refused(&evil).ends_with("does not lead back here: not followed"));
    // Nor one that leads back to its own work tree.
    private.write(".git/worktrees/w/commondir", "../..\n");
    private.write(".git/worktrees/w/gitdir", private.root().join("w/.git").display().to_string());
    private.write("w/.git", format!("gitdir: {}\n", to.join("worktrees/w").display()));
    assert!(Repository::open(&private.root().join("w")).is_ok());
    write(&evil.join(".git"), format!("gitdir: {}\n", to.join("worktrees/w").display()).as_bytes());
    assert!(refused(&evil).ends_with("does not lead back here: not followed"));
    for text in ["", "gitdir:", "gitdir: /nowhere", "words", "gitdir: \0"] {
        write(&evil.join(".git"), text.as_bytes());
        assert!(refused(&evil).contains(".git: names "), "{text}");
    }

    // A folder of its own may say that it is a work tree of the other one.
    write(&evil.join(".git"), b"gitdir: own\n");
    write(&evil.join("own/HEAD"), b"ref: refs/heads/main\n");
    write(&evil.join("own/gitdir"), evil.join(".git").display().to_string().as_bytes());
    write(&evil.join("own/commondir"), to.display().to_string().as_bytes());
    assert!(refused(&evil).ends_with("not a work tree of: not followed"));
}

#[test]
fn nothing_is_borrowed_from_other_repositories() {
    let (private, fixture) = (Fixture::new(), Fixture::new());
    let secret = private.blob("secret");
    let alternates = private.root().join(".git/objects").display().to_string();
    fixture.write(".git/objects/info/alternates", alternates);
    fixture.main(fixture.commit(fixture.tree(&[(FILE, b"a", secret)]), &[]));
    assert!(fixture.revision("main").unwrap().read("a").is_err());
}

#[test]
fn nothing_that_the_configuration_names_is_run() {
    let fixture = Fixture::new();
    let mark = fixture.root().join("mark");
    let run = format!("touch {}", mark.display());
    fixture.write(
        ".git/config",
        format!(
            "[core]\n\tfsmonitor = {run}\n\tsshCommand = {run}\n\thooksPath = hooks\n\tpager = {run}\n\
             [filter \"x\"]\n\tsmudge = {run}\n\tprocess = {run}\n[include]\n\tpath = /dev/zero\n\
             [extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = ext::{run}\n\tpromisor = true\n"
        ),
    );
    let files =
        [(FILE, b".gitattributes".as_slice(), fixture.blob("* filter=x\n")), (FILE, b"a", fixture.blob("x"))];
    fixture.main(fixture.commit(fixture.tree(&files), &[]));
    let revision = fixture.revision("main").unwrap();
    assert_eq!(revision.read("a").unwrap(), b"x");
    fixture.main(fixture.commit(gix_hash::ObjectId::null(gix_hash::Kind::Sha1), &[]));
    assert!(fixture.revision("main").is_err() && fixture.open().tracked().is_ok());
    assert!(!mark.exists());
}

#[test]
fn repositories_of_other_kinds_are_named() {
    let fixture = Fixture::new();
    for (text, expected) in [
        ("[extensions]\n\tobjectFormat = sha256\n", "a repository with SHA-256 ids is not read"),
        ("[extensions]\nrefstorage=\"reftable\"\n", "a repository with a reftable is not read"),
    ] {
        fixture.write(".git/config", text);
        assert_eq!(Repository::open(&fixture.root()).unwrap_err().to_string(), expected);
    }
    let none = tempfile::tempdir().unwrap();
    assert!(matches!(Repository::open(none.path()), Err(GitError::None(_))));
    assert!(matches!(Repository::open(&none.path().join("gone")), Err(GitError::None(_))));
}

#[cfg(unix)]
mod links_and_pipes {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_in_the_repository_are_not_followed() {
        let (private, fixture) = (Fixture::new(), Fixture::new());
        private.main(private.simple("secret", &[]));
        let evil = tempfile::tempdir().unwrap();
        symlink(private.root().join(".git"), evil.path().join(".git")).unwrap();
        assert!(refused(evil.path()).ends_with("a symbolic link: not followed"));

        for path in ["objects", "refs"] {
            let own = fixture.root().join(".git").join(path);
            std::fs::remove_dir_all(&own).unwrap();
            symlink(private.root().join(".git").join(path), own).unwrap();
        }
        assert!(fixture.error("main").contains("a symbolic link: not followed"));
        let id = private.revision("main").unwrap().commit();
        assert!(fixture.error(&id).contains("a symbolic link: not followed"));
        assert!(fixture.error(id.get(..7).unwrap()).contains("a symbolic link: not followed"));
        symlink("/dev/zero", fixture.root().join(".git/index")).unwrap();
        assert!(fixture.open().tracked().is_err());
    }

    #[test]
    fn pipes_are_never_waited_for() {
        let fixture = Fixture::new();
        fixture.main(fixture.simple("x", &[]));
        for path in ["index", "packed-refs", "objects/pack/pack-a.idx", "objects/pack/pack-a.pack", "shallow"]
        {
            let path = fixture.root().join(".git").join(path);
            assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        }
        assert!(fixture.open().tracked().is_err());
        assert!(fixture.error("main").contains("not an ordinary file"));
        std::fs::remove_file(fixture.root().join(".git/packed-refs")).unwrap();
        assert!(fixture.revision("main").is_ok());
        assert!(fixture.error("main~1").contains("not an ordinary file"));
        assert!(fixture.error(&"0".repeat(40)).contains("pack-a"));
    }
}
