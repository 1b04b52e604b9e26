//! One talk with one server, from its start to its end.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use rmcp::model::{ProtocolVersion, ServerPeerInfo};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt as _, Peer, RoleClient, RunningService,
};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::{IntoTransport, Transport};
use serde_json::Value;

use crate::answer::{Answer, Heard};
use crate::error::{Error, Unanswered};
use crate::limits::Limits;
use crate::lists::{self, Failure, List};
use crate::patient::Patient;
use crate::plan::{Dial, Plan, Start, What};
use crate::process::{self, Interrupts};
use crate::refuse::Refusals;
use crate::remote;
use crate::stdio::{Bounded, Watch};

/// How long is waited at each step when somebody interrupts.
const HASTE: Duration = Duration::from_millis(500);

/// Asks the server of `plan`. Its caller has shown the plan to a person, who agreed. `tell` is given what a person must
/// open in order to sign in.
///
/// Whatever happens, what was started is ended when this returns. An interrupt ends it too, and then takes effect.
pub fn ask(plan: &Plan, limits: &Limits, tell: &dyn Fn(&str)) -> Result<Answer, Unanswered> {
    let watch = Watch::default();
    match within_runtime(plan, limits, &watch, tell) {
        Ok(heard) => Ok(Answer { server: plan.server.clone(), heard, complaints: watch.complaints() }),
        Err(error) => Err(Unanswered { error, complaints: watch.complaints() }),
    }
}

fn within_runtime(plan: &Plan, limits: &Limits, watch: &Watch, tell: &dyn Fn(&str)) -> Result<Heard, Error> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Prepare)?;
    let heard = runtime.block_on(async {
        match &plan.what {
            What::Start(it) => Box::pin(started(it, limits, watch)).await,
            What::Dial(it) => dialled(it, limits, watch, tell).await,
        }
    });
    // A name that is being looked up cannot be called off, and is not waited for.
    runtime.shutdown_background();
    heard
}

async fn started(start: &Start, limits: &Limits, watch: &Watch) -> Result<Heard, Error> {
    let mut interrupts = Interrupts::new().map_err(Error::Prepare)?;
    let (mut running, pipes) = process::start(start)?;
    let complaints = tokio::spawn(watch.clone().listen(pipes.complaints, limits.complaints));
    let output = Bounded::new(pipes.output, *limits, watch.clone());
    // The stream has a bound of its own, and ends where it is broken.
    let transport = AsyncRwTransport::new_client(output, pipes.input).with_max_line_length(usize::MAX);
    let mut talk = pin!(within(limits, talk(transport, limits)));
    let heard = tokio::select! {
        heard = &mut talk => heard,
        // Others may hold its streams open. What it has written is still read.
        () = running.gone() => {
            let rest = tokio::time::timeout(limits.grace, talk).await;
            rest.unwrap_or(Err(Failure::Gone(None)))
        }
        signal = interrupts.next() => {
            running.end(limits.grace.min(HASTE)).await;
            interrupts.take_effect(signal);
            return Err(Error::Interrupted);
        }
    };
    let status = running.end(limits.grace).await;
    // It has ended, so its complaints have too, unless somebody else holds the stream.
    let _still_held = tokio::time::timeout(limits.grace, complaints).await;
    heard.map_err(|failure| match failure {
        Failure::Error(Error::Slow { what, limit, .. }) => Error::Slow { what, limit, junk: watch.junk() },
        Failure::Gone(_) => watch.broken().unwrap_or(Error::Ended(status)),
        other => error(other, &start.name()),
    })
}

async fn dialled(dial: &Dial, limits: &Limits, watch: &Watch, tell: &dyn Fn(&str)) -> Result<Heard, Error> {
    let first = connected(dial, dial.bearer.as_deref(), (limits, watch)).await;
    let (Err(Failure::Unauthorized(challenge)), Some(wish)) = (&first, &dial.oauth) else {
        return first.map_err(|it| watch.broken().unwrap_or_else(|| error(it, &dial.host())));
    };
    let token = remote::sign_in(dial, wish, challenge.clone(), limits, tell).await?;
    let second = connected(dial, Some(&token), (limits, watch)).await;
    second.map_err(|it| watch.broken().unwrap_or_else(|| error(it, &dial.host())))
}

async fn connected(
    dial: &Dial,
    token: Option<&str>,
    (limits, watch): (&Limits, &Watch),
) -> Result<Heard, Failure> {
    let transport = remote::transport(dial, token, (limits, watch)).map_err(Failure::Error)?;
    within(limits, talk(transport, limits)).await
}

async fn within(
    limits: &Limits,
    talk: impl Future<Output = Result<Heard, Failure>>,
) -> Result<Heard, Failure> {
    let limit = limits.whole;
    let slow = Failure::Error(Error::Slow { what: "everything", limit, junk: 0 });
    tokio::time::timeout(limit, talk).await.unwrap_or(Err(slow))
}

fn error(failure: Failure, host: &str) -> Error {
    match failure {
        Failure::Gone(why) => {
            Error::Network { host: host.to_owned(), why: why.unwrap_or_else(|| "it hung up".to_owned()) }
        }
        Failure::NotOffered => Error::Protocol("it has no tools to list".to_owned()),
        Failure::Unauthorized(_) => Error::Unauthorized,
        Failure::Error(error) => error,
    }
}

