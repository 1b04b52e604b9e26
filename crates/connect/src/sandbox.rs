//! A sandbox around a started server: bubblewrap, where it is there and works.
//!
//! Everything is read-only, scratch files are its own, other processes and the network are out of its sight, and
//! folders in which people keep keys are empty. A server that is not a stranger's may well need more than that.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::options::{Options, Surroundings};
use crate::process;

/// Whether a sandbox is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wish {
    /// Where one is there.
    #[default]
    Auto,
    /// Or nothing is started.
    Require,
    /// None.
    Off,
}

/// What the sandbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sandbox {
    Used {
        /// The program that makes it.
        by: PathBuf,
        /// Whether it leaves the network.
        network: bool,
        /// Folders that are empty inside.
        hidden: Vec<PathBuf>,
    },
    None {
        why: String,
    },
}

impl std::fmt::Display for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Used { by, network, .. } => {
                let network = if *network { "the network as you have it" } else { "no network" };
                write!(f, "{} (files are read-only, {network})", by.display())
            }
            Self::None { why } => write!(f, "none ({why}): it can do whatever you can"),
        }
    }
}

/// Where the program lies that makes it. A search through `PATH` could find a stranger's.
const PROGRAMS: [&str; 3] = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"];

/// Folders of the home in which people keep keys.
const KEYS: [&str; 9] = [
    ".ssh",
    ".aws",
    ".azure",
    ".gnupg",
    ".kube",
    ".docker",
    ".config/gcloud",
    ".config/gh",
    ".password-store",
];

impl Sandbox {
    /// The sandbox that there is. Whether it works is tried: many systems forbid what it is made of.
    pub(crate) fn find(options: &Options, surroundings: &Surroundings) -> Result<Self, Error> {
        let why = match options.sandbox {
            Wish::Off => return Ok(Self::None { why: "you said `--sandbox off`".to_owned() }),
            Wish::Auto | Wish::Require => match PROGRAMS.iter().map(Path::new).find(|it| it.is_file()) {
                None if cfg!(target_os = "linux") => "bubblewrap is not installed".to_owned(),
                None => "there is none for this system".to_owned(),
                Some(by) => {
                    let hidden = hidden(surroundings);
                    let used = Self::Used { by: by.to_path_buf(), network: options.network, hidden };
                    if process::works(used.around(
                        by,
                        vec!["--version".into()],
                        Path::new("/"),
                        BTreeMap::new(),
                    )) {
                        return Ok(used);
                    }
                    "bubblewrap does not work on this system".to_owned()
                }
            },
        };
        if options.sandbox == Wish::Require { Err(Error::Sandbox(why)) } else { Ok(Self::None { why }) }
    }

    /// What is started instead of `program`.
    pub(crate) fn around(
        &self,
        program: &Path,
        words: Vec<OsString>,
        folder: &Path,
        mut environment: BTreeMap<String, String>,
    ) -> (PathBuf, Vec<OsString>, BTreeMap<String, String>) {
        let Self::Used { by, network, hidden } = self else {
            return (program.to_path_buf(), words, environment);
        };
        let mut line: Vec<OsString> = Vec::new();
        let mut add = |words: &[&str]| line.extend(words.iter().map(OsString::from));
        add(&["--die-with-parent", "--new-session", "--unshare-all"]);
        if *network {
            add(&["--share-net"]);
        }
        add(&[
            "--ro-bind",
            "/",
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "--tmpfs",
            "/tmp",
            "--tmpfs",
            "/run",
        ]);
        if *network {
            // Where the system keeps the names of its name servers.
            add(&["--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"]);
        }
        for it in hidden {
            line.extend(["--tmpfs".into(), it.into()]);
        }
        for it in ["/run/current-system", "/run/wrappers"] {
            add_to(&mut line, "--ro-bind-try", Path::new(it));
        }
        // What it needs may lie in what was just covered.
        for it in [folder, program].into_iter().filter(|it| COVERED.iter().any(|above| it.starts_with(above)))
        {
            add_to(&mut line, "--ro-bind", it);
        }
        line.extend(["--chdir".into(), folder.into(), "--".into(), program.into()]);
        line.extend(words);
        for (name, value) in SCRATCH {
            environment.insert(name.to_owned(), value.to_owned());
        }
        (by.clone(), line, environment)
    }
}

/// Folders that are its own inside.
const COVERED: [&str; 2] = ["/tmp", "/run"];

fn add_to(line: &mut Vec<OsString>, option: &str, path: &Path) {
    line.extend([option.into(), path.into(), path.into()]);
}

/// Launchers keep what they download in the home, which is read-only.
const SCRATCH: [(&str, &str); 3] =
    [("TMPDIR", "/tmp"), ("XDG_CACHE_HOME", "/tmp/cache"), ("npm_config_cache", "/tmp/npm")];

fn hidden(surroundings: &Surroundings) -> Vec<PathBuf> {
    let home = surroundings.home.as_deref().filter(|it| it.is_absolute());
    let folders = home.into_iter().flat_map(|home| KEYS.iter().map(move |it| home.join(it)));
    folders.filter(|it| it.is_dir()).collect()
}
