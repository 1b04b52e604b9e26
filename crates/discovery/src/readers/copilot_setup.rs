//! `copilot-setup-steps.yml`: prepares the machine of GitHub Copilot's cloud agent. Only what says something
//! of the agent is read: that it is there, and which secrets its machine holds.

use ambit_model::facts::{CredentialFacts, Holder};

use super::{Form, Reader, Text, in_folder};
use crate::credential;
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "copilot-setup",
    places: &[
        in_folder(".github/workflows/copilot-setup-steps.yml"),
        in_folder(".github/workflows/copilot-setup-steps.yaml"),
    ],
    form: Form::Tree(Syntax::Yaml),
    marks: &["copilot-setup-steps:"],
    accepts: |text| text.root.at(&["jobs", "copilot-setup-steps"]).is_some(),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(job) = text.root.at(&["jobs", "copilot-setup-steps"]) else {
        let help = "the agent looks for a job with exactly this name";
        sink.problems.push(text.problem(&text.root, "no job `copilot-setup-steps`", help));
        return;
    };
    let mut fragment = Fragment::new("copilot-agent", text.location.clone(), job.place());
    // What a single step sees is gone when the agent starts.
    for environment in [text.root.get("env"), job.get("env")].into_iter().flatten() {
        for (name, value) in environment.entries() {
            fragment.credentials.extend(variable(name, &value, text));
        }
    }
    sink.fragments.push(fragment);
}

/// A variable whose value is a secret of the repository is a credential, whatever it is called.
fn variable(name: &str, value: &View<'_>, text: &Text<'_>) -> Option<CredentialFacts> {
    let scope = text.location.scope;
    let known = credential::of_entry(text.catalog, name, value, Holder::Environment, scope);
    let secret = value.text().is_some_and(|it| it.contains("secrets."));
    known.or_else(|| {
        secret.then(|| CredentialFacts {
            name: name.to_owned(),
            kind: "secret".to_owned(),
            holder: Holder::Environment,
            value: None,
            place: value.place(),
            pointer: value.pointer().to_owned(),
            scope,
        })
    })
}
