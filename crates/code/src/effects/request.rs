//! Requests: one that goes to an address that the caller chooses both takes in what anybody wrote and tells anybody what is
//! put into the address.

use ambit_catalog::schema::{Host, HostAct, Role};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{Audience, Bandwidth, BlastRadius, Confidence, Effect, Level, Reversibility, Trust};

use crate::follow::value::{ObjectKind, ObjectNo, Value};

use super::address::{Address, is_inside};
use super::call::Call;
use super::chosen::Decided;
use super::listed::does;
use super::models::{Words, sent};
use super::told;

/// What a request does by its method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Asks whether something is there.
    Head,
    /// Reads.
    Get,
    /// Sends and changes.
    Post,
    /// Deletes.
    Delete,
    /// Talks, in either direction.
    Socket,
}

/// A request with all that is known of it.
struct Request<'r> {
    call: &'r Call<'r>,
    method: Method,
    /// As it is written on the wire.
    verb: String,
    /// Who decides anything that is put into it.
    decided: Decided,
    /// Whether something is sent along.
    has_body: bool,
    /// Whether what it answers is used.
    is_read: bool,
}

/// The effects of a request.
pub(super) fn effects(call: &Call<'_>) -> Vec<OwnEffect> {
    let url = call.role(Role::Url).unwrap_or(Value::Unknown);
    let mut verbs = verbs(call, &url);
    let base = call.role(Role::Base).or_else(|| {
        let fixed = call.act.and_then(|it| it.on.as_deref());
        fixed.map(|it| Value::Text(it.into()))
    });
    let mut addresses = call.reading.addresses(&url, base.as_ref());
    if addresses.is_empty() {
        addresses.push(Address::Configured(None));
    }
    let body = call.roles(Role::Body);
    if asks_model(call, &url, &body) {
        return Vec::new();
    }
    let decided = call.decided_at_all();
    let has_body = body.iter().any(|it| !matches!(it, Value::Null));
    let is_read = call.reading.is_used(&call.event.result);
    let mut found = Vec::new();
    verbs.dedup();
    for verb in verbs {
        let method = method(&verb);
        let request = Request { call, method, verb, decided: decided.clone(), has_body, is_read };
        addresses.iter().for_each(|it| request.to(it, &mut found));
    }
    found
}

/// Whether the request asks a model, as a call of a client would, which is none of what a tool does to others.
fn asks_model(call: &Call<'_>, url: &Value, body: &[Value]) -> bool {
    let words = Words::of(call.reading.catalog);
    let follower = call.reading.follower;
    let (mut is_address, mut is_plain) = (false, false);
    follower.collect(url, &mut |it| {
        if let Value::Text(text) = it
            && words.is_address(text)
        {
            is_address = true;
            // Programs call routes of their own so too.
            is_plain |= text.contains("/api/");
        }
    });
    let sent: Vec<Value> = body.iter().filter_map(|it| sent(follower, it)).collect();
    let has = |name: &str| {
        let pairs = sent.iter().filter_map(|it| follower.pairs(it)).flatten();
        pairs.into_iter().any(|(key, _)| key.as_ref().and_then(Value::text) == Some(name))
    };
    is_address && (has("model") || has("contents") || sent.is_empty() && !is_plain)
}

/// A request that reads what is at one of `addresses`, for calls that take paths and addresses alike.
pub(super) fn reads(call: &Call<'_>, addresses: &[Address]) -> Vec<OwnEffect> {
    let request = Request {
        call,
        method: Method::Get,
        verb: "GET".to_owned(),
        decided: call.decided_at_all(),
        has_body: false,
        is_read: true,
    };
    let mut found = Vec::new();
    addresses.iter().for_each(|it| request.to(it, &mut found));
    found
}

/// The methods that the call may have.
fn verbs(call: &Call<'_>, url: &Value) -> Vec<String> {
    if let Some(method) = call.act.and_then(|it| it.method.as_deref()) {
        return vec![method.to_owned()];
    }
    // `POST /repos/{owner}/{repo}/issues`
    let route = match url {
        Value::Template(parts) => parts.first().and_then(Value::text),
        other => other.text(),
    };
    let first = route.and_then(|it| it.split_once(' ')).map(|(it, _)| it);
    if let Some(verb) = first.filter(|it| it.len() > 2 && it.chars().all(|it| it.is_ascii_uppercase())) {
        return vec![verb.to_owned()];
    }
    let value = call.role(Role::Method);
    let given: Vec<String> = value
        .iter()
        .flat_map(Value::each)
        .filter_map(|it| it.text().map(str::to_ascii_uppercase))
        .filter(|it| !it.is_empty())
        .collect();
    if !given.is_empty() {
        return given;
    }
    if call.reading.decided(value.iter()).is_chosen() {
        return ["GET", "POST", "DELETE"].map(str::to_owned).into();
    }
    let body = call.roles(Role::Body);
    let posts = ["urllib.request.urlopen", "urllib.request.build_opener"]
        .iter()
        .any(|it| call.symbol.starts_with(it));
    let has_data = body.iter().any(|it| !matches!(it, Value::Null));
    vec![if posts && has_data { "POST" } else { "GET" }.to_owned()]
}

