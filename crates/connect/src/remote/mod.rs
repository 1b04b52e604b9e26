//! Servers that are dialled. What lives here: the client and what it never does, the counting of what comes back, and
//! signing in.

mod addresses;
mod callback;
mod counted;
mod oauth;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Once};

use reqwest::redirect;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::common::client_side_sse::NeverRetry;
use rmcp::transport::streamable_http_client::{StreamableHttpClientTransportConfig, StreamableHttpError};
use url::Host;

use crate::error::Error;
use crate::limits::Limits;
use crate::plan::{Dial, is_loopback};
use crate::stdio::Watch;
pub(crate) use counted::Counted;
pub(crate) use oauth::sign_in;

/// The connection to `dial`, with this token where there is one.
pub(crate) fn transport(
    dial: &Dial,
    token: Option<&str>,
    (limits, watch): (&Limits, &Watch),
) -> Result<StreamableHttpClientTransport<Counted>, Error> {
    let client = client(dial, limits, same_place())?;
    let mut config = StreamableHttpClientTransportConfig::with_uri(dial.url.as_str())
        .max_json_response_size(limits.message)
        .max_sse_event_size(limits.message)
        .max_error_response_size(1024)
        .reinit_on_expired_session(false)
        .custom_headers(headers(dial, token.is_some()));
    config.retry_config = Arc::new(NeverRetry::default());
    config.auth_header = token.map(str::to_owned);
    let counted = Counted::new(client, *limits, watch.clone());
    Ok(StreamableHttpClientTransport::with_client(counted, config))
}

fn headers(dial: &Dial, has_token: bool) -> counted::Headers {
    let sent =
        dial.headers.values().filter(|(name, _)| !(has_token && name == reqwest::header::AUTHORIZATION));
    sent.cloned().collect()
}

/// A client that goes nowhere but where it is sent: no proxy unless asked, no other place, no page before.
fn client(dial: &Dial, limits: &Limits, redirects: redirect::Policy) -> Result<reqwest::Client, Error> {
    choose_ciphers();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("ambit/", env!("CARGO_PKG_VERSION")))
        .redirect(redirects)
        .referer(false)
        .connect_timeout(limits.start)
        .pool_max_idle_per_host(0);
    if !dial.proxies {
        builder = builder.no_proxy();
    }
    // What is called a name of this machine must be one, whatever a name server says.
    if let Some(Host::Domain(name)) = dial.url.host().filter(|_| is_loopback(&dial.url)) {
        let port = dial.url.port_or_known_default().unwrap_or_default();
        let own =
            [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))];
        builder = builder.resolve_to_addrs(name, &own);
    }
    let failed = |e: reqwest::Error| Error::Network { host: dial.host(), why: reason(&e) };
    builder.build().map_err(failed)
}

/// Redirects that keep method and message, to the same scheme, host and port.
fn same_place() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let same = attempt.previous().first().is_some_and(|it| it.origin() == attempt.url().origin());
        let keeps = matches!(attempt.status().as_u16(), 307 | 308);
        if same && keeps && attempt.previous().len() <= 5 {
            return attempt.follow();
        }
        let host = attempt.url().host_str().unwrap_or_default().to_owned();
        attempt.error(Elsewhere(host))
    })
}

/// A redirect that is not followed.
#[derive(Debug, thiserror::Error)]
#[error("it sends us on to `{0}`, which is not followed")]
struct Elsewhere(String);

fn choose_ciphers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _chosen_already = rustls::crypto::ring::default_provider().install_default();
    });
}

/// What lies at the bottom of `error`, without addresses: they may hold secrets.
pub(crate) fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut at = error;
    loop {
        if let Some(StreamableHttpError::Client(it)) =
            at.downcast_ref::<StreamableHttpError<reqwest::Error>>()
        {
            // It does not call what it holds its source.
            at = it;
        }
        if let Some(it) = at.downcast_ref::<Elsewhere>() {
            return it.to_string();
        }
        if let Some(it) = at.downcast_ref::<reqwest::Error>() {
            if let Some(status) = it.status() {
                return format!("it answered {status}");
            }
            if it.is_timeout() {
                return "it did not answer in time".to_owned();
            }
        }
        let Some(below) = at.source() else { break };
        at = below;
    }
    without_addresses(&at.to_string())
}

/// The words of others repeat what was asked.
fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|it| if it.contains("://") { "(address)" } else { it });
    words.collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
