//! What the caller of a tool may choose, read from its JSON Schema.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::ArgumentClass;
use ambit_model::ArgumentRole;
use serde_json::Value;

use super::lexicon::Lexicon;
use super::tokens::{self, Token};

/// A hostile schema can be any size: this many properties are looked at.
const MOST_PROPERTIES: usize = 200;
/// And this deep.
const DEEPEST: usize = 4;
/// And this many choices of one argument.
const MOST_CHOICES: usize = 40;
/// And this much of an argument's name and description, in bytes.
const LONGEST_TEXT: usize = 160;

/// The arguments of a tool.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// What each class of argument is called here; the first in the schema's order.
    pub(super) classes: BTreeMap<ArgumentClass, String>,
    /// What each argument lets the caller choose.
    pub(super) roles: BTreeMap<String, BTreeSet<ArgumentRole>>,
    /// Words of all names.
    pub(super) words: Vec<Token>,
    /// Names of actions that one argument chooses among, with that argument's name.
    pub(super) choices: Vec<(String, String)>,
    /// The depth to which an argument counts for all that it is called.
    surface: usize,
    /// Whether the definition says at all what the arguments are.
    pub(super) known: bool,
}

impl Arguments {
    pub(super) fn read(schema: &Value, lexicon: &Lexicon) -> Self {
        let mut found = Self { known: schema.get("properties").is_some(), ..Self::default() };
        let mut left = MOST_PROPERTIES;
        // One object that wraps all arguments is no depth.
        let wrapped = schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|it| it.len() == 1 && it.values().all(|it| it.get("properties").is_some()));
        found.surface = usize::from(wrapped);
        found.walk(schema, lexicon, 0, &mut left);
        found
    }

    pub(super) fn get(&self, class: ArgumentClass) -> Option<&str> {
        self.classes.get(&class).map(String::as_str)
    }

    fn walk(&mut self, schema: &Value, lexicon: &Lexicon, depth: usize, left: &mut usize) {
        if depth == DEEPEST {
            return;
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let Some(fewer) = left.checked_sub(1) else { return };
            *left = fewer;
            self.classify(name, property, lexicon, depth);
            self.walk(property, lexicon, depth + 1, left);
            if let Some(items) = property.get("items") {
                self.walk(items, lexicon, depth + 1, left);
            }
        }
    }

    fn classify(&mut self, name: &str, property: &Value, lexicon: &Lexicon, depth: usize) {
        let name = tokens::head(name, LONGEST_TEXT);
        let words = tokens::of_identifier(name);
        let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let about = tokens::of_prose(tokens::head(description, LONGEST_TEXT));
        if depth <= self.surface && is_address(&words, &about, property, lexicon) {
            self.note(ArgumentClass::Url, name);
        }
        for class in lexicon.arguments.get(&words).into_iter().flatten() {
            // What an option deep inside is called says little: only the words that carry content count.
            let shallow =
                depth <= self.surface || matches!(class, ArgumentClass::Text | ArgumentClass::Recipient);
            if shallow && !matches!(class, ArgumentClass::Url | ArgumentClass::Free) {
                self.note(*class, name);
            }
            if *class == ArgumentClass::Choice && depth <= self.surface {
                self.choose(name, property);
            }
        }
        if depth <= self.surface {
            self.words.extend(words);
        }
    }

    fn note(&mut self, class: ArgumentClass, name: &str) {
        if let Some(role) = role(class) {
            self.roles.entry(name.to_owned()).or_default().insert(role);
        }
        self.classes.entry(class).or_insert_with(|| name.to_owned());
    }

    fn choose(&mut self, name: &str, property: &Value) {
        let choices = property.get("enum").and_then(Value::as_array);
        for choice in choices.into_iter().flatten().filter_map(Value::as_str).take(MOST_CHOICES) {
            self.choices.push((tokens::head(choice, LONGEST_TEXT).to_owned(), name.to_owned()));
        }
    }
}

/// What an argument of this class lets the caller choose.
fn role(class: ArgumentClass) -> Option<ArgumentRole> {
    Some(match class {
        ArgumentClass::Url => ArgumentRole::Url,
        ArgumentClass::Recipient => ArgumentRole::Recipient,
        ArgumentClass::Text => ArgumentRole::Text,
        ArgumentClass::Code => ArgumentRole::Command,
        ArgumentClass::Statement => ArgumentRole::Query,
        ArgumentClass::Path => ArgumentRole::Path,
        ArgumentClass::Output => ArgumentRole::Output,
        ArgumentClass::Amount => ArgumentRole::Amount,
        ArgumentClass::Choice => ArgumentRole::Action,
        ArgumentClass::Manifest => ArgumentRole::Manifest,
        ArgumentClass::Free => return None,
    })
}

/// Whether the caller may name any address: `url`, `sitemap_url`, a `source` that is described as a URL. Not
/// `issueUrl`: what stands before the word names an object of the service itself.
fn is_address(words: &[Token], about: &[Token], property: &Value, lexicon: &Lexicon) -> bool {
    let is = |token: &Token, class| lexicon.arguments.is(token, class);
    let Some((last, before)) = words.split_last() else { return false };
    if property.get("type").and_then(Value::as_str).is_some_and(|it| it == "boolean" || it == "integer") {
        return false;
    }
    // An address that is described as one product's own is not free.
    let own = lexicon.names.scan(about).iter().any(|hit| hit.text != "fetch" && hit.text != "time");
    let named = is(last, ArgumentClass::Url) && before.iter().all(|it| is(it, ArgumentClass::Free));
    let formatted =
        property.get("format").and_then(Value::as_str).is_some_and(|it| it == "uri" || it == "url");
    let described = before.is_empty()
        && is(last, ArgumentClass::Free)
        && about.iter().take(6).any(|it| it.stem == "url" || it.stem == "uri");
    !own && (named || described || formatted && before.iter().all(|it| is(it, ArgumentClass::Free)))
}
