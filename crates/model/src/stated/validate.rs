//! The check of a tree against a shape. Every error of a file is told, not only the first.

use std::collections::BTreeSet;

use ambit_tree::{Kind, Node, Pair, Position};

use super::problems::{Problems, listed, meant, quoted};
use super::shape::{Choice, Fields, Form, Shape, Words};

/// Notes in `problems` what is wrong with the tree of the file at `path`.
pub(super) fn validate(path: &str, node: &Node, shape: &'static Shape, problems: &mut Problems) {
    let whole = Subject { at: node.at, name: None };
    Check { path, problems }.value(node, shape, whole);
}

struct Check<'a> {
    path: &'a str,
    problems: &'a mut Problems,
}

/// What a value is the value of.
#[derive(Clone, Copy)]
struct Subject<'a> {
    /// Where a key that is missing is missed: at the name, or where the item begins.
    at: Position,
    /// The key or name.
    name: Option<&'a str>,
}

impl Subject<'_> {
    /// `"the control `x`"` for `a control`.
    fn called(self, noun: &str) -> String {
        let (_, noun) = noun.split_once(' ').unwrap_or(("", noun));
        self.name.map_or_else(|| format!("the {noun}"), |name| format!("the {noun} `{}`", quoted(name)))
    }

    fn shown(self) -> String {
        self.name.map_or_else(|| "this".to_owned(), |name| format!("`{}`", quoted(name)))
    }
}

impl Check<'_> {
    fn tell(&mut self, at: Position, message: String, help: String) {
        self.problems.add_in(self.path, at, message, help);
    }

    fn value(&mut self, node: &Node, shape: &'static Shape, subject: Subject<'_>) {
        match shape {
            Shape::Text(form) => self.text(node, form, subject),
            Shape::Words(words) => self.word(node, words, subject),
            Shape::Whole => match &node.kind {
                Kind::Number(text) if text.parse::<u32>().is_ok() => {}
                Kind::Number(text) => {
                    self.tell(node.at, format!("`{}` is not a whole number", quoted(text)), hint(shape));
                }
                _ => self.misfit(node, shape, subject),
            },
            Shape::Truth => {
                if !matches!(node.kind, Kind::Bool(_)) {
                    self.misfit(node, shape, subject);
                }
            }
            Shape::List(list) => match &node.kind {
                Kind::List(items) => {
                    if items.is_empty() && !list.empty {
                        self.tell(node.at, format!("{} is an empty list", subject.shown()), hint(shape));
                    }
                    for item in items {
                        self.value(item, list.item, Subject { at: item.at, name: None });
                    }
                }
                Kind::Null => self.misfit(node, shape, subject),
                _ if list.single => self.value(node, list.item, subject),
                _ => self.misfit(node, shape, subject),
            },
            Shape::Named(named) => match &node.kind {
                Kind::Map(pairs) => {
                    for pair in pairs {
                        self.name(pair, named.key);
                        let subject = Subject { at: pair.at, name: Some(&pair.key) };
                        self.value(&pair.value, named.value, subject);
                    }
                }
                _ => self.misfit(node, shape, subject),
            },
            Shape::Map(fields) => match &node.kind {
                Kind::Map(pairs) => self.map(pairs, fields, subject, None),
                _ => self.misfit(node, shape, subject),
            },
            Shape::Choice(choice) => self.choice(node, choice, subject),
        }
    }

    fn text(&mut self, node: &Node, form: &'static Form, subject: Subject<'_>) {
        match &node.kind {
            Kind::Text(text) | Kind::Number(text) => {
                if !(form.fits)(text) {
                    let message = if text.trim().is_empty() {
                        format!("{} is empty", subject.shown())
                    } else {
                        format!("`{}` is not {}", quoted(text), form.noun)
                    };
                    self.tell(node.at, message, format!("write {}", form.help));
                }
            }
            Kind::Bool(it) => {
                let help = format!("put it in quotes: `\"{it}\"`");
                self.tell(node.at, format!("{} is a truth value, not {}", subject.shown(), form.noun), help);
            }
            _ => self.misfit(node, &Shape::Text(form), subject),
        }
    }

    fn word(&mut self, node: &Node, words: &'static Words, subject: Subject<'_>) {
        match &node.kind {
            Kind::Text(text) | Kind::Number(text) => {
                if !words.words.contains(&text.as_str()) {
                    let near = self.problems.nearest(text, words.words.iter().copied());
                    let all = wanted(&Shape::Words(words));
                    let help = near
                        .map_or_else(|| format!("write {all}"), |it| format!("{} write {all}", meant(it)));
                    self.tell(node.at, format!("`{}` is not {}", quoted(text), words.noun), help);
                }
            }
            _ => self.misfit(node, &Shape::Words(words), subject),
        }
    }

    fn name(&mut self, pair: &Pair, form: &'static Form) {
        if !(form.fits)(&pair.key) {
            let message = format!("`{}` is not {}", quoted(&pair.key), form.noun);
            self.tell(pair.at, message, format!("write {}", form.help));
        }
    }

    fn choice(&mut self, node: &Node, choice: &'static Choice, subject: Subject<'_>) {
        match (&node.kind, choice.text) {
            (Kind::Map(pairs), _) => {
                if choice.leading().count() == choice.maps.len() && !choice.is_led(pairs) {
                    self.undecided(pairs, choice, subject);
                    return;
                }
                let of = choice.meant(pairs);
                if let Some(fields) = of.and_then(|it| choice.maps.get(it)) {
                    self.map(pairs, fields, subject, Some(choice));
                }
            }
            (Kind::Text(text), Some(Shape::Words(words))) if !words.words.contains(&text.as_str()) => {
                let near = self.problems.nearest(text, words.words.iter().copied());
                let help = near.map_or_else(|| hint(&Shape::Choice(choice)), meant);
                self.tell(node.at, format!("`{}` is not {}", quoted(text), choice.noun), help);
            }
            (Kind::Text(_) | Kind::Number(_), Some(shape)) => self.value(node, shape, subject),
            _ => self.misfit(node, &Shape::Choice(choice), subject),
        }
    }

    /// A map that has none of the keys that would say which kind it is.
    fn undecided(&mut self, pairs: &[Pair], choice: &'static Choice, subject: Subject<'_>) {
        let mut near = false;
        for pair in pairs.iter().filter(|it| choice.maps.iter().all(|map| map.field(&it.key).is_none())) {
            if let Some(word) = self.problems.nearest(&pair.key, choice.leading()) {
                near = true;
                let message = format!("{} has no key `{}`", choice.noun, quoted(&pair.key));
                self.tell(pair.at, message, meant(word));
            }
        }
        if !near {
            let keys = listed(choice.leading());
            let message = format!("{} has none of the keys {keys}", subject.called(choice.noun));
            self.tell(subject.at, message, "add the one that says what it is".to_owned());
        }
    }

    fn map(
        &mut self,
        pairs: &[Pair],
        fields: &'static Fields,
        subject: Subject<'_>,
        of: Option<&'static Choice>,
    ) {
        let mut given = BTreeSet::new();
        for pair in pairs {
            let Some(field) = fields.field(&pair.key) else {
                given.extend(self.unknown(pair, fields, of));
                continue;
            };
            if matches!(pair.value.kind, Kind::Null) && !matches!(field.shape, Shape::Truth) {
                // A key that nobody has filled in yet is as good as none: `owner:   # who?`
                continue;
            }
            given.insert(field.key);
            self.value(&pair.value, field.shape, Subject { at: pair.at, name: Some(&pair.key) });
        }
        self.some(&given, fields, subject);
        for field in fields.fields.iter().filter(|it| it.required && !given.contains(it.key)) {
            // At the key, where it is there and empty.
            let at = pairs.iter().find(|it| it.key == field.key).map_or(subject.at, |it| it.at);
            let message = format!("{} has no `{}`", subject.called(fields.noun), field.key);
            self.tell(at, message, format!("add `{}:` with {}", field.key, wanted(field.shape)));
        }
    }

    /// At least one of some keys must be there.
    fn some(&mut self, given: &BTreeSet<&str>, fields: &'static Fields, subject: Subject<'_>) {
        if !fields.one_of.is_empty() && !fields.one_of.iter().any(|it| given.contains(it)) {
            let keys = listed(fields.one_of.iter());
            let message = format!("{} has none of the keys {keys}", subject.called(fields.noun));
            self.tell(subject.at, message, "add what it is to say".to_owned());
        }
    }

    /// Tells of a key that does not belong here, and gives the one that was meant.
    fn unknown(
        &mut self,
        pair: &Pair,
        fields: &'static Fields,
        of: Option<&'static Choice>,
    ) -> Option<&'static str> {
        let other = of.filter(|it| it.leading().any(|it| it == pair.key));
        let near = match other {
            Some(_) => None,
            None => self.problems.nearest(&pair.key, fields.fields.iter().map(|it| it.key)),
        };
        let help = match (other, near) {
            (Some(choice), _) => format!("make it {} of its own", choice.noun),
            (None, Some(near)) => meant(near),
            (None, None) => format!("its keys are {}", listed(fields.fields.iter().map(|it| it.key))),
        };
        self.tell(pair.at, format!("{} has no key `{}`", fields.noun, quoted(&pair.key)), help);
        near
    }

    fn misfit(&mut self, node: &Node, shape: &Shape, subject: Subject<'_>) {
        let is = match node.kind {
            Kind::Null => "empty",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        };
        let message = match node.kind {
            Kind::Null => format!("{} is empty", subject.shown()),
            _ => format!("{} is {is}, not {}", subject.shown(), noun(shape)),
        };
        let at = if matches!(node.kind, Kind::Null) { subject.at } else { node.at };
        self.tell(at, message, hint(shape));
    }
}

