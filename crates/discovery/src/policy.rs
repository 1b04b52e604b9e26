//! Which servers the settings of Claude Code allow and deny, by name, command and address, over all scopes.
//!
//! Lists of all scopes are put together and a denial holds whatever is allowed; the rules are those of
//! <https://code.claude.com/docs/en/managed-mcp#how-a-server-is-evaluated>.

use ambit_model::facts::ServerState;
use ambit_model::{Place, Scope};

use crate::credential::wild;
use crate::fragment::Fragment;
use crate::merge::strength;

/// What one file allows and denies.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Entries of its list of what is allowed; absent: all.
    pub allowed: Option<(Vec<Listed>, Place)>,
    /// What is denied.
    pub denied: Vec<(Listed, Place)>,
    /// Whether only the administrator's list of what is allowed counts.
    pub managed_only: bool,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// The local name.
    Name(String),
    /// The command with all of its arguments.
    Command(Vec<String>),
    /// The address, in which `*` stands for anything.
    Url(String),
}

/// How the entry of a server starts it, as written. Secrets may be in it: it stays in this crate.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The command and its arguments.
    pub words: Vec<String>,
    /// The address.
    pub url: Option<String>,
}

impl Start {
    /// Whether the user's environment decides what in the end starts.
    fn varies(&self) -> bool {
        self.words.iter().chain(&self.url).any(|it| it.contains("${"))
    }
}

impl Listed {
    fn selects(&self, name: &str, start: &Start) -> bool {
        match self {
            Self::Name(it) => it == name,
            Self::Command(it) => !it.is_empty() && *it == start.words,
            Self::Url(pattern) => start.url.as_deref().is_some_and(|it| is_like(pattern, it)),
        }
    }
}

/// Switches off the servers of `own`, all files about one agent, that none of them allows or one of them denies.
pub(crate) fn apply(own: &mut [Fragment]) {
    let denied: Vec<(Listed, Place)> = own.iter().flat_map(|it| it.policy.denied.clone()).collect();
    let allowed = allowed(own);
    for fragment in own.iter_mut() {
        let prescribed = fragment.location.scope == Scope::Managed;
        for server in &mut fragment.servers {
            let start = fragment.starts.get(&server.place).cloned().unwrap_or_default();
            let exempt = prescribed && !start.varies();
            let line = denied.iter().find(|(it, _)| it.selects(&server.name, &start)).map(|(_, line)| line);
            let line = line.or_else(|| {
                let (list, line) = allowed.as_ref()?;
                (!exempt && !allows(list, &server.name, &start)).then_some(line)
            });
            if let Some(line) = line {
                server.state = ServerState::Disabled(line.clone());
            }
        }
    }
}

/// One list of all scopes' entries, or of the administrator's alone, and the strongest line.
fn allowed(own: &[Fragment]) -> Option<(Vec<Listed>, Place)> {
    let managed_only = own.iter().any(|it| it.policy.managed_only);
    let counts = |it: &&Fragment| !managed_only || it.location.scope == Scope::Managed || !it.location.placed;
    let mut lists: Vec<(u8, &(Vec<Listed>, Place))> = own
        .iter()
        .filter(counts)
        .filter_map(|it| Some((strength(it.location.scope), it.policy.allowed.as_ref()?)))
        .collect();
    lists.sort_by(|a, b| (a.0, &a.1.1).cmp(&(b.0, &b.1.1)));
    let (_, (_, line)) = lists.first()?;
    Some((lists.iter().flat_map(|(_, (list, _))| list.clone()).collect(), line.clone()))
}

/// A name counts only where no entry of the stricter kind is listed.
fn allows(list: &[Listed], name: &str, start: &Start) -> bool {
    let remote = start.url.is_some();
    let stricter = list.iter().any(|it| match it {
        Listed::Command(_) => !remote,
        Listed::Url(_) => remote,
        Listed::Name(_) => false,
    });
    let counts = |it: &&Listed| !(stricter && matches!(it, Listed::Name(_)));
    list.iter().filter(counts).any(|it| it.selects(name, start))
}

/// Hosts have no case and may end in a dot; a pattern without a path is about all paths.
fn is_like(pattern: &str, url: &str) -> bool {
    let parts = |it: &str| {
        let (scheme, rest) = it.split_once("://").unwrap_or(("", it));
        let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
        let host = host.to_ascii_lowercase();
        (scheme.to_ascii_lowercase(), host.trim_end_matches('.').to_owned(), path.map(str::to_owned))
    };
    let ((scheme, host, path), (own_scheme, own_host, own_path)) = (parts(pattern), parts(url));
    let path_fits = path.is_none_or(|it| wild(&it, own_path.as_deref().unwrap_or_default()));
    wild(&scheme, &own_scheme) && wild(&host, &own_host) && path_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_match_by_scheme_host_and_path() {
        assert!(is_like("https://mcp.example.com/*", "https://MCP.example.com./api"));
        assert!(is_like("https://mcp.example.com", "https://mcp.example.com/api"));
        assert!(is_like("https://*.example.com/*", "https://a.b.example.com/"));
        assert!(is_like("*://localhost:*/*", "http://localhost:8080/mcp"));
        assert!(!is_like("https://mcp.example.com/a", "https://mcp.example.com/A"));
        assert!(!is_like("https://*.example.com/*", "https://example.com.evil.test/x.example.com/y"));
        assert!(!is_like("https://mcp.example.com/*", "http://mcp.example.com/api"));
    }
}
