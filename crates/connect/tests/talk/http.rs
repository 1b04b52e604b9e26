//! A server on this machine that speaks as much HTTP as a test needs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use ambit_catalog::Catalog;
use ambit_connect::{Answer, Limits, Options, Plan, Surroundings, Unanswered};
use serde_json::{Value, json};

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The method of the message.
    pub(crate) fn call(&self) -> String {
        self.json()["method"].as_str().unwrap_or_default().to_owned()
    }
}

/// What is answered.
pub(crate) struct Response {
    pub(crate) status: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Text(String),
    /// The same again and again, until nobody reads any more.
    Endless(&'static str),
    /// Nothing, and the connection stays open until the other side closes it.
    Silence,
}

impl Response {
    pub(crate) fn new(status: &'static str, kind: &str, body: String) -> Self {
        Self { status, headers: vec![("Content-Type", kind.to_owned())], body: Body::Text(body) }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new("200 OK", "application/json", body.to_string())
    }

    pub(crate) fn status(status: &'static str) -> Self {
        Self::new(status, "text/plain", String::new())
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

type Handler = dyn Fn(&Request) -> Response + Send + Sync;

/// The server. It ends with the test.
pub(crate) struct Http {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Http {
    pub(crate) fn new(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::on(listener, handler)
    }

    pub(crate) fn on(
        listener: TcpListener,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, handler): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(handler));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, handler) = (Arc::clone(&kept), Arc::clone(&handler));
                std::thread::spawn(move || serve(stream, &kept, &*handler));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn ask(&self) -> Result<Answer, Unanswered> {
        ask(&self.url(), &Options::default(), &Limits::default(), &|_| panic!("nobody signs in"))
    }

    pub(crate) fn error(&self) -> String {
        self.ask().expect_err("there is no answer").to_string()
    }
}

pub(crate) fn ask(
    url: &str,
    options: &Options,
    limits: &Limits,
    tell: &dyn Fn(&str),
) -> Result<Answer, Unanswered> {
    let surroundings = Surroundings {
        environment: BTreeMap::from([("TOKEN".to_owned(), "hunter2hunter2".to_owned())]),
        ..Surroundings::default()
    };
    let plan = Plan::of_url("remote", url, (&surroundings, options), &Catalog::compiled().unwrap());
    ambit_connect::ask(&plan.unwrap(), limits, tell)
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Request>>, handler: &Handler) {
    let Some(request) = read(&stream) else { return };
    seen.lock().unwrap().push(request.clone());
    let response = handler(&request);
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", response.status);
    for (name, value) in &response.headers {
        _ = write!(head, "{name}: {value}\r\n");
    }
    if let Body::Text(text) = &response.body {
        _ = write!(head, "Content-Length: {}\r\n", text.len());
    }
    let mut send = |text: &str| stream.write_all(text.as_bytes()).is_ok();
    if !send(&format!("{head}\r\n")) {
        return;
    }
    match response.body {
        Body::Text(text) => _ = send(&text),
        Body::Endless(text) => while send(text) {},
        Body::Silence => _ = stream.read(&mut [0; 1]),
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers, body: String::from_utf8(body).ok()? })
}

/// What a server of one tool says to `request`; nothing to what it does not know.
pub(crate) fn orders(request: &Request) -> Option<Value> {
    let message = request.json();
    let id = message.get("id")?.clone();
    let result = match request.call().as_str() {
        "initialize" => json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                               "serverInfo": {"name": "orders", "version": "1"}}),
        "tools/list" => json!({"tools": [{"name": "cancel", "inputSchema": {"type": "object"}}]}),
        _ => {
            return Some(
                json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "unknown"}}),
            );
        }
    };
    Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

/// A well-behaved server.
pub(crate) fn well(request: &Request) -> Response {
    match (request.method.as_str(), orders(request)) {
        ("POST", Some(answer)) => Response::json(&answer),
        ("POST", None) => Response::status("202 Accepted"),
        _ => Response::status("405 Method Not Allowed"),
    }
}