fn method(verb: &str) -> Method {
    match verb {
        "HEAD" | "OPTIONS" => Method::Head,
        "POST" | "PUT" | "PATCH" => Method::Post,
        "DELETE" => Method::Delete,
        "SOCKET" => Method::Socket,
        _ => Method::Get,
    }
}

impl Request<'_> {
    fn to(&self, address: &Address, found: &mut Vec<OwnEffect>) {
        let reading = self.call.reading;
        match address {
            Address::Chosen => self.anywhere(found),
            Address::Host { host, path } => match reading.catalog.host(host) {
                _ if is_inside(host) => self.inside(&named(host), found),
                Some((_, known)) if known.processor => {}
                Some((_, known)) => match self.act(known, path) {
                    Some(act) => self.known(act, found),
                    None => self.outside(host, path, (known.trust, known.audience), found),
                },
                None => self.outside(host, path, (Trust::Partner, Audience::Partner), found),
            },
            Address::Configured(name) => {
                let on = match name {
                    Some(name) => {
                        Object::named(format!("channel:web/${name}"), format!("The address in `{name}`"))
                    }
                    None => Object::named(
                        format!("channel:web/of {}", super::statement::module_of(&self.call.place())),
                        "An address that the program is configured with",
                    ),
                };
                self.inside(&on, found);
            }
            Address::Relative(_) => {
                let on = Object::named(
                    format!("channel:web/of {}", super::statement::module_of(&self.call.place())),
                    "The program's own address",
                );
                self.inside(&on, found);
            }
        }
    }

    fn push(&self, found: &mut Vec<OwnEffect>, effect: Effect, on: &Object) {
        found.push(told(effect, on.clone(), does(self.call, &self.decided), self.call.place()));
    }

    /// An address that the caller chooses.
    fn anywhere(&self, found: &mut Vec<OwnEffect>) {
        let on = self.call.reading.known("channel:web");
        if self.method != Method::Head {
            self.push(found, Effect::Ingests { trust: Trust::Public }, &on);
        }
        let sends = |bandwidth| Effect::Sends { audience: Audience::Public, bandwidth };
        self.push(found, sends(Bandwidth::ChosenUrl), &on);
        if matches!(self.method, Method::Post | Method::Socket) && self.has_body {
            self.push(found, sends(Bandwidth::FreeText), &on);
        }
        self.changes(BlastRadius::ThirdParties, &on, found);
    }

    /// A host of others.
    fn outside(
        &self,
        host: &str,
        path: &str,
        (trust, audience): (Trust, Audience),
        found: &mut Vec<OwnEffect>,
    ) {
        let on = Object { trust: Some(trust), ..named(host) };
        let asks = self.asks(path);
        if self.takes_in() || asks {
            self.push(found, Effect::Ingests { trust }, &on);
        }
        self.tells(audience, &on, found);
        if !asks {
            self.changes(BlastRadius::ThirdParties, &on, found);
        }
    }

    /// A host of ours.
    fn inside(&self, on: &Object, found: &mut Vec<OwnEffect>) {
        let on = Object { trust: Some(Trust::Organization), ..on.clone() };
        let url = self.call.role(Role::Url);
        let last = |it: &Value| match it {
            Value::Template(parts) => parts.iter().rev().find_map(|it| it.text().map(str::to_owned)),
            other => other.text().map(str::to_owned),
        };
        let path = url.as_ref().and_then(last).unwrap_or_default();
        let asks = self.asks(&path);
        if self.takes_in() || asks {
            self.push(found, Effect::Ingests { trust: Trust::Organization }, &on);
            let data = ["operations".to_owned()].into();
            self.push(found, Effect::Reads { data, level: Level::Internal }, &on);
        }
        self.tells(Audience::Organization, &on, found);
        if !asks {
            self.changes(BlastRadius::Organization, &on, found);
        }
    }

    /// Whether what is posted is a question: nothing changes there.
    fn asks(&self, path: &str) -> bool {
        let is_mutation = || {
            let mut found = false;
            for body in self.call.roles(Role::Body) {
                self.call.reading.follower.collect(&body, &mut |it| {
                    found |= matches!(it, Value::Text(text) if text.contains("mutation"));
                });
            }
            found
        };
        // What proves who asks is changed by nobody.
        let signs_in = || {
            let bodies = self.call.roles(Role::Body);
            let follower = self.call.reading.follower;
            let sent = bodies.iter().filter_map(|it| sent(follower, it)).filter_map(|it| follower.pairs(&it));
            sent.flatten().any(|(key, _)| key.as_ref().and_then(Value::text) == Some("grant_type"))
        };
        self.method == Method::Post && signs_in()
            || self.method == Method::Post
                && is_question(path)
                && !(path.contains("graphql") && is_mutation())
    }

    fn takes_in(&self) -> bool {
        match self.method {
            Method::Get | Method::Socket => true,
            Method::Post | Method::Delete => self.is_read,
            Method::Head => false,
        }
    }

    /// What is put into the address or sent along.
    fn tells(&self, audience: Audience, on: &Object, found: &mut Vec<OwnEffect>) {
        let sends_along = self.has_body && self.method == Method::Post;
        if !self.decided.is_chosen() && !sends_along {
            return;
        }
        let bandwidth = if !self.decided.is_chosen() || self.decided.is_narrow {
            Bandwidth::FixedTemplate
        } else {
            Bandwidth::FreeText
        };
        self.push(found, Effect::Sends { audience, bandwidth }, on);
    }

    fn changes(&self, blast_radius: BlastRadius, on: &Object, found: &mut Vec<OwnEffect>) {
        let reversibility = match self.method {
            Method::Post => Reversibility::Recoverable,
            Method::Delete => Reversibility::Irreversible,
            Method::Get | Method::Head | Method::Socket => return,
        };
        self.push(found, Effect::Writes { reversibility, blast_radius }, on);
    }

    /// What the catalog knows of this request to the host.
    fn act<'h>(&self, host: &'h Host, path: &str) -> Option<&'h HostAct> {
        let any_path = path.is_empty() || path == "/";
        host.acts.iter().find(|it| {
            let method = it.methods.is_empty() || it.methods.contains(&self.verb);
            method
                && (it.paths.is_empty()
                    || !any_path && it.paths.iter().any(|it| path.starts_with(it.as_str())))
        })
    }

    fn known(&self, act: &HostAct, found: &mut Vec<OwnEffect>) {
        for entry in &act.effects {
            let effect = match &entry.effect {
                Effect::Sends { audience, .. } if !self.decided.is_chosen() || self.decided.is_narrow => {
                    Effect::Sends { audience: *audience, bandwidth: Bandwidth::FixedTemplate }
                }
                other => other.clone(),
            };
            let symbol = self.call.symbol.trim_end_matches("()");
            let who = if self.decided.is_chosen() {
                format!(", as {} says", self.decided.who())
            } else {
                String::new()
            };
            let does = format!("{}{who} (`{symbol}`)", act.does);
            let on = self.call.reading.known(entry.on.as_str());
            found.push(OwnEffect {
                confidence: Confidence::Likely,
                ..told(effect, on, does, self.call.place())
            });
        }
    }
}

