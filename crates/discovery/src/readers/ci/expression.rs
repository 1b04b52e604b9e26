//! Expressions of GitHub's workflows: `${{ … }}` in texts, and conditions. They are taken apart and never evaluated
//! further than it takes to say what they depend on.

/// How deep expressions nest before they are a riddle.
const DEEPEST: usize = 48;
/// How many parts one expression has at most: what is longer was not written to be read.
const LONGEST: usize = 1_000;
/// How many expressions of one text are looked at.
const MOST: usize = 500;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A text or a number, as text.
    Text(String),
    /// True or false.
    Truth(bool),
    /// Nothing.
    Null,
    /// `github.event.issue.title`, `steps.x.outputs['y']`: its parts.
    Path(Vec<String>),
    /// A function of others, in lower case.
    Call(String, Vec<Self>),
    /// `fromJSON(…).key`.
    Part(Box<Self>, String),
    /// `!it`.
    Not(Box<Self>),
    /// Both.
    And(Box<Self>, Box<Self>),
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// Whether both are the same.
    Same(Box<Self>, Box<Self>),
    /// A comparison of numbers.
    Less(Box<Self>, Box<Self>),
}

impl Expression {
    /// The expression that `text` is; none where it is malformed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { rest: text, depth: 0, left: LONGEST };
        let parsed = parser.either()?;
        parser.rest.trim().is_empty().then_some(parsed)
    }

    /// A condition: with or without the brackets around it.
    pub(crate) fn condition(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix("${{").and_then(|it| it.strip_suffix("}}"));
        match bare {
            Some(bare) if !bare.contains("${{") => Self::parse(bare),
            // Text around expressions is not empty, and so it is true.
            _ if text.contains("${{") => None,
            _ => Self::parse(text),
        }
    }

    /// The paths whose values are part of its own: what is only compared is not.
    pub(crate) fn values(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, into: &mut Vec<String>) {
        match self {
            Self::Path(parts) => into.push(parts.join(".")),
            Self::Call(name, arguments) => {
                let judges =
                    ["contains", "startswith", "endswith", "hashfiles", "success", "failure", "always"];
                if !judges.contains(&name.as_str()) {
                    arguments.iter().for_each(|it| it.collect(into));
                }
            }
            Self::Part(of, key) => {
                let before = into.len();
                of.collect(into);
                for path in into.iter_mut().skip(before) {
                    path.push('.');
                    path.push_str(key);
                }
            }
            // The left side is what comes out only where it is empty.
            Self::And(_, right) => right.collect(into),
            Self::Or(left, right) => {
                left.collect(into);
                right.collect(into);
            }
            Self::Text(_) | Self::Truth(_) | Self::Null | Self::Not(_) | Self::Same(..) | Self::Less(..) => {}
        }
    }
}

/// The expressions in `text`, each with its offset and what stands between the brackets.
pub(crate) fn inside(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|it| it.find("${{")).map(|it| it + from) {
        let Some(length) = text.get(start..).and_then(end_of) else { break };
        found.push((start, text.get(start + 3..start + length - 2).unwrap_or_default()));
        from = start + length;
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The length of the expression that `text` begins with, its brackets included. Brackets in its quotes do not end it.
pub(crate) fn end_of(text: &str) -> Option<usize> {
    let mut quoted = false;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate().skip(3) {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            _ => {}
        }
    }
    // An odd quote: the first brackets end it.
    text.find("}}").map(|it| it + 2)
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    left: usize,
}

impl<'a> Parser<'a> {
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(rest) = rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn either(&mut self) -> Option<Expression> {
        self.deeper(|it| {
            let mut left = it.both()?;
            while it.take("||") {
                left = Expression::Or(left.into(), it.both()?.into());
            }
            Some(left)
        })
    }

