//! Where signing in may lead. The server names the machines that are asked then, so it must not be able to name one
//! that only we can reach.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// How far away an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Anywhere.
    World,
    /// A network of one's own.
    Private,
    /// This machine.
    Machine,
    /// No machine that answers for anybody: metadata services, broadcast.
    Never,
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(it) if it.is_loopback() => Reach::Machine,
        IpAddr::V4(it)
            if it.is_link_local() || it.is_broadcast() || it.is_multicast() || it.octets()[0] == 0 =>
        {
            Reach::Never
        }
        IpAddr::V4(it)
            if it.is_private() || (it.octets()[0] == 100 && (64..128).contains(&it.octets()[1])) =>
        {
            Reach::Private
        }
        IpAddr::V4(_) => Reach::World,
        IpAddr::V6(it) => match it.to_ipv4_mapped() {
            Some(it) => reach(IpAddr::V4(it)),
            None if it.is_loopback() => Reach::Machine,
            None if it.is_unspecified() || it.is_multicast() || it.is_unicast_link_local() => Reach::Never,
            None if it.is_unique_local() => Reach::Private,
            None => Reach::World,
        },
    }
}

/// Lets requests reach no further in than the server itself is.
#[derive(Debug, Clone)]
pub(super) struct Fence {
    most: Reach,
}

impl Fence {
    /// For a server at `url`, by what the address says: a name may lead anywhere in the world, and no further in.
    pub(super) fn around(url: &Url) -> Self {
        let most = match url.host() {
            Some(Host::Ipv4(it)) => reach(it.into()),
            Some(Host::Ipv6(it)) => reach(it.into()),
            _ if crate::plan::is_loopback(url) => Reach::Machine,
            _ => Reach::World,
        };
        Self { most: most.min(Reach::Machine) }
    }

    /// Whether `url` may be asked, as far as it says so itself.
    pub(super) fn allows(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(it)) => self.lets(it.into()),
            Some(Host::Ipv6(it)) => self.lets(it.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        }
    }

    fn lets(&self, address: IpAddr) -> bool {
        reach(address) <= self.most
    }
}

impl Resolve for Fence {
    fn resolve(&self, name: Name) -> Resolving {
        let fence = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|it| fence.lets(it.ip())).collect();
            if allowed.is_empty() {
                let why = format!(
                    "`{}` is a machine that only you can reach, and the server may not send us there",
                    name.as_str()
                );
                return Err(std::io::Error::other(why).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(server: &str, other: &str) -> bool {
        let parse = |it: &str| Url::parse(it).expect("an address");
        Fence::around(&parse(server)).allows(&parse(other))
    }

    #[test]
    fn a_server_leads_no_further_in_than_it_is() {
        assert!(allows("https://mcp.example.test/", "https://203.0.113.9/"));
        assert!(
            allows("http://127.0.0.1:1/", "http://127.0.0.1:2/")
                && allows("http://127.0.0.1/", "http://10.0.0.1/")
        );
        assert!(allows("https://10.1.2.3/", "https://192.168.0.1/"));
        for other in ["10.0.0.1", "127.0.0.1", "100.64.0.1", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]"] {
            assert!(!allows("https://mcp.example.test/", &format!("https://{other}/")), "{other}");
        }
        for never in ["169.254.169.254", "0.0.0.0", "255.255.255.255", "[fe80::1]", "[::]"] {
            assert!(!allows("http://127.0.0.1/", &format!("http://{never}/")), "{never}");
        }
    }

    #[test]
    fn a_name_may_not_stand_for_a_machine_that_only_we_can_reach() {
        let resolved = |server: &str| {
            let fence = Fence::around(&Url::parse(server).expect("an address"));
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let name = "localhost".parse().expect("a name");
            runtime.block_on(fence.resolve(name)).map(Iterator::count)
        };
        assert!(resolved("http://127.0.0.1/").is_ok_and(|it| it > 0));
        let refused = resolved("https://mcp.example.test/").map_err(|e| e.to_string());
        assert!(refused.is_err_and(|it| it.contains("may not send us there")));
    }
}
