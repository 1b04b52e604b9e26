//! Protocols and inventories: files that announce agents, describe tools that are called over a network, or list what a
//! system is made of.
//!
//! What lives here: one file per format, each with its readers, and what they share about addresses.

pub(super) mod a2a;
pub(super) mod cyclonedx;
pub(super) mod oasf;
pub(super) mod openapi;

use std::sync::Arc;

use ambit_model::address::{Leads, leads};
use ambit_model::facts::{Annotations, CredentialFacts, Holder, Launch};
use ambit_model::{Place, Scope, ToolDefinition, Trust};

use super::Text;
use super::tool_dump::suspicious;
use crate::credential;
use crate::launch;
use crate::tree::View;

/// The folder of the file at `path`.
pub(in crate::readers) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path of a file without its ending: what is defined there is of that.
pub(in crate::readers) fn module(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rfind('.').filter(|it| *it > 0).map_or(0, |it| name.len() - it);
    path.get(..path.len() - ending).unwrap_or(path)
}

/// The address at `view` without user, query and fragment, and the credentials that were in it.
pub(in crate::readers) fn address(view: &View<'_>, scope: Scope) -> Option<(String, Vec<CredentialFacts>)> {
    let written = view.text()?.trim();
    // A path is relative to an address that only whoever serves it knows; a template is filled in later.
    if written.is_empty() || written.starts_with('/') {
        return None;
    }
    let mut launch = Launch::default();
    let credentials = launch::address(written, &mut launch, &view.place(), scope);
    Some((launch.url.unwrap_or_else(|| written.to_owned()), credentials))
}

/// Who can send something to `url`, where nothing keeps them from it.
pub(in crate::readers) fn senders(url: &str) -> Trust {
    match leads(url) {
        Leads::Here => Trust::Operator,
        Leads::Inside => Trust::Organization,
        Leads::Outside => Trust::Public,
    }
}

/// Values below `view` that are credentials, written out. References and forms of schemes are none.
pub(in crate::readers) fn written_secrets(view: &View<'_>, text: &Text<'_>) -> Vec<CredentialFacts> {
    const NONE: &[&str] = &["securitySchemes", "signatures", "security", "securityRequirements"];
    let mut found = Vec::new();
    for (name, value) in view.entries() {
        if NONE.contains(&name) {
            continue;
        }
        if value.is_map() || value.is_list() {
            found.extend(written_secrets(&value, text));
        } else if !value.text().is_some_and(|it| it.contains("://")) {
            let held = credential::of_entry(text.catalog, name, &value, Holder::File, text.location.scope);
            found.extend(held.filter(|it| it.value.is_some()));
        }
    }
    if view.is_list() {
        for item in view.items().iter().filter(|it| it.is_map() || it.is_list()) {
            found.extend(written_secrets(item, text));
        }
    }
    found
}

/// The definition of a tool called `name` at `place`, of which `texts` are what a model reads: the first is its
/// description.
pub(in crate::readers) fn definition(
    name: &str,
    title: Option<&str>,
    texts: &[View<'_>],
    (schema, place): (serde_json::Value, Place),
) -> Arc<ToolDefinition> {
    Arc::new(ToolDefinition {
        name: name.to_owned(),
        title: title.map(str::to_owned),
        description: texts.first().and_then(View::text).unwrap_or_default().to_owned(),
        input_schema: schema,
        annotations: Annotations::default(),
        signals: texts.iter().flat_map(suspicious).collect(),
        place,
    })
}
