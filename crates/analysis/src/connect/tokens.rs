//! What commands do with the tokens that lie within their reach.

use std::sync::Arc;

use ambit_model::facts::{Match, Object, OwnEffect};
use ambit_model::{AgentFacts, AssetId, Effect, Level, Provenance, Reversibility};

use super::builder::Builder;
use super::program::object;
use super::shell::{self, Call};

/// The commands that a call runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Runs<'a> {
    /// Any.
    Anything,
    /// Those that a pattern selects.
    Pattern(&'a str, Match),
}

/// Adds what `call` lets the agent do with its tokens.
pub(super) fn connect(builder: &mut Builder<'_>, facts: &AgentFacts, call: &Call, runs: Runs<'_>) {
    for token in &facts.program.tokens {
        for allowance in token.lets.iter().filter(|it| runs.may_begin(&it.by)) {
            let act = &allowance.effect;
            let mut provenance = call.provenance.to_vec();
            provenance.push(Provenance::Declared(token.place.clone()));
            provenance.extend(act.place.clone().map(Provenance::Declared));
            let call = Call {
                does: Arc::clone(&act.does),
                confidence: call.confidence.min(act.confidence),
                provenance: provenance.into(),
                ..call.clone()
            };
            let to = object(builder, &act.on, act.place.as_ref());
            shell::effect(builder, &call, &act.effect, &to);
        }
    }
}

/// What a tool does on GitHub, where all tokens within reach are for one repository only: there, and as far as they let it.
/// False where that is not known.
pub(super) fn bound(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    call: &Call,
    effect: &Effect,
    to: &AssetId,
) -> bool {
    let tokens = &facts.program.tokens;
    let known = facts.runner.is_some() && !tokens.is_empty() && tokens.iter().all(|it| it.only_here);
    if !known || !["store:github", "channel:github"].contains(&to.as_str()) {
        return false;
    }
    // A repository is made, copied and ended by its owner's tokens alone.
    let name = call.via.name().rsplit('/').next().unwrap_or_default();
    if ["create_repository", "fork_repository", "delete_repository"].contains(&name) {
        return true;
    }
    match effect {
        // What is public can be read with any token.
        Effect::Ingests { .. } => return false,
        Effect::Reads { data, .. } => {
            let here = Object::named("store:repository", "This repository on its host");
            let reads = Effect::Reads { data: data.clone(), level: Level::Internal };
            let to = object(builder, &here, None);
            shell::effect(builder, call, &reads, &to);
        }
        // No token of one repository can end it, or make another.
        Effect::Writes { reversibility: Reversibility::Irreversible, .. } => {}
        Effect::Writes { .. } | Effect::Sends { .. } => {
            let talks = to.as_str() == "channel:github";
            let like = |it: &OwnEffect| match (effect, &it.effect) {
                (Effect::Sends { .. }, Effect::Sends { .. }) => true,
                (Effect::Writes { .. }, Effect::Writes { .. }) => {
                    (it.on.id.as_str() != "store:repository") == talks
                        && it.on.id.as_str().starts_with("store:repository")
                }
                _ => false,
            };
            let lets = tokens.iter().flat_map(|it| &it.lets).map(|it| &it.effect).find(|it| like(it));
            if let Some(act) = lets {
                let mut provenance = call.provenance.to_vec();
                provenance.extend(act.place.clone().map(Provenance::Declared));
                let call = Call { provenance: provenance.into(), ..call.clone() };
                let to = object(builder, &act.on, act.place.as_ref());
                shell::effect(builder, &call, &act.effect, &to);
            }
        }
        _ => return false,
    }
    true
}

/// Whether tokens are all that a command of this program works with: what it reaches is what they let it.
pub(super) fn is_by_token(facts: &AgentFacts, text: &str) -> bool {
    let program = words(text).next().unwrap_or_default();
    facts.runner.is_some() && ["gh", "git", "glab"].contains(&program)
}

impl Runs<'_> {
    fn may_begin(self, by: &[String]) -> bool {
        let Self::Pattern(text, form) = self else { return true };
        let parts = text.split("&&").flat_map(|it| it.split(['|', ';']));
        parts.filter(|it| !it.trim().is_empty()).any(|part| by.iter().any(|it| begins(part, form, it)))
    }
}

/// Whether a command that `pattern` selects begins with the words of `command`.
fn begins(pattern: &str, form: Match, command: &str) -> bool {
    let pattern = match form {
        Match::Regex => pattern.trim_start_matches(['^', '/']).trim_start_matches("\\A"),
        _ => pattern,
    };
    let open = !matches!(form, Match::Exact) || pattern.contains('*');
    let mut command = command.split_whitespace();
    for word in words(pattern) {
        if word.contains('*') {
            return true;
        }
        match command.next() {
            None => return true,
            Some(it) if it == word => {}
            Some(_) => return false,
        }
    }
    // The pattern ends before the command is told from others.
    command.next().is_none() || open
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let set = |it: &&str| {
        it.split_once('=')
            .is_some_and(|(name, _)| name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_'))
    };
    text.split_whitespace().skip_while(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_admits_commands_that_begin_as_it_does() {
        let may = |text: &str, form: Match, by: &str| Runs::Pattern(text, form).may_begin(&[by.to_owned()]);
        assert!(may("gh", Match::Prefix, "gh issue comment"));
        assert!(may("gh issue", Match::Prefix, "gh issue comment"));
        assert!(may("gh issue comment", Match::Prefix, "gh issue comment"));
        assert!(may("gh issue comment 5", Match::Exact, "gh issue comment"));
        assert!(may("gh *", Match::Glob, "gh api"));
        assert!(may("GH_TOKEN=x gh api", Match::Prefix, "gh api"));
        assert!(may("git status && git push", Match::Exact, "git push"));
        assert!(!may("gh issue view", Match::Prefix, "gh issue comment"));
        assert!(!may("gh", Match::Exact, "gh issue comment"));
        assert!(!may("git status", Match::Prefix, "git push"));
        assert!(!may("ghx", Match::Prefix, "gh api"));
    }
}
