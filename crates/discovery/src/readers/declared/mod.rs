//! Agents that frameworks read from files: lists of agents of `CrewAI`, agents of Google's ADK and of Microsoft's Agent Framework,
//! applications of `LangGraph`. What lives here: one file per format, and what they have in common.

pub(in crate::readers) mod adk;
pub(in crate::readers) mod agent_framework;
pub(in crate::readers) mod crewai;
pub(in crate::readers) mod langgraph;

use ambit_model::facts::{AgentFacts, InstructionKind, Known, Object, OwnEffect, OwnTool};
use ambit_model::{Basis, Confidence, Gate};

use super::Text;
use super::record::of_workspace;
use crate::tree::View;

/// The folder that the file lies in.
fn folder<'a>(text: &Text<'a>) -> &'a str {
    text.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The agent `name` of `framework` that stands at `view`.
fn agent(framework: &str, name: &str, view: &View<'_>, text: &Text<'_>) -> AgentFacts {
    AgentFacts::bare(framework, name, folder(text), view.place())
}

/// Adds the texts of these keys as what the agent is told.
fn told(view: &View<'_>, keys: &[&str], facts: &mut AgentFacts) {
    for key in keys {
        let Some(at) = view.get(key) else { continue };
        let Some(body) = at.text() else { continue };
        let name = format!("{key} of {}", facts.name);
        facts.instructions.push(of_workspace(name, InstructionKind::Prompt, body, at.place()));
    }
}

/// A tool that the file names: one that the catalog knows of the framework, else one of which nothing is known.
fn tool(framework: &str, path: &str, view: &View<'_>, text: &Text<'_>) -> OwnTool {
    let place = view.place();
    let last = path.rsplit('.').next().unwrap_or(path);
    let known = text.catalog.agent_frameworks().get(framework).and_then(|it| it.tool(path));
    let effect = |does: &str, it: &ambit_catalog::schema::EffectEntry| OwnEffect {
        effect: it.effect.clone(),
        on: match &it.on {
            Some(on) => Object::named(on.as_str(), ""),
            None => {
                Object::named(format!("env:unknown/{framework}"), format!("Whatever {framework} reaches"))
            }
        },
        does: does.into(),
        basis: Basis::Catalog,
        confidence: Confidence::Likely,
        place: Some(place.clone()),
    };
    let (known, name, effects) = match known {
        Some(known) => (
            Known::Catalog(format!("framework/{framework}")),
            known.name.as_deref().filter(|it| !it.starts_with('#')).unwrap_or(last),
            known.effects.iter().map(|it| effect(&known.does, it)).collect(),
        ),
        None => (Known::Nothing, last, Vec::new()),
    };
    OwnTool {
        name: name.to_owned(),
        owner: framework.to_owned(),
        definition: None,
        known,
        effects,
        gate: Gate::Auto,
        gated_by: None,
        place: place.clone(),
        given: place,
    }
}
