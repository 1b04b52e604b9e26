//! What the user wants, and what surrounds the process. Nothing here reads the environment: the command hands it in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::limits::Limits;
use crate::sandbox::Wish;

/// What the user wants.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Whether a sandbox is wanted.
    pub sandbox: Wish,
    /// Whether the sandbox leaves the network.
    pub network: bool,
    /// Variables to give it: by name alone out of the surroundings, or with a value.
    pub environment: Vec<(String, Option<String>)>,
    /// Which variable of the surroundings holds the value of an input that an editor would ask for.
    pub inputs: BTreeMap<String, String>,
    /// The variable that holds a bearer token.
    pub bearer_from: Option<String>,
    /// Whether a person may be asked to sign in.
    pub oauth: Option<Oauth>,
    /// Whether `http://` may go to other machines.
    pub plaintext: bool,
    /// Whether proxies of the surroundings are used.
    pub proxies: bool,
}

/// How to sign in.
#[derive(Debug, Clone, Default)]
pub struct Oauth {
    /// A client id that the authorization server knows already; without one it is registered.
    pub client: Option<String>,
}

/// What surrounds the process.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// Variables.
    pub environment: BTreeMap<String, String>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The current folder.
    pub folder: PathBuf,
}

/// Shows no value of a variable.
impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings")
            .field("environment", &self.environment.keys())
            .field("home", &self.home)
            .field("folder", &self.folder)
            .finish()
    }
}

impl Surroundings {
    /// A variable that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }
}
