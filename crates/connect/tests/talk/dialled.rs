//! Servers that are dialled.

use std::time::Duration;

use ambit_connect::{Limits, Options};
use serde_json::{Value, json};

use crate::http::{Body, Http, Request, Response, ask, orders, well};

fn record(http: &Http) -> Value {
    let answer = http.ask().unwrap_or_else(|e| panic!("{e}"));
    serde_json::from_str(&answer.record()).unwrap()
}

#[test]
fn answers_are_read_plain_and_as_events() {
    let plain = Http::new(well);
    assert_eq!(record(&plain)["tools"][0]["name"], "cancel");
    assert!(
        plain.seen().iter().all(|it| it.path == "/mcp" && it.headers["user-agent"].starts_with("ambit/"))
    );
    let events = Http::new(|request| match (request.method.as_str(), orders(request)) {
        ("POST", Some(answer)) => {
            let body = format!(": hello\n\nevent: message\ndata: {answer}\n\n");
            Response::new("200 OK", "text/event-stream", body).with("Mcp-Session-Id", "s-1")
        }
        ("POST", None) => Response::status("202 Accepted"),
        ("DELETE", _) => Response::status("204 No Content"),
        _ => Response::status("405 Method Not Allowed"),
    });
    assert_eq!(record(&events)["tools"][0]["name"], "cancel");
    let last = events.seen();
    assert!(last.iter().any(|it| it.method == "DELETE" && it.headers["mcp-session-id"] == "s-1"));
}

#[test]
fn a_token_of_the_environment_is_sent_and_one_that_is_missing_is_told() {
    let http = Http::new(|request| match request.headers.get("authorization").map(String::as_str) {
        Some("Bearer hunter2hunter2") => well(request),
        _ => Response::status("401 Unauthorized").with("WWW-Authenticate", "Bearer realm=\"x\""),
    });
    let options = Options { bearer_from: Some("TOKEN".to_owned()), ..Options::default() };
    assert!(ask(&http.url(), &options, &Limits::default(), &|_| {}).is_ok());
    assert_eq!(http.error(), "the server wants to know who asks");
    let silent = Http::new(|_| Response::status("401 Unauthorized"));
    assert_eq!(silent.error(), "the server wants to know who asks");
}

#[test]
fn redirects_to_other_places_are_refused_and_nothing_is_sent_there() {
    let other = Http::new(well);
    let target = other.url();
    let http =
        Http::new(move |_| Response::status("307 Temporary Redirect").with("Location", target.clone()));
    let error = http.error();
    assert!(error.contains("sends us on to `127.0.0.1`, which is not followed"), "{error}");
    assert!(other.seen().is_empty());
    let same = Http::new(|request| match request.path.as_str() {
        "/mcp" => Response::status("308 Permanent Redirect").with("Location", "/moved"),
        _ => well(request),
    });
    assert_eq!(record(&same)["tools"][0]["name"], "cancel");
}

#[test]
fn long_answers_and_endless_ones_are_cut_off() {
    let limits = Limits { message: 64 * 1024, total: 256 * 1024, ..Limits::default() };
    let error =
        |http: &Http| ask(&http.url(), &Options::default(), &limits, &|_| {}).unwrap_err().to_string();
    let on_list = |answer: fn(&Request) -> Response| {
        Http::new(move |request| if request.call() == "tools/list" { answer(request) } else { well(request) })
    };
    let long = on_list(|request| {
        let tools = json!([{"name": "x".repeat(100_000), "inputSchema": {}}]);
        Response::json(&json!({"jsonrpc": "2.0", "id": request.json()["id"], "result": {"tools": tools}}))
    });
    assert_eq!(error(&long), "the server wrote a message of more than 64 KiB");
    let one_event = on_list(|_| Response {
        body: Body::Endless("data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"),
        ..Response::new("200 OK", "text/event-stream", String::new())
    });
    assert_eq!(error(&one_event), "the server wrote a message of more than 64 KiB");
    let events = on_list(|_| Response {
        body: Body::Endless(
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"x\"}}\n\n",
        ),
        ..Response::new("200 OK", "text/event-stream", String::new())
    });
    assert_eq!(error(&events), "the server wrote more than 256 KiB");
}

#[test]
fn silence_and_refusals_are_told_with_the_host() {
    let limits = Limits { start: Duration::from_millis(300), ..Limits::default() };
    let silent = Http::new(|_| Response {
        body: Body::Silence,
        ..Response::new("200 OK", "application/json", String::new())
    });
    let error = ask(&silent.url(), &Options::default(), &limits, &|_| {}).unwrap_err().to_string();
    assert_eq!(error, "no answer to `initialize` within 0.3 s");
    let broken = Http::new(|_| Response::status("500 Internal Server Error"));
    assert!(broken.error().starts_with("asking `127.0.0.1`: "), "{}", broken.error());
    let page = Http::new(|_| Response::new("200 OK", "text/html", "<html>".to_owned()));
    assert!(page.error().contains("text/html"), "{}", page.error());
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error =
        ask(&format!("http://{closed}/?key=hunter2"), &Options::default(), &limits, &|_| {}).unwrap_err();
    let error = error.to_string();
    assert!(error.starts_with("asking `127.0.0.1`: ") && !error.contains("hunter2"), "{error}");
}

#[test]
fn a_certificate_of_nobody_is_refused() {
    let plain = Http::new(well);
    let error = ask(&format!("https://{}/", plain.address), &Options::default(), &Limits::default(), &|_| {});
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("asking `127.0.0.1`: "), "{error}");
}
