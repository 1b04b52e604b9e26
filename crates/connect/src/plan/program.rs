//! Which file a program's name stands for: the one that is shown is the one that is started.

use std::path::{Path, PathBuf};

use crate::error::Error;

const SHELLS: [&str; 9] = ["sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "powershell", "pwsh"];

/// Whether `program` is a shell, whose words may have variables of its own.
pub(super) fn is_shell(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
    SHELLS.contains(&name.strip_suffix(".exe").unwrap_or(&name))
}

/// The file that `program` stands for in `folder`, with these folders to search.
pub(super) fn locate(program: &str, folder: &Path, search: &str) -> Result<PathBuf, Error> {
    let missing = |place: &str| Error::Program { program: program.to_owned(), place: place.to_owned() };
    let names = names(program);
    let is_path = program.contains('/') || (cfg!(windows) && program.contains('\\'));
    if is_path {
        let files = names.iter().map(|it| folder.join(it));
        return files.into_iter().find(|it| runs(it)).ok_or_else(|| missing("there"));
    }
    let folders = std::env::split_paths(search).filter(|it| !it.as_os_str().is_empty());
    let mut files =
        folders.flat_map(|at| names.iter().map(|it| folder.join(&at).join(it)).collect::<Vec<_>>());
    files.find(|it| runs(it)).ok_or_else(|| missing("in `PATH`"))
}

/// The name, and on Windows with the endings that make it a program.
fn names(program: &str) -> Vec<String> {
    if cfg!(windows) {
        let endings = ["", ".exe", ".cmd", ".bat"];
        return endings.iter().map(|it| format!("{program}{it}")).collect();
    }
    vec![program.to_owned()]
}

fn runs(file: &Path) -> bool {
    let Ok(data) = file.metadata() else { return false };
    #[cfg(unix)]
    let may = std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may = true;
    data.is_file() && may
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_known_by_their_names() {
        assert!(is_shell("/bin/sh") && is_shell("PowerShell.exe") && is_shell("bash"));
        assert!(!is_shell("npx") && !is_shell("/bin/shell"));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_is_searched_and_a_path_is_not() {
        let folder = Path::new("/");
        assert_eq!(locate("sh", folder, "/nowhere::/bin").ok(), Some(PathBuf::from("/bin/sh")));
        assert_eq!(locate("./bin/sh", folder, "").ok(), Some(PathBuf::from("/./bin/sh")));
        assert!(locate("etc/passwd", folder, "/bin").is_err(), "it does not run");
        let error = locate("no-such-program", folder, "/bin").expect_err("nothing is called so").to_string();
        assert_eq!(error, "there is no program `no-such-program` in `PATH`");
    }
}
