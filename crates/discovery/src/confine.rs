//! What the files of all scopes together leave to commands in the sandbox of Claude Code.
//!
//! Lists of all scopes are put together, and what is denied is denied whatever is allowed
//! (<https://code.claude.com/docs/en/sandboxing>).

use ambit_model::Scope;
use ambit_model::facts::{FileLimit, Network, Sandbox};

use crate::credential::wild;
use crate::fragment::Fragment;

/// What one file adds to the sandbox and takes from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confines {
    /// Hosts that commands may reach.
    pub hosts: Vec<String>,
    /// Hosts that they may not.
    pub denied_hosts: Vec<String>,
    /// Whether only the administrator's hosts count.
    pub managed_hosts_only: bool,
    /// What they may write: everything or nothing; absent: what the client leaves.
    pub writes: Option<FileLimit>,
    /// Whether the user's home is hidden from them, or shown again.
    pub home: Option<Home>,
}

/// What becomes of the user's home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// It cannot be read.
    Hidden,
    /// It can, whatever hides it.
    Shown,
}

/// The sandbox of the strongest of `parts` that switches one, confined as all of them say.
pub(crate) fn sandbox(parts: &[&Fragment]) -> Option<Sandbox> {
    let sandbox = parts.iter().find_map(|it| it.sandbox.clone())?;
    let managed = |it: &Fragment| it.location.scope == Scope::Managed || !it.location.placed;
    let all: Vec<(&Confines, bool)> =
        parts.iter().filter_map(|it| Some((it.confines.as_ref()?, managed(it)))).collect();
    if all.is_empty() {
        return Some(sandbox);
    }
    let writes = |limit| all.iter().any(|(it, _)| it.writes == Some(limit));
    let files = if writes(FileLimit::ReadOnly) {
        FileLimit::ReadOnly
    } else if writes(FileLimit::Everything) {
        FileLimit::Everything
    } else {
        FileLimit::Workspace
    };
    let home = |what| all.iter().any(|(it, _)| it.home == Some(what));
    let hides_home = home(Home::Hidden) && !home(Home::Shown);
    Some(Sandbox { network: network(&all), files, hides_home, ..sandbox })
}

/// Commands reach the listed hosts. Another host makes the client ask its user, unless the list is strict;
/// that question is no part of the sandbox, so both count as closed here.
fn network(all: &[(&Confines, bool)]) -> Network {
    let managed_only = all.iter().any(|(it, _)| it.managed_hosts_only);
    let denied: Vec<&String> = all.iter().flat_map(|(it, _)| &it.denied_hosts).collect();
    let allowed = all.iter().filter(|(_, managed)| !managed_only || *managed);
    let mut hosts: Vec<String> = Vec::new();
    for host in allowed.flat_map(|(it, _)| &it.hosts) {
        if !hosts.contains(host) && !denied.iter().any(|it| covers(it, host)) {
            hosts.push(host.clone());
        }
    }
    if hosts.is_empty() {
        Network::Closed
    } else if hosts.iter().any(|it| it == "*") {
        // All but a few is as good as all: whoever wants to reach out finds another host.
        Network::Open
    } else {
        Network::Hosts(hosts)
    }
}

/// Whether all that `host` stands for is denied by `denied`.
fn covers(denied: &str, host: &str) -> bool {
    wild(&denied.to_ascii_lowercase(), &host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_takes_the_hosts_that_it_covers() {
        assert!(covers("*.example.com", "a.example.com") && covers("*", "*") && covers("A.test", "a.test"));
        assert!(covers("*.example.com", "*.b.example.com"));
        assert!(!covers("a.example.com", "*.example.com") && !covers("*.example.com", "example.org"));
    }
}
