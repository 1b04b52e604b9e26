//! Which host an address names, and who chooses it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::follow::value::{ObjectKind, Value};

use super::Reading;

/// How many alternatives of an address are told apart.
const MOST: usize = 16;
/// How deep an address is put together.
const DEEPEST: usize = 12;

/// An address, as far as the program says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Address {
    /// The host stands in the program. With the part of the path that does, and the scheme.
    Host { host: String, path: String },
    /// The caller, or what the tool has read, chooses it.
    Chosen,
    /// The program is configured with it, by way of this variable.
    Configured(Option<String>),
    /// It is relative to an address that is not known here.
    Relative(String),
}

/// A piece of an address.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Chosen,
    Variable(Option<String>),
}

impl Reading<'_, '_> {
    /// The addresses that `value` may be, relative ones after `base`.
    pub(super) fn addresses(&self, value: &Value, base: Option<&Value>) -> Vec<Address> {
        let mut found: Vec<Address> = Vec::new();
        for pieces in self.spelled(value, DEEPEST) {
            let has_scheme = matches!(pieces.first(), Some(Piece::Text(text)) if text.contains("://"));
            let address = match (of_pieces(&pieces), base) {
                // After a base, `users.json` is no host.
                (Address::Host { path, host }, Some(base)) if !has_scheme && base.text().is_some() => {
                    let bases = self.spelled(base, DEEPEST);
                    found.extend(bases.iter().map(|it| below(of_pieces(it), &format!("{host}{path}"))));
                    continue;
                }
                (Address::Relative(path), Some(base)) => {
                    let bases = self.spelled(base, DEEPEST);
                    found.extend(bases.iter().map(|it| below(of_pieces(it), &path)));
                    continue;
                }
                (address, _) => address,
            };
            found.push(address);
        }
        found.sort();
        found.dedup();
        // What nothing says is told by the other ways.
        if found.iter().any(|it| *it != Address::Configured(None)) {
            found.retain(|it| *it != Address::Configured(None));
        }
        found.truncate(MOST);
        found
    }

    /// The ways in which `value` may be put together.
    fn spelled(&self, value: &Value, depth: usize) -> Vec<Vec<Piece>> {
        let Some(depth) = depth.checked_sub(1) else { return vec![vec![Piece::Variable(None)]] };
        match value {
            Value::Text(text) => vec![vec![Piece::Text(text.to_string())]],
            Value::Number(text) => vec![vec![Piece::Text(text.to_string())]],
            Value::Env(name) => vec![vec![Piece::Variable(Some(name.to_string()))]],
            Value::Choice(list) => {
                // An address that is configured has the one that stands in the program as its default.
                let is_written = |it: &&Value| it.text().is_some() || matches!(it, Value::Template(_));
                let has_default = list.iter().any(|it| is_written(&it));
                let counts = |it: &&Value| {
                    !has_default
                        || is_written(it)
                        || self.decided([*it]).is_chosen()
                        || matches!(it, Value::Object(_))
                };
                let meant: Vec<&Value> = list.iter().filter(counts).collect();
                meant.into_iter().take(MOST).flat_map(|it| self.spelled(it, depth)).collect()
            }
            Value::Template(parts) => {
                let mut ways: Vec<Vec<Piece>> = vec![Vec::new()];
                for part in parts.iter().take(32) {
                    let next = self.spelled(part, depth);
                    ways = ways
                        .iter()
                        .flat_map(|way| next.iter().map(move |it| [way.as_slice(), it.as_slice()].concat()))
                        .take(MOST)
                        .collect();
                }
                ways
            }
            Value::Object(no) => self.spelled_object(*no, value, depth),
            Value::Part(no, name) if ["href", "url", "raw"].contains(&&**name) => {
                self.spelled(&Value::Object(*no), depth)
            }
            other => vec![vec![self.piece(other)]],
        }
    }

