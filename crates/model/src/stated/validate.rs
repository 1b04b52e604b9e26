//! The check of a tree against a shape. Every error of a file is told, not only the first.

use std::collections::BTreeSet;

use ambit_tree::{Kind, Node, Pair, Position};

use super::problems::{Problems, listed, quoted};
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
                Kind::Map(_) if !list.single => self.misfit(node, shape, subject),
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
                    let all = listed(words.words.iter());
                    let help = if near.is_empty() {
                        format!("one of {all}")
                    } else {
                        format!("{near} one of {all}")
                    };
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
        match &node.kind {
            Kind::Map(pairs) if !choice.maps.is_empty() => {
                let meant = choice.meant(pairs.iter().map(|it| it.key.as_str()));
                if let Some(fields) = meant.and_then(|it| choice.maps.get(it)) {
                    let whole = (choice.maps.len() > 1).then_some(choice);
                    self.map(pairs, fields, subject, whole);
                }
            }
            Kind::Text(_) | Kind::Number(_) if choice.text.is_some() => {
                if let Some(shape) = choice.text {
                    self.value(node, shape, subject);
                }
            }
            _ => self.misfit(node, &Shape::Choice(choice), subject),
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
                self.unknown(pair, fields, of);
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
            // A wrong key is told where it is; which one it stands for is in its help.
            let at = pairs.iter().find(|it| it.key == field.key).map_or(subject.at, |it| it.at);
            let message = format!("{} has no `{}`", subject.called(fields.noun), field.key);
            self.tell(at, message, format!("add `{}:` with {}", field.key, wanted(field.shape)));
        }
    }

    /// At least one of some keys must be there.
    fn some(&mut self, given: &BTreeSet<&str>, fields: &'static Fields, subject: Subject<'_>) {
        if !fields.one_of.is_empty() && !fields.one_of.iter().any(|it| given.contains(it)) {
            let keys = fields.one_of.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" nor ");
            let message = format!("{} has neither {keys}", subject.called(fields.noun));
            self.tell(subject.at, message, format!("add one of {}", listed(fields.one_of.iter())));
        }
    }

    fn unknown(&mut self, pair: &Pair, fields: &'static Fields, of: Option<&'static Choice>) {
        let other = of.is_some_and(|it| it.maps.iter().any(|it| it.leading() == Some(pair.key.as_str())));
        let help = if other {
            format!("make it {} of its own", of.map_or("an entry", |it| it.noun))
        } else {
            let near = self.problems.nearest(&pair.key, fields.fields.iter().map(|it| it.key));
            let keys = listed(fields.fields.iter().map(|it| it.key));
            if near.is_empty() { format!("its keys are {keys}") } else { near }
        };
        let message = format!("{} has no key `{}`", fields.noun, quoted(&pair.key));
        self.tell(pair.at, message, help);
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
        Shape::Words(it) => format!("one of {}", listed(it.words.iter())),
        Shape::Whole => "a whole number, such as 1".to_owned(),
        Shape::Truth => "`true` or `false`".to_owned(),
        Shape::List(it) => format!("a list of: {}", wanted(it.item)),
        Shape::Named(_) => "a name per line, a colon, and what it is below".to_owned(),
        Shape::Map(it) => format!("its keys: {}", listed(it.fields.iter().map(|it| it.key))),
        Shape::Choice(it) => match it.text {
            Some(text) => wanted(text),
            None => format!("one of the keys {}", listed(it.maps.iter().filter_map(|it| it.leading()))),
        },
    }
}

fn hint(shape: &Shape) -> String {
    format!("write {}", wanted(shape))
}