async fn talk<T, E, A>(transport: T, limits: &Limits) -> Result<Heard, Failure>
where
    T: IntoTransport<RoleClient, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    let refusals = Refusals::default();
    let limit = limits.start;
    let slow = Failure::Error(Error::Slow { what: "initialize", limit, junk: 0 });
    let greeted = tokio::time::timeout(limit, greet(transport.into_transport(), &refusals)).await;
    let mut talk = greeted.map_err(|_| slow)??;
    let heard = listen(talk.peer(), limits).await;
    let _ended_or_not = talk.close_with_timeout(limits.grace).await;
    let mut heard = heard?;
    heard.refused = refusals.all();
    Ok(heard)
}

/// Agrees on a form of the protocol: the newest where the server speaks it, else the one that it was greeted with.
async fn greet<T>(transport: T, refusals: &Refusals) -> Result<RunningService<RoleClient, Refusals>, Failure>
where
    T: Transport<RoleClient> + 'static,
{
    let (patient, left) = Patient::new(transport);
    let preferred_versions = vec![ProtocolVersion::LATEST];
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: preferred_versions.clone(),
        legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
    };
    let error = match refusals.clone().serve_with_lifecycle(patient, lifecycle).await {
        Ok(talk) => return Ok(talk),
        Err(error) => error,
    };
    let Some(transport) = left.to_try_again() else { return Err(refused(error)) };
    let (patient, _nobody_tries_again) = Patient::new(transport);
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions };
    refusals.clone().serve_with_lifecycle(patient, lifecycle).await.map_err(refused)
}

async fn listen(peer: &Peer<RoleClient>, limits: &Limits) -> Result<Heard, Failure> {
    let info = peer.peer_info();
    let Some(info) = info.as_deref() else {
        return Err(Failure::Error(Error::Protocol("it did not say who it is".to_owned())));
    };
    let protocol = info.protocol_version.as_str().to_owned();
    if !ProtocolVersion::KNOWN_VERSIONS.contains(&info.protocol_version) {
        let shown: String = protocol.chars().take(40).collect();
        let why = format!("it speaks version `{shown}`, which is not known");
        return Err(Failure::Error(Error::Protocol(why)));
    }
    let mut heard = Heard {
        protocol,
        info: info.server_info.as_ref().and_then(|it| serde_json::to_value(it).ok()).unwrap_or(Value::Null),
        instructions: info.instructions.clone(),
        ..Heard::default()
    };
    // A server that announces no tools may have some all the same; agents that ask will be told.
    match lists::all(peer, List::Tools, limits).await {
        Ok(tools) => heard.tools = tools,
        Err(Failure::NotOffered) if info.capabilities.tools.is_none() => {}
        Err(failure) => return Err(failure),
    }
    for list in offered(info) {
        match lists::all(peer, list, limits).await {
            Ok(items) => match list {
                List::Prompts => heard.prompts = items,
                List::Templates => heard.templates = items,
                _ => heard.resources = items,
            },
            // Few servers that have resources have templates.
            Err(Failure::NotOffered) if list == List::Templates => {}
            Err(Failure::NotOffered) => {
                heard.missing.push(format!("it offers `{}` and has none", list.method()));
            }
            Err(Failure::Error(error)) => {
                heard.missing.push(format!("`{}` was left out: {error}", list.method()));
            }
            Err(gone) => return Err(gone),
        }
    }
    Ok(heard)
}

fn offered(info: &ServerPeerInfo) -> Vec<List> {
    let mut lists = Vec::new();
    if info.capabilities.prompts.is_some() {
        lists.push(List::Prompts);
    }
    if info.capabilities.resources.is_some() {
        lists.extend([List::Resources, List::Templates]);
    }
    lists
}

/// Why the greeting failed. What the server sent is not repeated: it may be long.
fn refused(error: ClientInitializeError) -> Failure {
    if error.is_authorization_required() || error.auth_challenge().is_some() {
        return Failure::Unauthorized(error.auth_challenge().map(str::to_owned));
    }
    let protocol = |why: &str| Failure::Error(Error::Protocol(why.to_owned()));
    match error {
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => refused(*fallback),
        ClientInitializeError::ConnectionClosed(_) => Failure::Gone(None),
        ClientInitializeError::TransportError { error, .. } => {
            let why = remote::reason(error.error.as_ref());
            // The library has no error of its own for a refusal without a challenge.
            if why.contains("HTTP 401") || why.contains("HTTP 403") {
                return Failure::Unauthorized(None);
            }
            Failure::Gone(Some(why))
        }
        ClientInitializeError::JsonRpcError(it) => Failure::Error(Error::Refused {
            what: "initialize",
            code: it.code.0,
            message: it.message.chars().take(500).collect(),
        }),
        ClientInitializeError::NoCompatibleProtocolVersion { server_supported, .. } => {
            let versions: Vec<String> =
                server_supported.iter().take(10).map(|it| it.as_str().chars().take(40).collect()).collect();
            protocol(&format!("it speaks only `{}`", versions.join("`, `")))
        }
        ClientInitializeError::ExpectedInitResult(_) | ClientInitializeError::ExpectedInitResponse(_) => {
            protocol("its greeting is no greeting")
        }
        _ => protocol("its greeting answers something else"),
    }
}
