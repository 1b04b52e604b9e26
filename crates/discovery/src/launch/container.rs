//! `docker run` and its likes.

use ambit_model::facts::{CredentialFacts, Holder};
use ambit_model::{Scope, Secret};

use super::{Line, Word, image};
use crate::credential;

/// Options of `docker run` that take a value as the next word.
const WITH_VALUE: &[&str] = &[
    "-e",
    "--env",
    "-v",
    "--volume",
    "--mount",
    "--network",
    "--net",
    "--name",
    "-p",
    "--publish",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--entrypoint",
    "--env-file",
    "--platform",
    "--add-host",
    "-m",
    "--memory",
    "--cpus",
    "--cap-add",
    "--cap-drop",
    "--security-opt",
    "--label",
    "-l",
    "--pull",
    "--restart",
    "--hostname",
    "-h",
    "--device",
    "--pid",
    "--ipc",
    "--userns",
    "--tmpfs",
    "--gpus",
    "--log-driver",
    "--dns",
    "--shm-size",
    "--ulimit",
];

impl Line<'_> {
    /// `docker run OPTIONS IMAGE ARGS…`; `docker mcp gateway run` fans out to servers that are not named here.
    pub(super) fn container(&mut self, words: Vec<Word>) {
        let verb = words.iter().position(|it| it.text == "run");
        let gateway = words.first().is_some_and(|it| it.text == "mcp");
        let Some(verb) = verb.filter(|_| !gateway) else {
            self.launch.args = words.into_iter().map(|it| it.text).collect();
            return;
        };
        self.launch.contained = true;
        let mut words = words.into_iter().skip(verb + 1);
        while let Some(word) = words.next() {
            if !word.text.starts_with('-') {
                let (name, pin) = image(&word.text);
                self.package("oci", name, pin, &word);
                break;
            }
            let (option, inline) = match word.text.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (word.text.clone(), None),
            };
            let value = match inline {
                Some(value) => Some(value),
                None if WITH_VALUE.contains(&option.as_str()) => words.next().map(|it| it.text),
                None => None,
            };
            self.option(&option, value.as_deref(), &word);
        }
        self.launch.args = words.map(|it| it.text).collect();
    }

    fn option(&mut self, option: &str, value: Option<&str>, word: &Word) {
        match (option, value) {
            ("-e" | "--env", Some(value)) => self.variable(value, word),
            ("-v" | "--volume", Some(value)) => {
                let parts: Vec<&str> = value.split(':').collect();
                // `C:\x:/y` has one colon more.
                let host = if parts.first().is_some_and(|it| it.len() == 1) {
                    parts.iter().take(2).copied().collect::<Vec<_>>().join(":")
                } else {
                    parts.first().copied().unwrap_or_default().to_owned()
                };
                self.mount(host, parts.last().is_some_and(|it| it.split(',').any(|it| it == "ro")));
            }
            ("--mount", Some(value)) => {
                let field = |names: &[&str]| {
                    value.split(',').find_map(|it| {
                        it.split_once('=').filter(|(key, _)| names.contains(key)).map(|(_, it)| it)
                    })
                };
                if let Some(host) = field(&["src", "source"]) {
                    self.mount(host.to_owned(), value.split(',').any(|it| it == "readonly" || it == "ro"));
                }
            }
            ("--network" | "--net", Some("none")) => self.launch.no_network = true,
            ("--network" | "--net" | "--pid" | "--ipc" | "--userns", Some("host")) => {
                self.launch.loosened.push(format!("{option} host"));
            }
            ("--privileged", _) => self.launch.loosened.push(option.to_owned()),
            ("--cap-add" | "--device" | "--security-opt", Some(value)) => {
                self.launch.loosened.push(format!("{option} {value}"));
            }
            _ => {}
        }
    }

    fn mount(&mut self, host: String, read_only: bool) {
        if host.ends_with("docker.sock") {
            self.launch.loosened.push("the container engine's own socket is mounted".to_owned());
        }
        self.launch.mounts.push((host, read_only));
    }

    /// `-e NAME=value` sets, `-e NAME` passes the host's own variable on, `-e NAME=` empties it.
    pub(super) fn variable(&mut self, text: &str, word: &Word) {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        self.launch.environment.push(name.to_owned());
        let emptied = value.is_empty() && text.ends_with('=');
        let Some(kind) = credential::kind(self.catalog, name, value).filter(|_| !emptied) else {
            let literal = !value.is_empty() && credential::form(value) == credential::Value::Literal;
            if literal || emptied {
                self.launch.variables.insert(name.to_owned(), value.to_owned());
            }
            return;
        };
        let literal = credential::form(value) == credential::Value::Literal && value.len() >= 8;
        let scope: Scope = self.scope;
        self.credentials.push(CredentialFacts {
            name: name.to_owned(),
            kind,
            holder: Holder::Environment,
            value: literal.then(|| Secret::new(value)),
            place: word.place.clone(),
            pointer: word.pointer.clone().unwrap_or_default(),
            scope,
        });
    }
}
