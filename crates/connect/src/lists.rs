//! The lists of a server, page by page. Only lists are asked for: no tool is called, no prompt and no resource fetched.

use std::collections::BTreeSet;
use std::time::Duration;

use rmcp::model::{
    ClientRequest, ErrorCode, ListPromptsRequest, ListResourceTemplatesRequest, ListResourcesRequest,
    ListToolsRequest, PaginatedRequestParams,
};
use rmcp::service::{Peer, PeerRequestOptions, RoleClient, ServiceError};
use serde_json::Value;

use crate::error::Error;
use crate::limits::Limits;

/// A list: how it is asked for, and under which key its items are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Tools,
    Prompts,
    Resources,
    Templates,
}

impl List {
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Prompts => "prompts/list",
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Prompts => "prompts",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
        }
    }

    fn request(self, cursor: Option<String>) -> ClientRequest {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        match self {
            Self::Tools => ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params)),
            Self::Prompts => ClientRequest::ListPromptsRequest(ListPromptsRequest::with_param(params)),
            Self::Resources => ClientRequest::ListResourcesRequest(ListResourcesRequest::with_param(params)),
            Self::Templates => {
                ClientRequest::ListResourceTemplatesRequest(ListResourceTemplatesRequest::with_param(params))
            }
        }
    }
}

/// Why a list did not come.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection is gone, and with it all else; why, where that is known.
    Gone(Option<String>),
    /// The server has no such list.
    NotOffered,
    /// The connection asks for credentials, with these words.
    Unauthorized(Option<String>),
    /// Something else.
    Error(Error),
}

/// All items of a list.
pub(crate) async fn all(peer: &Peer<RoleClient>, list: List, limits: &Limits) -> Result<Vec<Value>, Failure> {
    let mut items = Vec::new();
    let mut cursor = None;
    let mut met = BTreeSet::new();
    for _ in 0..limits.pages {
        let mut page = page(peer, list, cursor.take(), limits.request).await?;
        let Some(Value::Array(new)) = page.get_mut(list.key()).map(Value::take) else {
            let why = format!("its answer to `{}` is no such list", list.method());
            return Err(Failure::Error(Error::Protocol(why)));
        };
        items.extend(new);
        if items.len() > limits.items {
            let what = format!("more than {} {}", limits.items, list.key());
            return Err(Failure::Error(Error::TooMuch(what)));
        }
        let next = page.get("nextCursor").and_then(Value::as_str).filter(|it| !it.is_empty());
        let Some(next) = next else { return Ok(items) };
        if !met.insert(next.to_owned()) {
            let why = format!("its pages of `{}` go round in a circle", list.method());
            return Err(Failure::Error(Error::Protocol(why)));
        }
        cursor = Some(next.to_owned());
    }
    let what = format!("more than {} pages of {}", limits.pages, list.key());
    Err(Failure::Error(Error::TooMuch(what)))
}

async fn page(
    peer: &Peer<RoleClient>,
    list: List,
    cursor: Option<String>,
    limit: Duration,
) -> Result<Value, Failure> {
    let what = list.method();
    let slow = || Failure::Error(Error::Slow { what, limit, junk: 0 });
    let answer = async {
        let options = PeerRequestOptions::with_timeout(limit);
        let handle = peer.send_cancellable_request(list.request(cursor), options).await?;
        handle.await_response().await
    };
    // What is sent may wait as well: a server that reads nothing fills the pipe.
    match tokio::time::timeout(limit, answer).await {
        Err(_) | Ok(Err(ServiceError::Timeout { .. })) => Err(slow()),
        Ok(Ok(result)) => {
            serde_json::to_value(result).map_err(|e| Failure::Error(Error::Protocol(e.to_string())))
        }
        Ok(Err(error)) => Err(failure(error, what)),
    }
}

fn failure(error: ServiceError, what: &'static str) -> Failure {
    if error.is_authorization_required() || error.auth_challenge().is_some() {
        return Failure::Unauthorized(error.auth_challenge().map(str::to_owned));
    }
    match error {
        ServiceError::McpError(it) if it.code == ErrorCode::METHOD_NOT_FOUND => Failure::NotOffered,
        ServiceError::McpError(it) => {
            let message = it.message.chars().take(500).collect();
            Failure::Error(Error::Refused { what, code: it.code.0, message })
        }
        ServiceError::TransportSend(it) => Failure::Gone(Some(crate::remote::reason(it.error.as_ref()))),
        ServiceError::TransportClosed | ServiceError::Cancelled { .. } => Failure::Gone(None),
        other => Failure::Error(Error::Protocol(other.to_string())),
    }
}
