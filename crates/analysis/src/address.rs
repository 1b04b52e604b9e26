//! Where an address leads: to this machine, into a private network, or out.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leads {
    /// To this machine.
    Here,
    /// To another machine of a private network, or to one that a variable names.
    Inside,
    /// To a machine on the public network.
    Outside,
}

/// Where `url` leads, as far as its text says.
pub(crate) fn leads(url: &str) -> Leads {
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
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, it)| it);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let authority = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
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
