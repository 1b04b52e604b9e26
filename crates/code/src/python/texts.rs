//! Texts, and texts with values put into them: f-strings, `"…".format(…)`, `"…" % …`.

use ruff_python_ast::{
    ExprBytesLiteral, FStringPart, FStringValue, InterpolatedStringElement, InterpolatedStringElements,
    TStringValue,
};
use ruff_text_size::Ranged;

use super::formats::{By, Piece, Reference, Scan, Step, braces, percents};
use super::lower::Lower;
use crate::ir::{Arg, At, Expr, Kind, Name, Pair};

/// How many values a format may name to be taken apart.
const MOST_VALUES: usize = 1_000;

/// Literal parts and values, in order; literal parts that touch are one.
#[derive(Debug, Default)]
struct Parts {
    done: Vec<Expr>,
    text: String,
    at: At,
}

impl Parts {
    fn text(&mut self, at: At, text: &str) {
        if self.text.is_empty() {
            self.at = at;
        }
        self.text.push_str(text);
    }

    fn value(&mut self, lower: &mut Lower<'_>, value: Expr) {
        self.flush(lower);
        self.done.push(value);
    }

    fn flush(&mut self, lower: &mut Lower<'_>) {
        if !self.text.is_empty() {
            self.done.push(Expr { at: self.at, kind: Kind::Text(lower.name(&self.text)) });
            self.text.clear();
        }
    }

    fn finish(mut self, lower: &mut Lower<'_>) -> Kind {
        self.flush(lower);
        match self.done.pop() {
            None => Kind::Text(lower.name("")),
            Some(Expr { kind: kind @ Kind::Text(_), .. }) if self.done.is_empty() => kind,
            Some(last) => {
                self.done.push(last);
                Kind::Template(self.done)
            }
        }
    }
}

impl<'a> Lower<'a> {
    /// Bytes that are text are text.
    pub(super) fn bytes(&mut self, node: &ExprBytesLiteral) -> Kind {
        let bytes: Vec<u8> = node.value.iter().flat_map(|it| it.value.iter().copied()).collect();
        std::str::from_utf8(&bytes).map_or(Kind::Mixed(Vec::new()), |it| Kind::Text(self.name(it)))
    }

    pub(super) fn f_string(&mut self, value: &'a FStringValue) -> Kind {
        let mut parts = Parts::default();
        for part in value {
            match part {
                FStringPart::Literal(it) => parts.text(self.at(it), &it.value),
                FStringPart::FString(it) => self.elements(&it.elements, &mut parts),
            }
        }
        parts.finish(self)
    }

    pub(super) fn t_string(&mut self, value: &'a TStringValue) -> Kind {
        let mut parts = Parts::default();
        for part in value {
            self.elements(&part.elements, &mut parts);
        }
        parts.finish(self)
    }

    fn elements(&mut self, elements: &'a InterpolatedStringElements, parts: &mut Parts) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(it) => parts.text(self.at(it), &it.value),
                InterpolatedStringElement::Interpolation(it) => {
                    if let Some(text) = &it.debug_text {
                        let text = [text.leading(), text.expression(), text.trailing()].concat();
                        parts.text(self.at(it), &text);
                    }
                    let value = self.expr(&it.expression);
                    parts.value(self, value);
                    // Of the format, only what is computed.
                    if let Some(spec) = &it.format_spec {
                        let inner = self.deeper(spec.start(), |lower| {
                            let mut inner = Parts::default();
                            lower.elements(&spec.elements, &mut inner);
                            inner.done
                        });
                        let values = inner.into_iter().filter(|it| !matches!(it.kind, Kind::Text(_)));
                        values.for_each(|it| parts.value(self, it));
                    }
                }
            }
        }
    }

    /// `of.format(args)`, where `of` is text. Gives both back where it is not, or is no format.
    pub(super) fn formatted(&mut self, of: Expr, args: Vec<Arg>) -> Result<Kind, (Expr, Vec<Arg>)> {
        match taken_apart(of, braces) {
            Ok(pieces) => Ok(self.put_in(pieces, args.into_iter().map(Slot::of_arg).collect())),
            Err(of) => Err((of, args)),
        }
    }

    /// `left % right`, where `left` is text. Gives both back where it is not, or is no format.
    pub(super) fn interpolated(&mut self, left: Expr, right: Expr) -> Result<Kind, [Expr; 2]> {
        match taken_apart(left, percents) {
            Ok(pieces) => {
                let slots = slots_of_right(right, &pieces);
                Ok(self.put_in(pieces, slots))
            }
            Err(left) => Err([left, right]),
        }
    }

    fn put_in(&mut self, pieces: Vec<(At, Piece)>, mut slots: Vec<Slot>) -> Kind {
        for (_, piece) in &pieces {
            if let Piece::Value(Reference { by, .. }) = piece
                && let Some(slot) = find(&slots, by).and_then(|it| slots.get_mut(it))
            {
                slot.uses += 1;
            }
        }
        for slot in &mut slots {
            match (slot.uses, slot.value.take()) {
                (0, Some(value)) => self.keep(value),
                (1, value) => slot.value = value,
                (_, value) => slot.value = value.map(|it| self.repeatable("value", it)),
            }
        }
        let mut parts = Parts::default();
        for (at, piece) in pieces {
            match piece {
                Piece::Text(text) => parts.text(at, &text),
                Piece::Other(value) => parts.value(self, value),
                Piece::Value(Reference { by, path }) => {
                    let Some(found) = find(&slots, &by) else { continue };
                    let before = slots.iter().filter(|it| it.role == Role::Place).count();
                    let Some(slot) = slots.get_mut(found) else { continue };
                    let value = if slot.uses == 1 { slot.value.take() } else { slot.value.clone() };
                    let Some(mut value) = value else { continue };
                    if slot.role == Role::Spread {
                        value = self.item(value, by, before);
                    }
                    for step in path {
                        value = self.step(value, step);
                    }
                    parts.value(self, value);
                }
            }
        }
        parts.finish(self)
    }

    /// What a spread value gives for a number or a key.
    fn item(&mut self, of: Expr, by: By, before: usize) -> Expr {
        let at = of.at;
        let index = match by {
            By::Number(number) => Kind::Number(self.name(&number.saturating_sub(before).to_string())),
            By::Key(key) => Kind::Text(self.name(&key)),
        };
        Expr { at, kind: Kind::Index(Box::new(of), Box::new(Expr { at, kind: index })) }
    }

    fn step(&mut self, of: Expr, step: Step) -> Expr {
        let at = of.at;
        let kind = match step {
            Step::Member(name) => Kind::Member(Box::new(of), self.name(&name)),
            Step::Index(key) => {
                let key = self.name(&key);
                let is_number = key.bytes().all(|it| it.is_ascii_digit());
                let key = if is_number { Kind::Number(key) } else { Kind::Text(key) };
                Kind::Index(Box::new(of), Box::new(Expr { at, kind: key }))
            }
        };
        Expr { at, kind }
    }
}

