//! Files in which the supplier of a server describes it: they add what is known of a server and make no agent.
//!
//! What lives here: one file per format, each with its `READER`.

pub(super) mod bundle;
pub(super) mod docker;
pub(super) mod registry;
pub(super) mod smithery;

use ambit_model::facts::{CredentialFacts, Holder, Launch, ServerFacts};

use super::Text;
use crate::credential;
use crate::text::signals;
use crate::tree::View;

/// A server that the file describes, still without credentials and tools.
fn described(
    key: String,
    name: &str,
    launch: Launch,
    view: &View<'_>,
    description: Option<&View<'_>>,
) -> ServerFacts {
    ServerFacts {
        key,
        name: name.to_owned(),
        launch,
        credentials: Vec::new(),
        tools: Vec::new(),
        signals: description.and_then(|it| Some(signals(it.text()?, &it.place()))).unwrap_or_default(),
        places: vec![view.place()],
    }
}

/// A credential that whoever installs the server has to give it.
fn expected(name: &str, holder: Holder, view: &View<'_>, text: &Text<'_>) -> CredentialFacts {
    CredentialFacts {
        name: name.to_owned(),
        kind: credential::kind(text.catalog, name, "").unwrap_or_else(|| "secret".to_owned()),
        holder,
        value: None,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: text.location.scope,
    }
}
