//! What a tool does whose server nobody has described: read from its name, its description, the names of its
//! arguments and what its supplier claims, by the words of the catalog's lexicon.
//!
//! What lives here: splitting texts into words, gathering evidence, and the rules that turn it into effects. It
//! may touch the definition of one tool and the lexicon, nothing else. Texts are hostile: of each only a bounded
//! beginning is looked at, and a claim of the supplier can make a tool worse, never better.

mod arguments;
mod lexicon;
pub(crate) mod orders;
mod reading;
mod rules;
mod tokens;
mod topic;
mod verbs;

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{ArgumentRole, Effect, EffectFact, ToolDefinition};

use arguments::Arguments;
use reading::Reading;

pub use lexicon::Lexicon;

/// What the tool does, as far as its definition says: nothing for one that answers from its arguments alone, and
/// a single [`Effect::Unknown`] where nothing can be said.
pub fn effects(server: &str, tool: &ToolDefinition, lexicon: &Lexicon) -> Vec<EffectFact> {
    let reading = Reading::of(server, tool, lexicon);
    let mut facts = rules::judge(&reading).unwrap_or_else(|| {
        vec![rules::fact(
            Effect::Unknown,
            "neither name nor description nor arguments say what it does".to_owned(),
        )]
    });
    facts.sort();
    facts.dedup_by(|a, b| a.effect == b.effect);
    facts
}

/// The words of an identifier, of which no more than a bounded beginning is looked at.
pub(crate) fn words_of(identifier: &str) -> Vec<String> {
    tokens::of_identifier(tokens::head(identifier, 256)).into_iter().map(|it| it.word).collect()
}

/// Their stems.
pub(crate) fn words(identifier: &str) -> BTreeSet<String> {
    tokens::of_identifier(tokens::head(identifier, 256)).into_iter().map(|it| it.stem).collect()
}

/// What the caller of the tool may choose with which argument.
pub fn roles(tool: &ToolDefinition, lexicon: &Lexicon) -> BTreeMap<String, BTreeSet<ArgumentRole>> {
    Arguments::read(&tool.input_schema, lexicon).roles
}