    fn spelled_object(
        &self,
        no: crate::follow::value::ObjectNo,
        value: &Value,
        depth: usize,
    ) -> Vec<Vec<Piece>> {
        let plain = || vec![vec![self.piece(value)]];
        let Some(object) = self.follower.object(no) else { return plain() };
        let ObjectKind::Made { symbol, args, receiver, .. } = &object.kind else { return plain() };
        let arg = |at: usize| args.iter().filter(|(name, _)| name.is_none()).nth(at).map(|(_, it)| it);
        let last = symbol.rsplit('.').next().unwrap_or(symbol);
        match (last, arg(0), arg(1)) {
            // The second one counts alone where it is an address itself.
            ("urljoin", Some(base), Some(path)) => self.put_together(base, path, depth),
            ("URL", Some(path), Some(base)) => self.put_together(base, path, depth),
            ("URL" | "Url" | "furl" | "Request" | "parse_url", Some(url), _) => self.spelled(url, depth),
            ("toString" | "geturl" | "unsplit", None, _) => match receiver {
                Some(receiver) => self.spelled(&Value::Object(*receiver), depth),
                None => plain(),
            },
            ("urlunparse" | "urlunsplit", Some(parts), _) => match self.follower.items(parts) {
                Some(items) => {
                    let text = items.iter().skip(1).take(1).flat_map(|it| self.spelled(it, depth)).next();
                    vec![text.map_or_else(
                        || vec![self.piece(value)],
                        |it| [vec![Piece::Text("https://".to_owned())], it].concat(),
                    )]
                }
                None => plain(),
            },
            // Characters that mean something are taken out: it cannot name a host.
            ("quote" | "quote_plus" | "encodeURIComponent" | "urlencode", _, _) => {
                vec![vec![Piece::Text("x".to_owned())]]
            }
            _ => plain(),
        }
    }

    fn put_together(&self, base: &Value, path: &Value, depth: usize) -> Vec<Vec<Piece>> {
        let mut ways = Vec::new();
        for path in self.spelled(path, depth) {
            if matches!(of_pieces(&path), Address::Relative(_)) {
                for base in self.spelled(base, depth) {
                    ways.push([base.as_slice(), &[Piece::Text("/".to_owned())], path.as_slice()].concat());
                }
            } else {
                ways.push(path);
            }
        }
        ways.truncate(MOST);
        ways
    }

    fn piece(&self, value: &Value) -> Piece {
        if self.decided([value]).is_chosen() {
            return Piece::Chosen;
        }
        let mut name = None;
        self.follower.collect(value, &mut |it| {
            if let Value::Env(it) = it {
                name.get_or_insert(it.to_string());
            }
        });
        Piece::Variable(name)
    }
}

/// The address that pieces put together are.
fn of_pieces(pieces: &[Piece]) -> Address {
    let mut text = String::new();
    let mut rest = pieces.iter();
    for piece in rest.by_ref() {
        let Piece::Text(more) = piece else {
            return of_beginning(&text, piece, rest.as_slice());
        };
        text.push_str(more);
        if let Some(address) = whole_host(&text) {
            return address;
        }
    }
    // Nothing but text, and no host in it.
    of_text(&text)
}

/// The address where its beginning is `text` and `piece` follows.
fn of_beginning(text: &str, piece: &Piece, rest: &[Piece]) -> Address {
    let after = text.split_once("://").map_or_else(|| text.trim_start_matches("//"), |(_, it)| it);
    let has_scheme = text.contains("://") || text.starts_with("//");
    if text.is_empty()
        || has_scheme && after.rsplit('@').next().unwrap_or(after).is_empty()
        || has_scheme && after.ends_with('.')
    {
        // `https://{shop}.example.com/…`: whatever stands before it, it is a name below that one.
        let next = rest.iter().find_map(|it| if let Piece::Text(it) = it { Some(it.as_str()) } else { None });
        let below = next
            .and_then(|it| it.strip_prefix('.'))
            .map(|it| it.split(['/', '?', '#', ':']).next().unwrap_or(it));
        if let Some(host) = below.filter(|it| has_scheme && it.contains('.')) {
            let path =
                next.and_then(|it| it.split_once('/')).map(|(_, it)| format!("/{it}")).unwrap_or_default();
            return Address::Host { host: host.to_ascii_lowercase(), path };
        }
        return match piece {
            Piece::Variable(name) => Address::Configured(name.clone()),
            Piece::Chosen | Piece::Text(_) => Address::Chosen,
        };
    }
    if !has_scheme {
        return match of_text(text) {
            address @ Address::Host { .. } if text.contains('/') => address,
            _ => Address::Relative(text.to_owned()),
        };
    }
    // `https://api.example.com{path}`: what follows is meant to begin with a slash.
    of_text(text)
}

/// The address, where its host is complete: something follows it.
fn whole_host(text: &str) -> Option<Address> {
    let (_, after) = text.split_once("://")?;
    after.contains(['/', '?', '#']).then(|| of_text(text))
}

