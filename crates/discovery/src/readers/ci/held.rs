//! Credentials and tokens that lie around an agent of a job.

use ambit_catalog::Catalog;
use ambit_model::facts::{CredentialFacts, Holder, Token};
use ambit_model::{Place, Scope};

use super::agent::Making;
use super::permissions::{self, Effective};
use super::scalar::Scalar;
use super::unit::{Host, Permissions, Step};
use crate::credential;

impl Making<'_> {
    /// A credential among what the agent's process is given.
    pub(super) fn holds(&mut self, name: &str, value: &Scalar, holder: Holder) {
        self.fragment.credentials.extend(held(name, value, holder, self.catalog));
    }

    /// Secrets among the variables that its process has.
    pub(super) fn credentials(&mut self) {
        let all: Vec<(String, Scalar)> = self.run.env.iter().chain(&self.step.env).cloned().collect();
        for (name, value) in latest(&all) {
            self.fragment.credentials.extend(held(name, value, Holder::Environment, self.catalog));
        }
    }

    /// Tokens that lie where its commands find them.
    pub(super) fn tokens(&mut self) {
        if self.run.unit.host == Host::GitLab {
            return super::gitlab::tokens(self);
        }
        let all: Vec<(String, Scalar)> = self.run.env.iter().chain(&self.step.env).cloned().collect();
        let mut tokens: Vec<Token> = Vec::new();
        for (name, value) in latest(&all) {
            let known = ["GITHUB_TOKEN", "GH_TOKEN"].contains(&name.as_str())
                || credential::kind(self.catalog, name, "").as_deref() == Some("github-token");
            if known {
                tokens.extend(self.token(name, value));
            }
        }
        for checkout in &self.flow.checkouts {
            let Some(kept) = &checkout.keeps else { continue };
            let job = Scalar::at("${{ github.token }}", checkout.place.clone());
            let token = self.token(".git/config", kept.as_ref().unwrap_or(&job));
            tokens.extend(token.into_iter().map(permissions::of_git));
        }
        if let Some(place) = self.permissions().identifies() {
            tokens.push(permissions::identity(&place));
        }
        self.fragment.program.tokens.append(&mut tokens);
    }

    /// What the token of the job may do.
    pub(super) fn permissions(&self) -> Effective<'_> {
        let stated = self.run.permissions.as_ref();
        stated.map_or(Effective::Default(&self.run.job.place), Effective::Stated)
    }

    /// The token that `value` hands over; none where it is empty.
    pub(super) fn token(&self, name: &str, value: &Scalar) -> Option<Token> {
        let text = value.text.as_str();
        if text.trim().is_empty() {
            return None;
        }
        let place = &value.place;
        let of_app = text.split("steps.").skip(1).find_map(|it| {
            let id = it.split('.').next()?;
            self.run.steps.iter().find(|it| it.id.as_deref() == Some(id))
        });
        if let Some(app) = of_app.filter(|it| {
            it.action().is_some_and(|(name, _)| name.contains("app-token") || name.contains("app_token"))
        }) {
            return Some(application(name, app, place));
        }
        if text.contains("secrets.GITHUB_TOKEN") || text.contains("github.token") {
            return Some(permissions::token(name, self.permissions(), place));
        }
        let secret = text.contains("secrets.") || text.contains("steps.") || text.contains("inputs.");
        secret.then(|| permissions::token(name, Effective::Unknown(place), place))
    }

    /// A document with servers, to which it may hand a token of its own.
    pub(super) fn handed(&mut self, document: &Scalar) {
        let names = ["TOKEN", "Authorization", "PAT"];
        if super::inline::has_secret(document) && names.iter().any(|it| document.text.contains(it)) {
            let mut token =
                permissions::token("of a server", Effective::Unknown(&document.place), &document.place);
            // Commands do not have it.
            token.lets.clear();
            self.fragment.program.tokens.push(token);
        }
    }
}

/// The last value of each name.
fn latest(all: &[(String, Scalar)]) -> Vec<&(String, Scalar)> {
    all.iter()
        .enumerate()
        .filter(|(at, (name, _))| !all.iter().skip(at + 1).any(|(it, _)| it == name))
        .map(|it| it.1)
        .collect()
}

/// The token of an application that a step mints.
fn application(name: &str, step: &Step, place: &Place) -> Token {
    let stated: Vec<(String, super::unit::Access, Place)> = step
        .with
        .iter()
        .filter_map(|(key, value)| {
            let permission = key.strip_prefix("permission-")?;
            let access = match value.text.trim() {
                "write" | "admin" => super::unit::Access::Write,
                "read" => super::unit::Access::Read,
                _ => super::unit::Access::None,
            };
            Some((permission.to_owned(), access, value.place.clone()))
        })
        .collect();
    if stated.is_empty() {
        return permissions::token(name, Effective::Unknown(place), place);
    }
    let stated = Permissions { all: None, each: stated, place: step.place.clone() };
    let token = permissions::token(name, Effective::Stated(&stated), place);
    // With an owner it is for all that the application is installed on there, or for those that are listed.
    Token { only_here: step.input("owner").is_none() && step.input("repositories").is_none(), ..token }
}

/// The credential that `value` is, whatever it is called, where it is a secret of the repository.
pub(super) fn held(name: &str, value: &Scalar, holder: Holder, catalog: &Catalog) -> Option<CredentialFacts> {
    let text = value.text.trim();
    let secret = text.contains("secrets.") || text.contains("github.token");
    let kind = credential::kind(catalog, name, text).or_else(|| secret.then(|| "secret".to_owned()))?;
    let literal = credential::form(text) == credential::Value::Literal
        && text.len() >= 8
        && !text.bytes().all(|it| it.is_ascii_digit());
    let known = literal && !text.contains("${{");
    // A name that sounds secret and holds nothing, a switch or a reference to a variable that is none is no secret.
    (known || secret || text.contains("steps.") || text.contains("inputs.")).then(|| CredentialFacts {
        name: name.to_owned(),
        kind,
        holder,
        value: known.then(|| ambit_model::Secret::new(text)),
        place: value.place.clone(),
        pointer: String::new(),
        scope: Scope::Project,
    })
}