/// What a value of this shape is called.
fn noun(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(it) => it.noun,
        Shape::Words(it) => it.noun,
        Shape::Whole => "a whole number",
        Shape::Truth => "a truth value",
        Shape::List(_) => "a list",
        Shape::Named(_) => "names with values",
        Shape::Map(it) => it.noun,
        Shape::Choice(it) => it.noun,
    }
}

/// What to write where a value of this shape is missing.
fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Text(it) => it.help.to_owned(),
        Shape::Words(it) if it.words.len() == 1 => listed(it.words.iter()),
        Shape::Words(it) => format!("one of {}", listed(it.words.iter())),
        Shape::Whole => "a whole number, such as 1".to_owned(),
        Shape::Truth => "`true` or `false`".to_owned(),
        Shape::List(it) => format!("a list, each item {}", noun(it.item)),
        Shape::Named(_) => "a name per line, a colon, and what it is below".to_owned(),
        Shape::Map(it) => format!("its keys: {}", listed(it.fields.iter().map(|it| it.key))),
        Shape::Choice(it) if it.leading().next().is_none() => it.text.map_or_else(String::new, wanted),
        Shape::Choice(it) => {
            let keys = format!("one of the keys {}", listed(it.leading()));
            it.text.map_or_else(|| keys.clone(), |text| format!("{}, or {keys}", wanted(text)))
        }
    }
}

fn hint(shape: &Shape) -> String {
    format!("write {}", wanted(shape))
}
