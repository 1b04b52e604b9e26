//! Code of nodes and tools: what it does is read from its text, and is what the tool does.

use ambit_catalog::Catalog;
use ambit_code::embedded::{self, Does};
use ambit_code::ir::Language;
use ambit_model::Effect;
use ambit_model::facts::{Known, OwnEffect, OwnTool};

use crate::fragment::{EmbeddedCode, Sink};

/// Gives the tools of agents what the code does that was put aside for them.
pub(super) fn read(sink: &mut Sink, catalog: &Catalog) {
    let codes = std::mem::take(&mut sink.code);
    for code in &codes {
        let is_meant = |it: &&mut OwnTool| (&it.owner, &it.name) == (&code.tool.0, &code.tool.1);
        let mut tools =
            sink.agents.iter_mut().flat_map(|it| &mut it.program.tools).filter(is_meant).peekable();
        if tools.peek().is_none() {
            continue;
        }
        let Some(Does { effects: found, is_whole }) = of(code, catalog) else { continue };
        // Methods of a component work on what the product gives it: that none of them says anything says little.
        let says = is_whole || found.iter().any(|it| it.effect != Effect::Unknown);
        for tool in tools {
            match tool.known {
                Known::Definition | Known::Nothing if !says => {}
                // All that was known of it was what it says of itself.
                Known::Definition | Known::Nothing => {
                    tool.known = Known::Body;
                    tool.effects.clone_from(&found);
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
    }
}

fn of(code: &EmbeddedCode, catalog: &Catalog) -> Option<Does> {
    let language = if code.language == "python" { Language::Python } else { Language::TypeScript };
    // A component that is several tools has a method for each: `Ticket desk/cancel_ticket`.
    let method = code.tool.1.rsplit('/').next().unwrap_or_default();
    embedded::effects(&code.text, (language, method), &code.place, catalog)
}
