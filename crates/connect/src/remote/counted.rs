//! The client of the library, with a bound on all that comes back.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use reqwest::header::{HeaderName, HeaderValue};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    StreamableHttpResponseLimits,
};
use sse_stream::Sse;

use crate::limits::Limits;
use crate::stdio::Watch;

type Failure = StreamableHttpError<reqwest::Error>;
type Events = BoxStream<'static, Result<Sse, SseError>>;
#[expect(clippy::disallowed_types, reason = "the library hands this kind of map over; order does not show")]
pub(super) type Headers = std::collections::HashMap<HeaderName, HeaderValue>;

/// A client that counts.
#[derive(Clone)]
pub(crate) struct Counted {
    client: reqwest::Client,
    limits: Limits,
    watch: Watch,
}

impl Counted {
    pub(super) fn new(client: reqwest::Client, limits: Limits, watch: Watch) -> Self {
        Self { client, limits, watch }
    }

    /// Events as they come, until they are too many. The library calls them off itself when one is too long.
    fn counted(&self, events: Events) -> Events {
        let (watch, limits) = (self.watch.clone(), self.limits);
        let counted = events.map(move |event| match event {
            Ok(event) if watch.count(size(&event), limits.total) => Ok(event),
            Ok(_) => Err(SseError::Body(Box::new(std::io::Error::other("the messages are too long")))),
            Err(error) => {
                if error.to_string().contains("maximum size") {
                    watch.too_long(limits.message);
                }
                Err(error)
            }
        });
        counted.boxed()
    }
}

fn size(event: &Sse) -> usize {
    let parts = [&event.event, &event.data, &event.id];
    parts.into_iter().flatten().map(String::len).sum::<usize>() + 1
}

impl StreamableHttpClient for Counted {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let mut limits = StreamableHttpResponseLimits::default();
        limits.max_json_response_size = self.limits.message;
        limits.max_sse_event_size = self.limits.message;
        self.post_message_with_response_limits(uri, message, session, token, headers, limits).await
    }

    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let sent =
            self.client.post_message_with_response_limits(uri, message, session, token, headers, limits);
        match sent.await {
            Ok(StreamableHttpPostResponse::Json(message, session)) => {
                // As it was understood: blanks between are bounded by the length of one message.
                let size = serde_json::to_vec(&message).map_or(0, |it| it.len());
                if self.watch.count(size, self.limits.total) {
                    Ok(StreamableHttpPostResponse::Json(message, session))
                } else {
                    Err(Failure::UnexpectedEndOfStream)
                }
            }
            Ok(StreamableHttpPostResponse::Sse(events, session)) => {
                Ok(StreamableHttpPostResponse::Sse(self.counted(events), session))
            }
            Err(error @ StreamableHttpError::ResponseBodyTooLarge { .. }) => {
                self.watch.too_long(self.limits.message);
                Err(error)
            }
            other => other,
        }
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        token: Option<String>,
        headers: Headers,
    ) -> Result<(), Failure> {
        self.client.delete_session(uri, session, token, headers).await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last: Option<String>,
        token: Option<String>,
        headers: Headers,
    ) -> Result<Events, Failure> {
        let most = self.limits.message;
        self.get_stream_with_max_sse_event_size(uri, session, last, token, headers, most).await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last: Option<String>,
        token: Option<String>,
        headers: Headers,
        most: usize,
    ) -> Result<Events, Failure> {
        let events = self.client.get_stream_with_max_sse_event_size(uri, session, last, token, headers, most);
        Ok(self.counted(events.await?))
    }
}
