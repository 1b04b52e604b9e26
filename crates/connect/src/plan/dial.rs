//! A server that is dialled: address, headers, token.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};
use url::{Host, Url};

use super::expand::Filled;
use super::{Ground, masked};
use crate::error::{Error, PLAINTEXT};
use crate::options::Oauth;

/// A server that is dialled.
#[derive(Clone)]
pub(crate) struct Dial {
    pub(crate) url: Url,
    /// The address without what may be secret.
    shown: String,
    pub(crate) headers: BTreeMap<String, (HeaderName, HeaderValue)>,
    /// The token, without its scheme.
    pub(crate) bearer: Option<String>,
    bearer_from: Option<String>,
    pub(crate) oauth: Option<Oauth>,
    pub(crate) proxies: bool,
    pub(crate) plaintext: bool,
}

/// Shows no secret.
impl std::fmt::Debug for Dial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dial")
            .field("shown", &self.shown)
            .field("headers", &self.headers.keys())
            .finish_non_exhaustive()
    }
}

impl Dial {
    pub(super) fn new(
        url: &Filled,
        headers: BTreeMap<String, String>,
        ground: Ground<'_>,
    ) -> Result<Self, Error> {
        let (scheme, rest) = url.shown.split_once("://").unwrap_or(("", &url.shown));
        let shown = masked::address(scheme, rest);
        let refused = |why| Error::Address { address: shown.clone(), why };
        let parsed = Url::parse(&url.value).map_err(|_| refused("it is no address"))?;
        let plaintext = ground.options.plaintext;
        match parsed.scheme() {
            "https" => {}
            "http" if is_loopback(&parsed) || plaintext => {}
            "http" => return Err(refused(PLAINTEXT)),
            "ws" | "wss" => return Err(refused("web sockets are no transport of the protocol")),
            _ => return Err(refused("it begins neither with `https://` nor with `http://`")),
        }
        if parsed.host().is_none() {
            return Err(refused("it names no host"));
        }
        let mut sent = BTreeMap::new();
        for (name, value) in headers {
            sent.insert(name.clone(), header(&name, &value)?);
        }
        let bearer_from = ground.options.bearer_from.clone();
        let token = |name: &String| {
            let value = ground.surroundings.variable(name);
            value.map(str::to_owned).ok_or_else(|| Error::Variable(name.clone()))
        };
        let bearer = bearer_from.as_ref().map(token).transpose()?;
        if bearer.is_some() {
            sent.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
        }
        let (oauth, proxies) = (ground.options.oauth.clone(), ground.options.proxies);
        Ok(Self { url: parsed, shown, headers: sent, bearer, bearer_from, oauth, proxies, plaintext })
    }

    /// The host, for messages.
    pub(crate) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    pub(super) fn shown(&self) -> Vec<String> {
        let mut names: Vec<&str> = self.headers.keys().map(String::as_str).collect();
        if self.bearer.is_some() {
            names.push("Authorization");
        }
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let mut lines =
            vec![format!("would connect to: {}", self.shown), format!("  headers it is sent: {names}")];
        lines.extend(self.bearer_from.as_ref().map(|it| format!("  token: the value of `{it}`")));
        if self.oauth.is_some() {
            lines.push("  if it asks who you are, you sign in with your browser".to_owned());
        }
        if self.url.scheme() == "http" && !is_loopback(&self.url) {
            lines.push("  everything is readable on the way".to_owned());
        }
        if self.proxies {
            lines.push("  proxies: those of the environment".to_owned());
        }
        lines
    }
}

/// A header of a file. Those of the connection itself and of the protocol are not for a file to set.
fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    const RESERVED: [&str; 10] = [
        "accept",
        "connection",
        "content-length",
        "content-type",
        "host",
        "last-event-id",
        "mcp-protocol-version",
        "mcp-session-id",
        "te",
        "transfer-encoding",
    ];
    let failed = || Error::Header(name.to_owned());
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| failed())?;
    if RESERVED.contains(&parsed.as_str()) {
        return Err(failed());
    }
    let mut value = HeaderValue::from_str(value).map_err(|_| failed())?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

/// Whether an address stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(it)) => it.is_loopback(),
        Some(Host::Ipv6(it)) => it.is_loopback() || it.to_ipv4_mapped().is_some_and(|it| it.is_loopback()),
        Some(Host::Domain(it)) => it == "localhost" || it.ends_with(".localhost"),
        None => false,
    }
}