fn of_text(text: &str) -> Address {
    // `GET /repos/{owner}/{repo}`: a route.
    let text = text.trim();
    let Some((_, after)) = text.split_once("://") else {
        // `example.com:443`, for those who take a host alone.
        let name = text.split(['/', ':']).next().unwrap_or(text);
        let is_host = !text.starts_with('/')
            && !text.contains(' ')
            && (name == "localhost" || name.parse::<Ipv4Addr>().is_ok());
        let last = name.rsplit('.').next().unwrap_or(name);
        let is_word = last.len() > 1 && last.chars().all(|it| it.is_ascii_alphabetic());
        let is_name = !text.starts_with('/') && name.contains('.') && !text.contains(' ') && is_word;
        if is_host || is_name {
            let path = text.get(name.len()..).unwrap_or_default().to_owned();
            return Address::Host { host: name.to_ascii_lowercase(), path };
        }
        return Address::Relative(text.to_owned());
    };
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, path) = after.split_at_checked(end).unwrap_or((after, ""));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    if host.is_empty() {
        return Address::Relative(path.to_owned());
    }
    Address::Host { host: host.trim_end_matches('.').to_ascii_lowercase(), path: path.to_owned() }
}

/// `path` below `base`.
fn below(base: Address, path: &str) -> Address {
    match base {
        Address::Host { host, path: before } => {
            let path = format!("{}/{}", before.trim_end_matches('/'), path.trim_start_matches('/'));
            Address::Host { host, path }
        }
        other => other,
    }
}

/// Whether the host is of this machine or of a private network.
pub(super) fn is_inside(host: &str) -> bool {
    if let Ok(it) = host.parse::<Ipv4Addr>() {
        let [a, b, ..] = it.octets();
        let carrier = a == 100 && (64..128).contains(&b);
        return it.is_loopback() || it.is_unspecified() || it.is_private() || it.is_link_local() || carrier;
    }
    if let Ok(it) = host.parse::<Ipv6Addr>() {
        return it.is_loopback() || it.is_unspecified() || it.is_unique_local() || it.is_unicast_link_local();
    }
    let inside = [
        ".local",
        ".internal",
        ".lan",
        ".home.arpa",
        ".corp",
        ".intranet",
        ".localhost",
        ".svc",
        ".cluster.local",
    ];
    !host.contains('.') || inside.iter().any(|it| host.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn host(host: &str, path: &str) -> Address {
        Address::Host { host: host.to_owned(), path: path.to_owned() }
    }

    #[test]
    fn a_host_counts_where_it_is_complete() {
        let known = Piece::Variable(Some("BASE".to_owned()));
        for (pieces, expected) in [
            (vec![text("https://api.example.com/v1/"), Piece::Chosen], host("api.example.com", "/v1/")),
            (vec![text("https://api.example.com"), Piece::Chosen], host("api.example.com", "")),
            (vec![text("https://u:p@Example.com:8443/x?y")], host("example.com", "/x?y")),
            (vec![text("https://"), Piece::Chosen, text("/x")], Address::Chosen),
            (
                vec![text("https://"), Piece::Chosen, text(".atlassian.net/rest/x")],
                host("atlassian.net", "/rest/x"),
            ),
            (vec![text("https://user@"), Piece::Chosen], Address::Chosen),
            (vec![Piece::Chosen], Address::Chosen),
            (vec![known.clone(), text("/x")], Address::Configured(Some("BASE".to_owned()))),
            (vec![text("http://"), known, text(":8080/x")], Address::Configured(Some("BASE".to_owned()))),
            (vec![text("/v1/users/"), Piece::Chosen], Address::Relative("/v1/users/".to_owned())),
            (vec![text("http://[::1]:3000/x")], host("::1", "/x")),
            (vec![text("localhost:3000")], host("localhost", ":3000")),
        ] {
            assert_eq!(of_pieces(&pieces), expected, "{pieces:?}");
        }
    }

    #[test]
    fn hosts_of_private_networks_are_inside() {
        for host in ["localhost", "10.1.2.3", "billing", "crm.internal", "::1", "api.prod.svc.cluster.local"]
        {
            assert!(is_inside(host), "{host}");
        }
        for host in ["example.com", "8.8.8.8", "internal.example.com"] {
            assert!(!is_inside(host), "{host}");
        }
    }
}
