//! The style sheet of pictures, read for a form that has no style sheets: classes become colours and lines.

use std::collections::BTreeMap;

/// What an element has been given, by property; custom ones begin with `--`.
pub(super) type Given = BTreeMap<String, String>;

/// An element and those around it, the outermost first: the name of its tag, and its classes.
pub(super) type Around<'a> = [(&'a str, Vec<&'a str>)];

/// Rules in the order of the sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    /// Colours by name.
    pub(super) tokens: Given,
}

#[derive(Debug)]
struct Rule {
    selector: Vec<Compound>,
    weight: usize,
    given: Given,
}

/// What one element must have: a tag, classes, and classes that it must not have.
#[derive(Debug, Default, PartialEq, Eq)]
struct Compound {
    tag: Option<String>,
    has: Vec<String>,
    lacks: Vec<String>,
}

impl Sheet {
    /// The rules of `sheet`, and the colours of the first block of `tokens`.
    pub(super) fn new(sheet: &str, tokens: &str) -> Self {
        let tokens = blocks(tokens).next().map(|(_, body)| declarations(body)).unwrap_or_default();
        let mut rules = Vec::new();
        for (selectors, body) in blocks(sheet) {
            for selector in selectors.split(',').filter(|it| !it.contains(":hover") && !it.contains(":focus"))
            {
                let selector: Vec<Compound> = selector.split_whitespace().map(compound).collect();
                let weight = selector
                    .iter()
                    .map(|it| 10 * (it.has.len() + it.lacks.len()) + usize::from(it.tag.is_some()));
                rules.push(Rule { weight: weight.sum(), selector, given: declarations(body) });
            }
        }
        // A stable order: of equal weight the later one counts.
        rules.sort_by_key(|it| it.weight);
        Self { rules, tokens }
    }

    /// What the rules give the innermost element of `around`.
    pub(super) fn given(&self, around: &Around<'_>) -> Given {
        let mut given = Given::new();
        for rule in self.rules.iter().filter(|it| it.fits(around)) {
            given.extend(rule.given.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        given
    }

    /// A value with its variable resolved among `inherited` and the colours.
    pub(super) fn resolved<'v>(&'v self, value: &'v str, inherited: &'v Given) -> &'v str {
        let mut value = value;
        // A variable may name another; a chain is short.
        for _ in 0..4 {
            let Some(name) = value.strip_prefix("var(").and_then(|it| it.strip_suffix(')')) else { break };
            let found = inherited.get(name).or_else(|| self.tokens.get(name));
            value = found.map_or("none", String::as_str);
        }
        value
    }
}

impl Rule {
    fn fits(&self, around: &Around<'_>) -> bool {
        let Some(((last, outer), (own, rest))) = self.selector.split_last().zip(around.split_last()) else {
            return false;
        };
        if !last.fits(own) {
            return false;
        }
        // The others fit some of the elements around it, in their order.
        let mut rest = rest.iter().rev();
        outer.iter().rev().all(|it| rest.any(|element| it.fits(element)))
    }
}

impl Compound {
    fn fits(&self, (tag, classes): &(&str, Vec<&str>)) -> bool {
        self.tag.as_deref().is_none_or(|it| it == *tag)
            && self.has.iter().all(|it| classes.contains(&it.as_str()))
            && !self.lacks.iter().any(|it| classes.contains(&it.as_str()))
    }
}

fn compound(text: &str) -> Compound {
    let mut compound = Compound::default();
    let (plain, negated) = text.split_once(":not(").unwrap_or((text, ""));
    for name in negated.split(":not(").filter_map(|it| it.strip_suffix(')')) {
        compound.lacks.extend(name.split('.').filter(|it| !it.is_empty()).map(str::to_owned));
    }
    let mut parts = plain.split('.');
    compound.tag = parts.next().filter(|it| !it.is_empty()).map(str::to_owned);
    compound.has = parts.map(str::to_owned).collect();
    compound
}

/// Selectors with their bodies; blocks within blocks are passed over.
fn blocks(sheet: &str) -> impl Iterator<Item = (&str, &str)> {
    let plain = sheet.split("@media").next().unwrap_or_default();
    plain.split('}').filter_map(|it| it.split_once('{')).map(|(selector, body)| (selector.trim(), body))
}

fn declarations(body: &str) -> Given {
    let pairs = body.split(';').filter_map(|it| it.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_rule_counts_and_variables_are_resolved() {
        let sheet = Sheet::new(
            ".own { --own: var(--red); } .node .shape { fill: var(--own); stroke: none; } .shape { fill: blue; }
             .lit .link:not(.focus) { opacity: 0.6; }",
            ":root { --red: #a01830; } @media print { :root { --red: #000000; } }",
        );
        let around = [("svg", vec!["lit"]), ("g", vec!["node", "own"]), ("rect", vec!["shape"])];
        let given = sheet.given(&around);
        let own = sheet.given(&around[..2]);
        assert_eq!(sheet.resolved(&given["fill"], &own), "#a01830");
        assert_eq!(sheet.given(&[("svg", vec!["lit"]), ("g", vec!["link"])])["opacity"], "0.6");
        assert!(sheet.given(&[("svg", vec!["lit"]), ("g", vec!["link", "focus"])]).is_empty());
    }
}