/// A value that a format may name.
#[derive(Debug)]
struct Slot {
    role: Role,
    value: Option<Expr>,
    uses: usize,
}

/// How a format names it.
#[derive(Debug, PartialEq, Eq)]
enum Role {
    Place,
    Named(Name),
    Spread,
}

impl Slot {
    fn new(role: Role, value: Expr) -> Self {
        Self { role, value: Some(value), uses: 0 }
    }

    fn of_arg(arg: Arg) -> Self {
        match (arg.name, arg.value) {
            (Some(name), value) => Self::new(Role::Named(name), value),
            (None, value) => Self::of_item(value),
        }
    }

    fn of_item(value: Expr) -> Self {
        match value.kind {
            Kind::Spread(of) => Self::new(Role::Spread, *of),
            _ => Self::new(Role::Place, value),
        }
    }
}

/// `%` takes a tuple of values, a dictionary, or one value.
fn slots_of_right(right: Expr, pieces: &[(At, Piece)]) -> Vec<Slot> {
    let mut by_number = 0;
    let mut by_key = 0;
    for (_, piece) in pieces {
        match piece {
            Piece::Value(Reference { by: By::Number(_), .. }) => by_number += 1,
            Piece::Value(Reference { by: By::Key(_), .. }) => by_key += 1,
            _ => {}
        }
    }
    match right.kind {
        Kind::List(items) if by_key == 0 => items.into_iter().map(Slot::of_item).collect(),
        Kind::Map(pairs) if by_key > 0 => pairs
            .into_iter()
            .map(|Pair { key, value }| match key {
                Some(Expr { kind: Kind::Text(name), .. }) => Slot::new(Role::Named(name), value),
                _ => Slot::of_item(value),
            })
            .collect(),
        _ if by_number == 1 => vec![Slot::new(Role::Place, right)],
        _ => vec![Slot::new(Role::Spread, right)],
    }
}

fn find(slots: &[Slot], by: &By) -> Option<usize> {
    let spread = || slots.iter().position(|it| it.role == Role::Spread);
    match by {
        By::Number(number) => {
            let mut places = slots.iter().enumerate().filter(|(_, it)| it.role == Role::Place);
            places.nth(*number).map(|(at, _)| at).or_else(spread)
        }
        By::Key(key) => {
            let named = slots.iter().position(|it| matches!(&it.role, Role::Named(name) if **name == **key));
            named.or_else(|| slots.iter().rposition(|it| it.role == Role::Spread))
        }
    }
}

/// The pieces of a text or a text with values in it. Gives it back where it is neither, or `scan` does not take it.
fn taken_apart(text: Expr, scan: Scan) -> Result<Vec<(At, Piece)>, Expr> {
    let at = text.at;
    let is_text = |it: &Expr| matches!(it.kind, Kind::Text(_));
    let parts = match text.kind {
        Kind::Text(_) => vec![text],
        Kind::Template(parts) => parts,
        Kind::Joined(parts) if parts.iter().all(is_text) => parts,
        _ => return Err(text),
    };
    let (mut pieces, mut next, mut values) = (Vec::new(), 0, 0);
    for part in &parts {
        if let Kind::Text(text) = &part.kind {
            let found = scan(text, &mut next);
            values += found.iter().flatten().filter(|it| matches!(it, Piece::Value(_))).count();
            let Some(found) = found.filter(|_| values <= MOST_VALUES) else {
                return Err(single(Expr { at, kind: Kind::Template(parts) }));
            };
            pieces.push(found);
        } else {
            pieces.push(Vec::new());
        }
    }
    let whole = parts.into_iter().zip(pieces).flat_map(|(part, found)| {
        let at = part.at;
        let found = if is_text(&part) { found } else { vec![Piece::Other(part)] };
        found.into_iter().map(move |it| (at, it))
    });
    Ok(whole.collect())
}

/// A text alone is no template.
fn single(text: Expr) -> Expr {
    match text.kind {
        Kind::Template(mut parts) if parts.len() == 1 => match parts.pop() {
            Some(part) => part,
            None => Expr { at: text.at, kind: Kind::Template(parts) },
        },
        _ => text,
    }
}
