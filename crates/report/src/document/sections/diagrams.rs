//! The reach map as pictures: of all agents where they are few, and of each, with threats as numbers.

use std::collections::BTreeSet;

use ambit_model::AssetId;

use super::Source;
use crate::document::blocks::{Block, Picture, Section};
use crate::mermaid;
use crate::picture::{CROWD, STRIDE, Threat, annotated, flows, threats};
use crate::words::count;

/// How many agents get a picture of their own.
const PICTURES: usize = 20;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "Read the map from left to right: who can push, who is pushed, where it comes out. A solid line happens without \
                 asking, a dashed one is asked first, a dotted one is denied or bounded. A number on a line is the threat of that \
                 number in the table below.";
    let mut section = Section::new("diagrams", "Diagrams", about);
    let agents: Vec<&AssetId> = source.scenes.agents().into_iter().map(|it| &it.id).collect();
    if agents.is_empty() {
        section.missing("No agent was found, so there is nothing to draw.");
        return section;
    }
    let threats = threats(&source.scenes);
    if agents.len() <= CROWD {
        overall(source, &threats, &mut section);
    } else {
        section.say(format!(
            "One picture of {} would show nothing, so each is drawn alone, worst first.",
            count(agents.len(), "agent")
        ));
    }
    if agents.len() > 1 {
        for agent in agents.iter().take(PICTURES) {
            section.blocks.push(Block::Picture(one(source, agent, &threats)));
        }
        left_out(source, agents.get(PICTURES..).unwrap_or_default(), &mut section);
    }
    table(source, &threats, &mut section);
    section
}

fn overall(source: &Source<'_>, threats: &[Threat<'_>], section: &mut Section) {
    let sum = &source.material.assessment.summary;
    section.blocks.push(Block::Picture(Picture {
        title: "The reach map".to_owned(),
        about: format!("{} and all that reaches them or is reached by them.", count(sum.agents, "agent")),
        svg: annotated(&source.scenes, None, threats).into_string(),
        chart: mermaid::chart(source.material.assessment, None),
    }));
    section.blocks.push(Block::Picture(Picture {
        title: "The data flow".to_owned(),
        about: "Processes are round, stores lie between two lines, external entities are boxes, trust boundaries are dashed."
            .to_owned(),
        svg: flows(&source.scenes, None, threats).into_string(),
        chart: None,
    }));
}

fn one(source: &Source<'_>, agent: &AssetId, threats: &[Threat<'_>]) -> Picture {
    let rows = source.material.assessment.edges.iter().filter(|it| it.from == *agent).count();
    let own: BTreeSet<String> =
        threats.iter().filter(|it| it.finding.subject == *agent).map(|it| it.number.to_string()).collect();
    let threats_of = match own.len() {
        0 => "no threat of its own".to_owned(),
        many => format!("{} of its own", count(many, "threat")),
    };
    Picture {
        title: format!("`{}`", source.index.name(agent)),
        about: format!("{} of reach, {threats_of}.", count(rows, "row")),
        svg: annotated(&source.scenes, Some(agent), threats).into_string(),
        chart: mermaid::chart(source.material.assessment, Some(agent)),
    }
}

/// Names the agents that have no picture.
fn left_out(source: &Source<'_>, agents: &[&AssetId], section: &mut Section) {
    if agents.is_empty() {
        return;
    }
    section.say(format!(
        "Drawn are the worst {PICTURES}. Not drawn {}; their rows are in the sign-off table:",
        if agents.len() == 1 { "is 1 agent".to_owned() } else { format!("are {} agents", agents.len()) }
    ));
    section.list(agents.iter().map(|it| format!("`{}`", source.index.name(it))));
}

fn table(source: &Source<'_>, threats: &[Threat<'_>], section: &mut Section) {
    section.head("Threats");
    if threats.is_empty() {
        section.say("No finding has a path, so no line has a number.");
        return;
    }
    let rows = threats.iter().map(|it| {
        let named = STRIDE.iter().filter(|(letter, _)| it.letters.contains(letter));
        vec![
            it.number.to_string(),
            if it.finding.message.is_empty() { it.finding.title.clone() } else { it.finding.message.clone() },
            named.map(|(_, word)| *word).collect::<Vec<_>>().join(", "),
            it.finding.severity.to_string(),
            format!("`{}`", source.index.name(&it.finding.subject)),
        ]
    });
    let columns = [("number", 1), ("threat", 6), ("STRIDE", 3), ("severity", 1), ("who acts", 2)];
    section.table("threat", &columns, rows, "All are in `assessment.json`.");
}
