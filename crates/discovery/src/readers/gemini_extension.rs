//! Gemini CLI's extensions, `gemini-extension.json`: servers, context and denied tools that come as a package.

use ambit_model::facts::{CredentialFacts, Holder, InstructionKind};
use ambit_model::{Gate, Trust};

use super::gemini_settings::{CLIENT, selector, trusted};
use super::record::{add, of_workspace};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::credential;
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "gemini-extension",
    places: &[in_home(".gemini/extensions/*/gemini-extension.json"), in_folder("gemini-extension.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["contextFileName", "${extensionPath}"],
    accepts: |text| {
        let manifest = ["name", "version", "mcpServers"].iter().all(|key| text.root.get(key).is_some());
        manifest && (text.root.get("contextFileName").is_some() || text.text.contains("${extensionPath}"))
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let installed = text.path.starts_with("~/");
    let mut location = text.location.clone();
    if !installed {
        // In its own repository it is a product; it is loaded only where it has been installed.
        location.placed = false;
        text.path.clone_into(&mut location.at);
    }
    let mut fragment = Fragment::new(CLIENT, location, text.start());
    fragment.makes_agent = !installed;
    if let Some(list) = text.root.get("mcpServers") {
        read_all(&list, text, &mut fragment, sink);
        trusted(&list, &mut fragment);
    }
    for (name, item) in text.root.get("excludeTools").map(|it| it.texts()).unwrap_or_default() {
        let raw = format!("excludeTools: {name}");
        add(Rank::Deny, selector(name), Gate::Denied, (&item, &raw), &mut fragment);
    }
    for (name, item) in text.root.get("contextFileName").map(|it| it.texts()).unwrap_or_default() {
        let mut facts = of_workspace(name, InstructionKind::Rules, "", item.place());
        if installed {
            facts.trust = Trust::Partner;
            facts.pinned = false;
            "a file of an extension".clone_into(&mut facts.because);
        }
        fragment.instructions.push(facts);
    }
    for setting in text.root.get("settings").map(|it| it.items()).unwrap_or_default() {
        fragment.credentials.extend(asked_for(&setting, text));
    }
    sink.fragments.push(fragment);
}

/// A secret that the extension asks its user for and keeps in the environment of its servers.
fn asked_for(setting: &View<'_>, text: &Text<'_>) -> Option<CredentialFacts> {
    let variable = setting.get("envVar")?;
    let name = variable.text()?;
    let kind = credential::kind(text.catalog, name, "");
    let kind = kind.or_else(|| setting.is_true("sensitive").then(|| "secret".to_owned()))?;
    Some(CredentialFacts {
        name: name.to_owned(),
        kind,
        holder: Holder::Environment,
        value: None,
        place: variable.place(),
        pointer: variable.pointer().to_owned(),
        scope: text.location.scope,
    })
}
