//! `docs/reference/ambit-yaml.md`: every section of the file that people write, with all of its keys.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ambit_model::stated::shape::{Choice, Fields, Shape};
use ambit_model::stated::{FILE, SECTIONS};

use super::{cell, code, heading};

pub(super) fn page() -> String {
    let mut out = heading("`ambit.yaml`");
    out.push_str(
        "What people say of a system of agents: what is protected, what must never happen, what no file declares, \
         and what was decided. YAML 1.2, in UTF-8; every section may be left out. A key without a value counts as not \
         there, so that open questions can stand in the file. Whatever does not fit is told with its line and column, \
         all of it at once; [`schemas/ambit.schema.json`](../../schemas/ambit.schema.json) lets an editor check and \
         complete. With this first line most editors find it:\n\n\
         ```yaml\n# yaml-language-server: $schema=./ambit.schema.json\n```\n\n\
         ## The whole\n\n",
    );
    keys(&mut out, FILE);
    out.push_str(
        "\nFiles that `extends` names are joined first. A later file replaces an entry of the same name as a whole, sets \
         single keys of `system`, `tiers` and `check`, and adds to lists.\n\n\
         **Patterns** say which assets, edges or findings an entry is about. Text is an id (`channel:mail`), the beginning \
         of the id of one edge or finding (`e-5kq2m7`, `f-3hz7q2`), or an id with `*` for any text (`tool:crm/*`); an asset \
         stands for the edges that begin at it, lead to it or go by way of it, and for the findings in which it acts or that \
         end in it. Keys say what edges or findings must have, all of it.\n",
    );
    for (key, section) in SECTIONS {
        let _infallible = write!(out, "\n## `{key}`\n\n{}\n", section.page.trim());
        if let Some(field) = FILE.field(key) {
            let mut parts = Parts::default();
            parts.collect(field.shape);
            for fields in parts.maps {
                let _infallible =
                    write!(out, "\n**{}**: {}\n\n", first_upper(fields.noun), sentence(fields.about));
                keys(&mut out, fields);
            }
        }
    }
    out
}

/// The maps below a section, each once.
#[derive(Default)]
struct Parts {
    maps: Vec<&'static Fields>,
    seen: BTreeSet<String>,
}

impl Parts {
    fn collect(&mut self, shape: &Shape) {
        match shape {
            Shape::List(list) => self.collect(list.item),
            Shape::Named(named) => self.collect(named.value),
            Shape::Map(fields) => self.map(fields),
            Shape::Choice(choice) => choice.maps.iter().for_each(|it| self.map(it)),
            Shape::Text(_) | Shape::Words(_) | Shape::Whole | Shape::Truth => {}
        }
    }

    fn map(&mut self, fields: &'static Fields) {
        if self.seen.insert(format!("{}{}", fields.noun, fields.about)) {
            self.maps.push(fields);
            fields.fields.iter().for_each(|it| self.collect(it.shape));
        }
    }
}

fn keys(out: &mut String, fields: &Fields) {
    out.push_str("| key | value | says |\n|---|---|---|\n");
    for field in fields.fields {
        let must = if field.required { " **(required)**" } else { "" };
        let about = cell(&sentence(field.about));
        let _infallible =
            writeln!(out, "| `{}`{must} | {} | {about} |", field.key, cell(&value(field.shape)));
    }
    if !fields.one_of.is_empty() {
        let names: Vec<String> = fields.one_of.iter().map(|it| code(it)).collect();
        let _infallible = write!(out, "\nAt least one of {} is there.\n", names.join(", "));
    }
}

/// What a value is, in a few words.
fn value(shape: &Shape) -> String {
    match shape {
        Shape::Text(form) => form.noun.to_owned(),
        Shape::Words(it) => it.words.iter().map(|it| code(it)).collect::<Vec<_>>().join(", "),
        Shape::Whole => "a whole number".to_owned(),
        Shape::Truth => "`true`, `false`".to_owned(),
        Shape::List(it) if it.single => format!("one or a list: {}", value(it.item)),
        Shape::List(it) => format!("a list: {}", value(it.item)),
        Shape::Named(it) => format!("by {}: {}", bare(it.key.noun), value(it.value)),
        Shape::Map(it) => it.noun.to_owned(),
        Shape::Choice(it) => choice(it),
    }
}

fn choice(choice: &Choice) -> String {
    match choice.text {
        Some(Shape::Words(words)) => {
            format!(
                "{}, or {}",
                choice.noun,
                words.words.iter().map(|it| code(it)).collect::<Vec<_>>().join(", ")
            )
        }
        Some(text) => format!("{}, as text or keys", value(text)),
        None => choice.noun.to_owned(),
    }
}

/// A noun without its article.
fn bare(noun: &str) -> &str {
    noun.split_once(' ').map_or(noun, |it| it.1)
}

/// A doc comment's lines as one.
fn sentence(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |it| it.to_uppercase().chain(chars).collect())
}
