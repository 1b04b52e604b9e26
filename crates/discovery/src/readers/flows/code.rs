//! Code of nodes and tools: what it does is read from its text, and is what the tool does.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_code::embedded::{self, Does};
use ambit_code::ir::Language;
use ambit_model::facts::{Known, OwnEffect, OwnTool};
use ambit_model::{Effect, Place, Problem, parallel};

use crate::fragment::{EmbeddedCode, Sink};

/// Gives the tools of agents what the code does that was put aside for them.
pub(super) fn read(sink: &mut Sink, catalog: &Catalog) {
    let mut codes = std::mem::take(&mut sink.code);
    let tools = || sink.agents.iter().flat_map(|it| &it.program.tools);
    let known: BTreeSet<(&str, &str)> = tools().map(|it| (&*it.owner, &*it.name)).collect();
    codes.retain(|it| known.contains(&(&*it.tool.0, &*it.tool.1)));
    if codes.is_empty() {
        return;
    }
    // Where the stack is large: values are followed through calls.
    let all = parallel::each(vec![codes], |codes| followed(codes, catalog)).pop().unwrap_or_default();
    let mut by_tool: BTreeMap<(String, String), Vec<Does>> = BTreeMap::new();
    for (code, does) in all {
        match does {
            Some(does) => by_tool.entry(code.tool).or_default().push(does),
            None => sink.problems.push(too_much(&code)),
        }
    }
    for tool in sink.agents.iter_mut().flat_map(|it| &mut it.program.tools) {
        let key = (tool.owner.clone(), tool.name.clone());
        by_tool.get(&key).into_iter().flatten().for_each(|it| give(tool, it));
    }
}

/// Each with what it does, as long as it is not too much; what does not parse does nothing that is known.
fn followed(codes: Vec<EmbeddedCode>, catalog: &Catalog) -> Vec<(EmbeddedCode, Option<Does>)> {
    let mut left = embedded::STEPS_OF_ALL;
    let mut all = Vec::new();
    for code in codes {
        if left == 0 {
            all.push((code, None));
        } else if let Some(does) = of(&code, (catalog, &mut left)) {
            all.push((code, Some(does)));
        }
    }
    all
}

fn too_much(code: &EmbeddedCode) -> Problem {
    let Place { path, line, column } = &code.place;
    Problem {
        path: path.to_string(),
        line: *line,
        column: *column,
        message: format!(
            "the code of `{}` was not followed: there is too much of it in these files",
            code.tool.1
        ),
        help: "scan folders of their own, or state in `ambit.yaml` what the tool does".to_owned(),
    }
}

fn give(tool: &mut OwnTool, Does { effects: found, is_whole }: &Does) {
    // Methods of a component work on what the product gives it: that none of them says anything says little.
    let says = *is_whole || found.iter().any(|it| it.effect != Effect::Unknown);
    match tool.known {
        Known::Definition | Known::Nothing if !says => {}
        // All that was known of it was what it says of itself.
        Known::Definition | Known::Nothing => {
            tool.known = Known::Body;
            tool.effects.clone_from(found);
        }
        Known::Body | Known::Catalog(_) | Known::Declared => {
            let is_new = |it: &&OwnEffect| {
                !tool.effects.iter().any(|known| (&known.effect, &known.on) == (&it.effect, &it.on))
            };
            let new: Vec<_> = found.iter().filter(is_new).cloned().collect();
            tool.effects.extend(new);
        }
    }
}

fn of(code: &EmbeddedCode, within: (&Catalog, &mut u64)) -> Option<Does> {
    let language = if code.language == "python" { Language::Python } else { Language::TypeScript };
    // A component that is several tools has a method for each: `Ticket desk/cancel_ticket`.
    let method = code.tool.1.rsplit('/').next().unwrap_or_default();
    embedded::effects(&code.text, (language, method), &code.place, within)
}
