//! Signing in with a browser: the authorization code flow with a proof key, to a page on this machine. The token is
//! kept in memory, used for this one talk, and gone with it.

use std::sync::Arc;

use reqwest::redirect;
use rmcp::transport::auth::{
    AuthError, AuthorizationRequest, OAuthHttpClient, OAuthHttpClientFuture, OAuthHttpRequest, OAuthState,
};

use super::addresses::Fence;
use super::callback::Callback;
use crate::error::Error;
use crate::limits::Limits;
use crate::options::Oauth;
use crate::plan::{Dial, is_loopback};

/// The largest answer of an authorization server that is read.
const LARGEST: usize = 256 * 1024;

/// Signs in to the server of `dial`, which answered with `challenge`, and gives the token. `tell` is given what a person
/// must open.
pub(crate) async fn sign_in(
    dial: &Dial,
    wish: &Oauth,
    challenge: Option<String>,
    limits: &Limits,
    tell: &dyn Fn(&str),
) -> Result<String, Error> {
    let http: Arc<dyn OAuthHttpClient> = Arc::new(Fenced::new(dial, limits)?);
    let mut state =
        OAuthState::new_with_oauth_http_client(dial.url.as_str(), http).await.map_err(|it| failed(&it))?;
    let callback = Callback::open().await?;
    let mut request = AuthorizationRequest::new(callback.address()).with_client_name("Ambit");
    if let Some(id) = &wish.client {
        request = request.with_preregistered_client(id);
    }
    if let Some(challenge) = challenge {
        request = request.with_challenge(challenge);
    }
    let prepared = tokio::time::timeout(limits.whole, state.start_authorization(request)).await;
    prepared
        .map_err(|_| Error::SignIn("the authorization server did not answer in time".to_owned()))?
        .map_err(|it| failed(&it))?;
    let address = state.get_authorization_url().await.map_err(|it| failed(&it))?;
    let page =
        url::Url::parse(&address).map_err(|_| Error::SignIn("the page to open is no address".to_owned()))?;
    if page.scheme() != "https" && !is_loopback(&page) && !dial.plaintext {
        return Err(Error::SignIn("the page to open is readable on the way".to_owned()));
    }
    let known = page.query_pairs().find(|(name, _)| name == "state").map(|(_, it)| it.into_owned());
    let known = known.ok_or_else(|| Error::SignIn("the page to open has no state".to_owned()))?;
    tell(page.as_str());
    let back = tokio::time::timeout(limits.sign_in, callback.wait(&known)).await;
    let back = back.map_err(|_| Error::SignIn("nobody came back from the browser in time".to_owned()))??;
    if let Some(said) = refusal(&back) {
        return Err(Error::SignIn(format!("the authorization server said no: {said}")));
    }
    let exchanged = tokio::time::timeout(limits.whole, state.handle_callback_url(&back)).await;
    exchanged
        .map_err(|_| Error::SignIn("the authorization server did not answer in time".to_owned()))?
        .map_err(|it| failed(&it))?;
    let manager = state.into_authorization_manager();
    let manager = manager.ok_or_else(|| Error::SignIn("there is no token".to_owned()))?;
    manager.get_access_token().await.map_err(|it| failed(&it))
}

/// What the browser brought back in the place of a code.
fn refusal(back: &str) -> Option<String> {
    let url = url::Url::parse(back).ok()?;
    let value = |key: &str| url.query_pairs().find(|(name, _)| name == key).map(|(_, it)| it.into_owned());
    let error = value("error")?;
    let said = value("error_description").map(|it| format!(" ({it})")).unwrap_or_default();
    Some(format!("{error}{said}").chars().take(300).collect())
}

fn failed(error: &AuthError) -> Error {
    let below = std::error::Error::source(error).map(super::reason);
    let own: String = match error {
        // Its own words repeat the request.
        AuthError::HttpError(_) => "the request could not be sent".to_owned(),
        other => super::without_addresses(&other.to_string()),
    };
    Error::SignIn(match below {
        Some(below) if !own.contains(&below) => format!("{own}: {below}"),
        _ => own,
    })
}

/// Asks authorization servers, inside the fence, without proxies unless asked, and follows them nowhere else.
struct Fenced {
    client: reqwest::Client,
    fence: Fence,
    plaintext: bool,
}

impl Fenced {
    fn new(dial: &Dial, limits: &Limits) -> Result<Self, Error> {
        super::choose_ciphers();
        let fence = Fence::around(&dial.url);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("ambit/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(limits.request)
            .dns_resolver(Arc::new(fence.clone()));
        if !dial.proxies {
            builder = builder.no_proxy();
        }
        let failed = |e: reqwest::Error| Error::Network { host: dial.host(), why: super::reason(&e) };
        Ok(Self { client: builder.build().map_err(failed)?, fence, plaintext: dial.plaintext })
    }
}

impl OAuthHttpClient for Fenced {
    fn execute(&self, request: OAuthHttpRequest) -> OAuthHttpClientFuture<'_> {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request.request)?;
            let url = request.url();
            if !self.fence.allows(url) || (url.scheme() != "https" && !is_loopback(url) && !self.plaintext) {
                return Err("the server names a place that it may not send us to".into());
            }
            let mut response = self.client.execute(request).await?;
            let mut built = http::Response::builder().status(response.status());
            for (name, value) in response.headers() {
                built = built.header(name, value);
            }
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if body.len() + chunk.len() > LARGEST {
                    return Err("the answer of the authorization server is too long".into());
                }
                body.extend_from_slice(&chunk);
            }
            Ok(built.body(body)?)
        })
    }
}
