//! Signing in with a browser, which the test plays.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ambit_connect::{Answer, Limits, Oauth, Options, Unanswered};
use serde_json::json;
use sha2::Digest as _;
use url::Url;

use crate::http::{Http, Request, Response, ask, well};

/// A server that asks who is there, and its authorization server, in one.
fn guarded() -> Http {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let challenge = Arc::new(Mutex::new(String::new()));
    Http::on(listener, move |request| {
        let authorized = request.headers.get("authorization").is_some_and(|it| it == "Bearer t-0");
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        match path {
            "/mcp" if authorized => well(request),
            "/mcp" => Response::status("401 Unauthorized").with(
                "WWW-Authenticate",
                format!("Bearer resource_metadata=\"{base}/.well-known/oauth-protected-resource\""),
            ),
            "/.well-known/oauth-protected-resource" => {
                Response::json(&json!({"resource": format!("{base}/mcp"), "authorization_servers": [base]}))
            }
            "/.well-known/oauth-authorization-server" => Response::json(&json!({
                "issuer": base, "authorization_endpoint": format!("{base}/authorize"),
                "token_endpoint": format!("{base}/token"), "registration_endpoint": format!("{base}/register"),
                "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"]})),
            "/register" => {
                let mut answer = Response::json(&json!({"client_id": "c-1",
                    "redirect_uris": request.json()["redirect_uris"]}));
                answer.status = "201 Created";
                answer
            }
            "/authorize" => {
                let asked = parameters(query);
                *challenge.lock().unwrap() = value(&asked, "code_challenge");
                assert_eq!(value(&asked, "code_challenge_method"), "S256");
                let back = value(&asked, "redirect_uri");
                let state = value(&asked, "state");
                Response::status("302 Found").with("Location", format!("{back}?code=code-1&state={state}"))
            }
            "/token" => {
                let asked = parameters(&request.body);
                let proof = sha2::Sha256::digest(value(&asked, "code_verifier").as_bytes());
                let proof = data_encoding::BASE64URL_NOPAD.encode(&proof);
                let holds = value(&asked, "code") == "code-1" && proof == *challenge.lock().unwrap();
                if holds {
                    Response::json(&json!({"access_token": "t-0", "token_type": "Bearer", "expires_in": 60}))
                } else {
                    Response::status("400 Bad Request")
                }
            }
            _ => Response::status("404 Not Found"),
        }
    })
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let url = Url::parse(&format!("http://x/?{query}")).unwrap();
    url.query_pairs().map(|(a, b)| (a.into_owned(), b.into_owned())).collect()
}

fn value(of: &[(String, String)], name: &str) -> String {
    of.iter().find(|(it, _)| it == name).map(|(_, it)| it.clone()).unwrap_or_default()
}

/// What a browser gets at `address`: the whole answer.
fn get(address: &str) -> String {
    let url = Url::parse(address).unwrap();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    write!(stream, "GET {}{query} HTTP/1.1\r\nHost: x\r\n\r\n", url.path()).unwrap();
    let mut answer = String::new();
    _ = stream.read_to_string(&mut answer);
    answer
}

/// Where the authorization server sends the browser.
fn location(page: &str) -> String {
    let answer = get(page);
    answer.lines().find_map(|it| it.strip_prefix("Location: ")).unwrap().to_owned()
}

/// Asks `http` while a browser does `then` with the page that is to be opened.
fn signed_in(http: &Http, then: fn(&str)) -> Result<Answer, Unanswered> {
    let options = Options { oauth: Some(Oauth::default()), ..Options::default() };
    let limits = Limits { sign_in: Duration::from_secs(2), ..Limits::default() };
    let browsers = Mutex::new(Vec::new());
    let answer = ask(&http.url(), &options, &limits, &|page| {
        let page = page.to_owned();
        browsers.lock().unwrap().push(std::thread::spawn(move || then(&page)));
    });
    browsers.into_inner().unwrap().into_iter().for_each(|it| it.join().unwrap());
    answer
}

#[test]
fn a_person_signs_in_and_the_token_is_used() {
    let http = guarded();
    let answer = signed_in(&http, |page| {
        let back = location(page);
        let shown = get(&back);
        assert!(shown.starts_with("HTTP/1.1 200 OK") && shown.contains("You can close this page"), "{shown}");
    });
    let answer = answer.unwrap_or_else(|e| panic!("{e}"));
    assert!(answer.record().contains("cancel") && !answer.record().contains("t-0"));
    let registered =
        http.seen().iter().filter(|it| it.path == "/register").map(Request::json).next().unwrap();
    assert!(
        registered["redirect_uris"][0].as_str().unwrap().starts_with("http://127.0.0.1:"),
        "{registered}"
    );
}

#[test]
fn what_comes_back_from_elsewhere_is_turned_away() {
    let http = guarded();
    let answer = signed_in(&http, |page| {
        let back = location(page);
        let forged = back.split_once("&state=").unwrap().0.to_owned() + "&state=mine";
        assert!(get(&forged).starts_with("HTTP/1.1 404"));
        assert!(get(&back.replace("/callback", "/other")).starts_with("HTTP/1.1 404"));
        assert!(get(&back).starts_with("HTTP/1.1 200"));
    });
    assert!(answer.is_ok(), "{answer:?}");
}

#[test]
fn a_refusal_and_a_person_who_does_not_come_back_are_told() {
    let answer = signed_in(&guarded(), |page| {
        let back = location(page).replace("code=code-1", "error=access_denied&error_description=no%1b");
        get(&back);
    });
    let error = answer.unwrap_err().to_string();
    assert_eq!(error, "signing in: the authorization server said no: access_denied (no\u{1b})");
    let error = signed_in(&guarded(), |_| {}).unwrap_err().to_string();
    assert_eq!(error, "signing in: nobody came back from the browser in time");
}

#[test]
fn nobody_is_asked_to_sign_in_who_did_not_wish_it() {
    assert_eq!(guarded().error(), "the server wants to know who asks");
}

#[test]
fn a_server_cannot_send_us_where_only_we_can_reach() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let http = Http::on(listener, move |request| match request.path.as_str() {
        "/mcp" => Response::status("401 Unauthorized").with(
            "WWW-Authenticate",
            format!("Bearer resource_metadata=\"{base}/.well-known/oauth-protected-resource\""),
        ),
        "/.well-known/oauth-protected-resource" => Response::json(&json!({
            "resource": format!("{base}/mcp"), "authorization_servers": ["http://169.254.169.254"]})),
        _ => Response::status("404 Not Found"),
    });
    let error = signed_in(&http, |page| panic!("{page}")).unwrap_err().to_string();
    assert!(error.starts_with("signing in: "), "{error}");
}
