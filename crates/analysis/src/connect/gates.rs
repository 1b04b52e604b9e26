//! What stands before a call: an agent's rules, in their order of precedence.

use std::sync::Arc;

use ambit_catalog::wild;
use ambit_model::facts::{AgentFacts, Limit, PermissionRule, Selector};
use ambit_model::{Gate, Place, Scope};
use globset::GlobBuilder;

use crate::grant::Grant;

/// What stands before some or all calls of one tool.
#[derive(Debug)]
pub(super) struct Facet<'a> {
    /// What stands before them.
    pub(super) gate: Gate,
    /// What would, without the rule that decided; none where other facets say so.
    pub(super) without: Option<Gate>,
    /// The rule; absent for the client's default.
    pub(super) rule: Option<&'a PermissionRule>,
    /// Which calls; absent for all that no other facet is about.
    pub(super) limit: Option<&'a Limit>,
    /// The rules that decide before it, so that it says nothing as long as they stand.
    pub(super) behind: Vec<&'a PermissionRule>,
    /// Rules about the same calls that decide one after the other once this one is gone, and then the client's default.
    pub(super) then: (Vec<&'a PermissionRule>, Gate),
}

impl Facet<'_> {
    /// The line that decided, with its scope.
    pub(super) fn decided_by(&self) -> Option<(Place, Scope)> {
        self.rule.map(|it| (it.place.clone(), it.scope))
    }

    /// What grants the same calls behind the rule.
    pub(super) fn others(&self) -> Arc<[Grant]> {
        let (then, default) = &self.then;
        let rules: Vec<&PermissionRule> = self.rule.into_iter().chain(then.iter().copied()).collect();
        let grant = |at: usize, rule: &&PermissionRule| Grant {
            by: Some((rule.place.clone(), rule.scope)),
            gate: rule.gate,
            without: (at + 1 == rules.len()).then_some(*default),
            behind: rules.iter().take(at).map(|it| it.place.clone()).collect(),
        };
        rules.iter().enumerate().skip(1).map(|(at, rule)| grant(at, rule)).collect()
    }
}

/// A tool as rules call it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Called<'a> {
    /// A client's own tool, with its other names, and the tool whose approval is one of it too.
    Builtin { name: &'a str, aliases: &'a [String], opened_by: Option<&'a str> },
    /// A server's tool, with the agent's name for the server.
    Server { server: &'a str, tool: &'a str },
}

/// The facets of a tool: those of narrower rules, the one about all other calls, and those that this one leaves nothing to.
pub(super) fn facets<'a>(agent: &'a AgentFacts, called: Called<'_>, default: Gate) -> Vec<Facet<'a>> {
    let (mut facets, mut behind) = (Vec::new(), Vec::new());
    let selecting: Vec<&PermissionRule> = agent.rules.iter().filter(|it| selects(it, called)).collect();
    for (index, rule) in selecting.iter().enumerate() {
        let (limit, gate, behind_these) = (limit_of(rule), rule.gate, behind.clone());
        let facet = |without, then| {
            let (rule, behind, then) = (Some(*rule), behind_these, (then, default));
            Facet { gate, without, rule, limit, behind, then }
        };
        if limit.is_some() {
            // What it let be is let be by the others, or not at all.
            facets.push(facet(None, Vec::new()));
            continue;
        }
        if behind.is_empty() {
            let rest = selecting.get(index + 1..).unwrap_or_default().iter().copied();
            let then: Vec<&PermissionRule> = rest.filter(|it| limit_of(it).is_none()).collect();
            facets.push(facet(then.is_empty().then_some(default), then));
        }
        behind.push(*rule);
    }
    if behind.is_empty() {
        let then = (Vec::new(), default);
        facets.push(Facet { gate: default, without: Some(default), rule: None, limit: None, behind, then });
    }
    facets
}

/// Whether a sub-agent's list of tools, where it has one, includes this one.
pub(super) fn is_available(agent: &AgentFacts, called: Called<'_>) -> bool {
    agent.tools.as_ref().is_none_or(|it| it.iter().any(|it| names(it, called, true)))
}

fn limit_of(rule: &PermissionRule) -> Option<&Limit> {
    match &rule.selects {
        Selector::Builtin { limit, .. } => limit.as_ref(),
        Selector::Any | Selector::Server { .. } => None,
    }
}

/// A denial of one of several names of a tool leaves the others; an approval of one opens the tool.
fn selects(rule: &PermissionRule, called: Called<'_>) -> bool {
    let opens = rule.gate < Gate::Asked;
    names(&rule.selects, called, opens) || opens && opens_family(&rule.selects, called)
}

fn opens_family(selector: &Selector, called: Called<'_>) -> bool {
    match (selector, called) {
        (Selector::Builtin { tool, .. }, Called::Builtin { opened_by: Some(head), .. }) => {
            is_like(tool, head)
        }
        _ => false,
    }
}

fn names(selector: &Selector, called: Called<'_>, by_any_name: bool) -> bool {
    match (selector, called) {
        (Selector::Any, _) => true,
        (Selector::Builtin { tool, .. }, Called::Builtin { name, aliases, .. }) => {
            is_like(tool, name) || (by_any_name && aliases.iter().any(|it| is_like(tool, it)))
        }
        (Selector::Server { server, tool }, Called::Server { server: called, tool: called_tool }) => {
            is_like(server, called) && is_like(tool, called_tool)
        }
        _ => false,
    }
}

/// Whether `text` is what `glob` says; names of tools carry no meaning in their case for clients' own tools,
/// but servers' tools do, so case counts.
pub(super) fn is_like(glob: &str, text: &str) -> bool {
    if !glob.contains(['*', '?', '[', '{']) {
        return glob == text;
    }
    // Building a matcher takes longer than most matches do.
    if !glob.contains(['?', '[', '{', '\\']) && !glob.contains("**") {
        return wild(glob, text);
    }
    GlobBuilder::new(glob).build().is_ok_and(|it| it.compile_matcher().is_match(text))
}

#[cfg(test)]
mod tests {
    use globset::GlobBuilder;
    use proptest::prelude::*;

    use super::is_like;

    proptest! {
        #[test]
        fn stars_alone_mean_what_they_mean_in_any_glob(glob in "[ab*/._-]{0,8}", text in "[ab/._-]{0,8}") {
            let matcher = GlobBuilder::new(&glob).build().map(|it| it.compile_matcher());
            prop_assert_eq!(is_like(&glob, &text), matcher.is_ok_and(|it| it.is_match(&text)));
        }
    }
}
