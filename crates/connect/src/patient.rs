//! A connection to a server that is slow to start. The library asks in the newest form, gives up after some seconds, and
//! greets in the older form; a launcher that downloads a package first takes longer than that, and then both questions
//! are answered. The late answer to the first one is no answer to the second.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, JsonRpcMessage, RequestId, ServerJsonRpcMessage, ServerResult,
};
use rmcp::service::RoleClient;
use rmcp::transport::Transport;

/// A connection that is left behind when it is dropped, for whoever tries once more.
pub(crate) struct Patient<T> {
    inner: Option<T>,
    left: Left<T>,
    /// The first question, and whether it was given up.
    asked: Option<(RequestId, bool)>,
}

/// What is left of a connection.
pub(crate) struct Left<T>(Arc<Mutex<Remains<T>>>);

struct Remains<T> {
    connection: Option<T>,
    /// Whether the server has answered the first question after all, and speaks the newest form.
    speaks_newest: bool,
}

impl<T> Left<T> {
    /// The connection, where the server turned out to speak the newest form.
    pub(crate) fn to_try_again(&self) -> Option<T> {
        let mut remains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remains.speaks_newest { remains.connection.take() } else { None }
    }
}

impl<T: Transport<RoleClient> + 'static> Patient<T> {
    pub(crate) fn new(inner: T) -> (Self, Left<T>) {
        let remains = Arc::new(Mutex::new(Remains { connection: None, speaks_newest: false }));
        (Self { inner: Some(inner), left: Left(Arc::clone(&remains)), asked: None }, Left(remains))
    }

    /// Whether `message` answers a question that was given up.
    fn is_late(&self, message: &ServerJsonRpcMessage) -> bool {
        let Some((asked, true)) = &self.asked else { return false };
        let id = match message {
            JsonRpcMessage::Response(it) => Some(&it.id),
            JsonRpcMessage::Error(it) => it.id.as_ref(),
            _ => None,
        };
        // Some servers give a number back as a text.
        id.is_some_and(|it| asked.to_string() == it.to_string())
    }
}

impl<T: Transport<RoleClient> + 'static> Transport<RoleClient> for Patient<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        if let JsonRpcMessage::Request(it) = &message {
            match &it.request {
                ClientRequest::DiscoverRequest(_) => self.asked = Some((it.id.clone(), false)),
                ClientRequest::InitializeRequest(_) => {
                    self.asked.iter_mut().for_each(|(_, given_up)| *given_up = true);
                }
                _ => {}
            }
        }
        let sent = self.inner.as_mut().map(|it| it.send(message));
        async move {
            match sent {
                Some(it) => it.await,
                // It has one for as long as it lives.
                None => pending().await,
            }
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            let message = self.inner.as_mut()?.receive().await?;
            if !self.is_late(&message) {
                return Some(message);
            }
            if let JsonRpcMessage::Response(it) = &message
                && matches!(it.result, ServerResult::DiscoverResult(_))
            {
                self.left.0.lock().unwrap_or_else(PoisonError::into_inner).speaks_newest = true;
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        match self.inner.as_mut() {
            Some(it) => it.close().await,
            None => Ok(()),
        }
    }
}

impl<T> Drop for Patient<T> {
    fn drop(&mut self) {
        self.left.0.lock().unwrap_or_else(PoisonError::into_inner).connection = self.inner.take();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::ready;

    use serde_json::{Value, json};

    use super::*;

    /// A connection over which these messages come.
    struct Script(VecDeque<Value>);

    impl Transport<RoleClient> for Script {
        type Error = std::io::Error;

        fn send(
            &mut self,
            _: ClientJsonRpcMessage,
        ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
            ready(Ok(()))
        }

        async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
            serde_json::from_value(self.0.pop_front()?).ok()
        }

        async fn close(&mut self) -> Result<(), Self::Error> {
            Ok(())
        }
    }

    fn asks(id: u32, method: &str) -> ClientJsonRpcMessage {
        let client = json!({"name": "x", "version": "1"});
        let params =
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client, "_meta": {}});
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        serde_json::from_value(message).expect("a message")
    }

    fn error(id: &Value) -> Value {
        json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "unknown"}})
    }

    /// What is heard of `messages` after both questions, and whether the server speaks the newest form.
    fn heard(messages: Vec<Value>) -> (Vec<String>, bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (mut patient, left) = Patient::new(Script(messages.into()));
        let heard = runtime.block_on(async {
            patient.send(asks(0, "server/discover")).await.expect("it is sent");
            patient.send(asks(1, "initialize")).await.expect("it is sent");
            let mut heard = Vec::new();
            while let Some(message) = patient.receive().await {
                heard.push(serde_json::to_value(message).expect("JSON")["id"].to_string());
            }
            heard
        });
        drop(patient);
        (heard, left.to_try_again().is_some())
    }

    #[test]
    fn a_late_answer_to_a_question_that_was_given_up_is_passed_over() {
        let (first, second) = (error(&json!(0)), error(&json!(1)));
        assert_eq!(heard(vec![first.clone(), second.clone()]), (vec!["1".to_owned()], false));
        assert_eq!(heard(vec![second.clone(), first]), (vec!["1".to_owned()], false));
        assert_eq!(heard(vec![error(&json!("0")), second]), (vec!["1".to_owned()], false));
    }

    #[test]
    fn a_late_answer_in_the_newest_form_leads_to_a_second_try() {
        let result = json!({"resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {},
                            "ttlMs": 0, "cacheScope": "private"});
        let first = json!({"jsonrpc": "2.0", "id": 0, "result": result});
        assert_eq!(heard(vec![first, error(&json!(1))]), (vec!["1".to_owned()], true));
    }

    #[test]
    fn an_answer_in_time_is_heard() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (mut patient, _left) = Patient::new(Script(vec![error(&json!(0))].into()));
        let heard = runtime.block_on(async {
            patient.send(asks(0, "server/discover")).await.expect("it is sent");
            patient.receive().await
        });
        assert!(heard.is_some());
    }
}
