//! Where an address leads: to this machine, into a private network, or out.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leads {
    /// To this machine.
    Here,
    /// To another machine of a private network, or to one that a variable names.
    Inside,
    /// To a machine on the public network.
    Outside,
}

/// Where `url` leads, as far as its text says.
pub fn leads(url: &str) -> Leads {
    let host = host(url).to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return of_ipv4(address);
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return of_ipv6(address);
    }
    if host.is_empty()
        || host == "localhost"
        || host.ends_with(".localhost")
        || host == "host.docker.internal"
    {
        return Leads::Here;
    }
    // A single label resolves inside only; the others are set aside for private networks.
    let inside = [".local", ".internal", ".lan", ".home.arpa", ".corp", ".intranet"];
    let variable = host.contains(['$', '{', '<', '%']);
    if !host.contains('.') || variable || inside.iter().any(|it| host.ends_with(it)) {
        return Leads::Inside;
    }
    Leads::Outside
}

/// The host of `url`, without user, port and brackets.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, it)| it);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

/// `url` in the form in which equal addresses are equal texts: scheme and host in small letters, this machine as
/// `localhost`, no user, no port that the scheme implies, no query, no fragment, no slash at the end.
pub fn canonical(url: &str) -> String {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    let host = host(authority).to_ascii_lowercase();
    let port =
        authority.rsplit_once(':').map(|(_, it)| it).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let implied = match scheme.as_str() {
        "http" | "ws" => Some("80"),
        "https" | "wss" => Some("443"),
        _ => None,
    };
    let port = port.filter(|it| !it.is_empty() && Some(*it) != implied).map(|it| format!(":{it}"));
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback() || it.is_unspecified());
    let host = if loopback { "localhost".to_owned() } else { host };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let path = path.trim_end_matches('/');
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{scheme}://{host}{}{slash}{path}", port.unwrap_or_default())
}

/// What [`canonical`] gives, without the path.
pub fn origin(url: &str) -> String {
    let whole = canonical(url);
    let after = whole.find("://").map_or(0, |it| it + 3);
    let end = whole.get(after..).and_then(|it| it.find('/')).map_or(whole.len(), |it| after + it);
    whole.get(..end).unwrap_or(&whole).to_owned()
}

fn of_ipv4(address: Ipv4Addr) -> Leads {
    if address.is_loopback() || address.is_unspecified() {
        Leads::Here
    } else if address.is_private() || address.is_link_local() || is_carrier_grade(address) {
        Leads::Inside
    } else {
        Leads::Outside
    }
}

/// `100.64.0.0/10`, which overlay networks use too.
fn is_carrier_grade(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    a == 100 && (64..128).contains(&b)
}

fn of_ipv6(address: Ipv6Addr) -> Leads {
    if let Some(four) = address.to_ipv4_mapped() {
        return of_ipv4(four);
    }
    if address.is_loopback() || address.is_unspecified() {
        Leads::Here
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        Leads::Inside
    } else {
        Leads::Outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_addresses_are_equal_texts() {
        for (url, expected) in [
            ("HTTP://u:p@127.0.0.1:8000/mcp/?x=1#y", "http://localhost:8000/mcp"),
            ("http://0.0.0.0:80", "http://localhost"),
            ("https://A.example.com:443/x", "https://a.example.com/x"),
            ("http://[::1]:3000/", "http://localhost:3000"),
            ("http://[fd00::1]:3000/", "http://[fd00::1]:3000"),
            ("gateway:8080/a", "://gateway:8080/a"),
        ] {
            assert_eq!(canonical(url), expected, "{url}");
        }
        assert_eq!(origin("http://127.0.0.1:8000/mcp"), "http://localhost:8000");
        assert_eq!(origin("x"), "://x");
    }

    #[test]
    fn addresses_lead_here_inside_or_outside() {
        for url in ["http://localhost:3000/mcp", "http://127.0.0.2", "http://[::1]:1/x", "ws://a.localhost"] {
            assert_eq!(leads(url), Leads::Here, "{url}");
        }
        for url in ["http://10.0.0.1:80", "http://gateway/mcp", "http://a.internal", "http://[fd00::1]/"] {
            assert_eq!(leads(url), Leads::Inside, "{url}");
        }
        for url in ["http://10.0.0.1.example.com", "https://user@example.com:1/x", "http://[2001:4860::1]/"] {
            assert_eq!(leads(url), Leads::Outside, "{url}");
        }
    }
}