fn named(host: &str) -> Object {
    Object::named(format!("channel:web/{host}"), host)
}

/// Whether what is posted to such a path is a question.
fn is_question(path: &str) -> bool {
    const ASKS: [&str; 25] = [
        "search",
        "query",
        "graphql",
        "_search",
        "sparql",
        "lookup",
        "embeddings",
        "completions",
        "predict",
        "token",
        "translate",
        "analyze",
        "similarity",
        "retrieve",
        "geocode",
        "calculate",
        "interpreter",
        "_msearch",
        "_count",
        "scrape",
        "extract",
        "rerank",
        "classify",
        "moderations",
        "transcriptions",
    ];
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    ASKS.contains(&last)
}

impl super::Reading<'_, '_> {
    /// Whether content of what a call gave back goes anywhere: a method of it is called that is no mere check, or it is
    /// part of something else.
    pub(super) fn is_used(&self, result: &Value) -> bool {
        let Some(no) = result.object() else { return true };
        let calls = || self.outcome.calls.iter().filter_map(|it| self.follower.event(*it));
        let checks = ["raise_for_status", "close", "aclose", "release", "getcode"];
        let own = calls().filter(|it| it.receiver == Some(no)).any(|it| {
            let last = it.symbol.rsplit('.').next().unwrap_or_default();
            !checks.contains(&last)
        });
        own || self.is_in(&self.outcome.returned, no, 16)
            || calls().any(|it| it.args.iter().any(|(_, it)| self.is_in(it, no, 6)))
    }

    /// Whether content of the object is in `value`; its status is not.
    fn is_in(&self, value: &Value, no: ObjectNo, depth: usize) -> bool {
        const STATUS: [&str; 9] = [
            "status_code",
            "status",
            "ok",
            "reason",
            "statusText",
            "is_success",
            "statusCode",
            "elapsed",
            "reason_phrase",
        ];
        let Some(depth) = depth.checked_sub(1) else { return false };
        match value {
            Value::Object(it) if *it == no => true,
            Value::Part(it, name) if *it == no => !STATUS.contains(&name.split('.').next().unwrap_or(name)),
            Value::Template(parts) | Value::Choice(parts) | Value::Mixed(parts) => {
                parts.iter().any(|it| self.is_in(it, no, depth))
            }
            Value::Object(it) => match self.follower.object(*it).map(|it| &it.kind) {
                Some(ObjectKind::List(items)) => items.iter().any(|it| self.is_in(it, no, depth)),
                Some(ObjectKind::Map(pairs)) => pairs.iter().any(|(_, it)| self.is_in(it, no, depth)),
                Some(ObjectKind::Made { args, .. }) => args.iter().any(|(_, it)| self.is_in(it, no, depth)),
                _ => false,
            },
            _ => false,
        }
    }
}