    fn both(&mut self) -> Option<Expression> {
        let mut left = self.compared()?;
        while self.take("&&") {
            left = Expression::And(left.into(), self.compared()?.into());
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Expression> {
        let left = self.negated()?;
        if self.take("==") {
            return Some(Expression::Same(left.into(), self.negated()?.into()));
        }
        if self.take("!=") {
            let same = Expression::Same(left.into(), self.negated()?.into());
            return Some(Expression::Not(same.into()));
        }
        for token in ["<=", ">=", "<", ">"] {
            if self.take(token) {
                return Some(Expression::Less(left.into(), self.negated()?.into()));
            }
        }
        Some(left)
    }

    fn negated(&mut self) -> Option<Expression> {
        let rest = self.rest.trim_start();
        if rest.starts_with('!') && !rest.starts_with("!=") {
            self.take("!");
            return self.deeper(|it| Some(Expression::Not(it.negated()?.into())));
        }
        self.left = self.left.checked_sub(1)?;
        let mut value = self.value()?;
        loop {
            if self.take(".") {
                let key = if self.take("*") { "*".to_owned() } else { self.word()?.to_owned() };
                value = part(value, key);
            } else if self.take("[") {
                let key = match self.either()? {
                    Expression::Text(key) => key,
                    _ => "*".to_owned(),
                };
                if !self.take("]") {
                    return None;
                }
                value = part(value, key);
            } else {
                return Some(value);
            }
        }
    }

    fn value(&mut self) -> Option<Expression> {
        let rest = self.rest.trim_start();
        if rest.starts_with('\'') {
            return self.text();
        }
        if self.take("(") {
            let inner = self.either()?;
            return self.take(")").then_some(inner);
        }
        if rest.starts_with(|it: char| it.is_ascii_digit() || it == '-' || it == '+') {
            let end = rest
                .find(|it: char| !(it.is_ascii_alphanumeric() || ".+-".contains(it)))
                .unwrap_or(rest.len());
            let number = rest.get(..end)?.to_owned();
            self.rest = rest.get(end..)?;
            return Some(Expression::Text(number));
        }
        if self.take("*") {
            return Some(Expression::Text("*".to_owned()));
        }
        let word = self.word()?;
        if self.take("(") {
            return self.arguments(word);
        }
        Some(match word {
            "true" => Expression::Truth(true),
            "false" => Expression::Truth(false),
            "null" => Expression::Null,
            _ => Expression::Path(vec![word.to_owned()]),
        })
    }

    fn arguments(&mut self, name: &str) -> Option<Expression> {
        let mut arguments = Vec::new();
        if !self.take(")") {
            loop {
                arguments.push(self.either()?);
                if self.take(")") {
                    break;
                }
                if !self.take(",") {
                    return None;
                }
            }
        }
        Some(Expression::Call(name.to_ascii_lowercase(), arguments))
    }

    /// A text in single quotes; two of them stand for one.
    fn text(&mut self) -> Option<Expression> {
        let mut rest = self.rest.trim_start().strip_prefix('\'')?;
        let mut text = String::new();
        loop {
            let end = rest.find('\'')?;
            text.push_str(rest.get(..end)?);
            rest = rest.get(end + 1..)?;
            match rest.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    rest = after;
                }
                None => break,
            }
        }
        self.rest = rest;
        Some(Expression::Text(text))
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|it: char| !(it.is_alphanumeric() || "_-".contains(it))).unwrap_or(rest.len());
        let word = rest.get(..end).filter(|it| !it.is_empty())?;
        self.rest = rest.get(end..)?;
        Some(word)
    }
}

fn part(of: Expression, key: String) -> Expression {
    match of {
        Expression::Path(mut parts) => {
            parts.push(key);
            Expression::Path(parts)
        }
        other => Expression::Part(other.into(), key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_taken_apart() {
        let values = |text: &str| Expression::parse(text).map(|it| it.values());
        assert_eq!(values("github.event.issue.title"), Some(vec!["github.event.issue.title".to_owned()]));
        assert_eq!(values("steps.a['outputs'].b || 'x'"), Some(vec!["steps.a.outputs.b".to_owned()]));
        assert_eq!(values("a.b == 'x' && c.d || e"), Some(vec!["c.d".to_owned(), "e".to_owned()]));
        assert_eq!(values("contains(github.event.issue.body, '@x')"), Some(vec![]));
        assert_eq!(
            values("toJSON(fromJSON(steps.f.outputs.r).logs)"),
            Some(vec!["steps.f.outputs.r.logs".to_owned()])
        );
        assert_eq!(
            values("github.event.commits[0].message"),
            Some(vec!["github.event.commits.0.message".to_owned()])
        );
        assert_eq!(values("github.event.labels.*.name"), Some(vec!["github.event.labels.*.name".to_owned()]));
        assert_eq!(values("format('{0} ''q''', a.b)"), Some(vec!["a.b".to_owned()]));
        assert_eq!(values("!a.b"), Some(vec![]));
        for broken in ["a.b ==", "f(", "'open", "a..b", "a b"] {
            assert_eq!(values(broken), None, "{broken}");
        }
    }

    #[test]
    fn expressions_in_texts_are_found_with_their_quotes() {
        let text = "x ${{ a }} y ${{ format('}}', b) }} ${{ open";
        assert_eq!(inside(text), [(2, " a "), (13, " format('}}', b) ")]);
    }

    #[test]
    fn deep_ones_are_left() {
        assert_eq!(Expression::parse(&format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000))), None);
        assert_eq!(Expression::parse(&"!".repeat(10_000)), None);
        assert_eq!(Expression::parse(&format!("a{}", " || a".repeat(10_000))), None);
        assert!(Expression::parse(&format!("a{}", " || a".repeat(500))).is_some());
    }
}
