//! Entries that fit nothing: a decision without a finding, a control on an edge that is gone, an id that was
//! mistyped. They are told of and never passed over.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::stated::{
    Assets, Boundary, EdgePattern, FindingPattern, Keep, Model, Name, Pattern, Placed,
};
use ambit_model::{Assessment, AssetId, Place};

use super::Notes;
use crate::map::ReachMap;

/// What an entry may mean, as texts.
struct Known<'a> {
    assets: Vec<&'a str>,
    edges: Vec<&'a str>,
    findings: Vec<&'a str>,
    rules: BTreeSet<&'a str>,
}

/// Controls are held against the edges as they are without any of them.
pub(super) fn controls(map: &ReachMap, model: &Model, notes: &mut Notes) {
    if model.controls.is_empty() {
        return;
    }
    let known = Known {
        assets: map.assets.keys().map(AssetId::as_str).collect(),
        edges: map.edges.iter().map(|it| it.id.as_str()).collect(),
        findings: Vec::new(),
        rules: BTreeSet::new(),
    };
    for (name, entry) in model.controls.iter() {
        for on in entry.value.on.iter() {
            let meant = map.edges.iter().filter(|it| on.value.matches_edge(it)).count();
            let what = format!("the control `{name}` is on an edge that is not there");
            known.edge(notes, on, meant, &what);
        }
    }
}

/// Notes every other entry that fits nothing.
pub(super) fn note(assessment: &Assessment, model: &Model, catalog: &Catalog, notes: &mut Notes) {
    if *model == Model::default() {
        return;
    }
    let known = Known {
        assets: assessment.assets.iter().map(|it| it.id.as_str()).collect(),
        edges: assessment.edges.iter().map(|it| it.id.as_str()).collect(),
        findings: assessment.findings.iter().map(|it| it.id.as_str()).collect(),
        rules: crate::rules::ALL.iter().map(|it| it.info.id).collect(),
    };
    let edges = |it: &EdgePattern| assessment.edges.iter().filter(|edge| it.matches_edge(edge)).count();
    for (id, entry) in model.facts.assets.iter().filter(|(id, _)| !known.assets.contains(id)) {
        let message = format!("the correction of `{id}` is of an asset that is not there");
        notes.add_near(
            &entry.place,
            message,
            (id, known.assets.iter().copied()),
            "remove it, or mend the id",
        );
    }
    for correction in &model.facts.edges {
        let on = &correction.value.on;
        known.edge(notes, on, edges(&on.value), "the correction is of an edge that is not there");
    }
    for need in &model.needs {
        known.need(notes, &need.value.keep, &edges);
    }
    for (name, entry) in model.monitors.iter() {
        for on in entry.value.on.iter() {
            let meant = assessment.findings.iter().filter(|it| on.value.matches_finding(it)).count();
            let what = format!("the monitor `{name}` watches a finding that is not there");
            known.finding(notes, on, meant, &what);
        }
    }
    decisions(assessment, model, &known, notes);
    risk(assessment, model, &known, notes);
    costs(assessment, model, catalog, &known, notes);
    patterns(assessment, model, &known, notes);
}

fn decisions(assessment: &Assessment, model: &Model, known: &Known<'_>, notes: &mut Notes) {
    for decision in &model.decisions {
        // What is decided about the gate itself stands in no map.
        let on =
            decision.value.on.iter().filter(|it| !it.value.text().is_some_and(|it| it.starts_with("gate:")));
        for on in on {
            let findings = assessment.findings.iter().filter(|it| on.value.matches_finding(it)).count();
            let edges = assessment.edges.iter().filter(|it| on.value.matches_edge(it)).count();
            let what = "the decision is about a finding or an edge that is not there";
            known.either(notes, on, findings + edges, what);
        }
    }
}

/// What people know of likelihoods and losses.
fn risk(assessment: &Assessment, model: &Model, known: &Known<'_>, notes: &mut Notes) {
    let risk = &model.risk;
    let attempts = risk.attempts.iter().flat_map(|it| it.value.on.iter());
    let accidents = risk.accidents.iter().flat_map(|it| it.value.on.iter());
    let steered = risk.steered.iter().flat_map(|it| it.value.on.iter());
    let losses = risk.losses.iter().flat_map(|it| &it.value.within);
    for pattern in attempts.chain(accidents).chain(steered).chain(losses) {
        known.assets(notes, pattern, "`risk` says something of an asset that is not there");
    }
    for on in risk.steps.iter().flat_map(|it| it.value.on.iter()) {
        let meant = assessment.edges.iter().filter(|edge| on.value.matches_edge(edge)).count();
        known.edge(notes, on, meant, "`risk` says something of an edge that is not there");
    }
}

/// What people know of the work of controls, and of what edges are worth.
fn costs(assessment: &Assessment, model: &Model, catalog: &Catalog, known: &Known<'_>, notes: &mut Notes) {
    let controls = &catalog.containment().controls;
    let names = || controls.keys().map(String::as_str).chain(model.controls.names());
    for (name, entry) in model.containment.work.iter().filter(|(name, _)| !names().any(|it| it == *name)) {
        let message = format!("`{name}` is no control that Ambit knows, and none of `controls`");
        notes.add_near(&entry.place, message, (name, names()), "remove it, or mend the name");
    }
    for on in model.containment.worth.iter().flat_map(|it| it.value.on.iter()) {
        let meant = assessment.edges.iter().filter(|edge| on.value.matches_edge(edge)).count();
        known.edge(notes, on, meant, "`containment` says what an edge is worth that is not there");
    }
}

/// Patterns of assets, and classes of data.
fn patterns(assessment: &Assessment, model: &Model, known: &Known<'_>, notes: &mut Notes) {
    let touched = assessment.edges.iter().flat_map(|it| it.touches.iter());
    let held = assessment.assets.iter().flat_map(|it| &it.data);
    let classes: BTreeSet<&str> = touched.chain(held).map(String::as_str).collect();
    let class = |notes: &mut Notes, name: &str, place: &Place| {
        if !classes.contains(name) {
            let message = format!("no data of the class `{name}` is anywhere on the map");
            let advice = "give it to a store: `facts.stores`, `facts.assets` or `protects` with `in`";
            notes.add_near(place, message, (name, classes.iter().copied()), advice);
        }
    };
    for (name, entry) in model.protects.iter() {
        for within in &entry.value.within {
            known.assets(notes, within, &format!("`{name}` lies in an asset that is not there"));
        }
        for it in &entry.value.data {
            class(notes, it.value.as_str(), &it.place);
        }
    }
    for (name, entry) in model.never.iter() {
        match &entry.value {
            Boundary::Disclosure(it) => {
                it.data.iter().for_each(|it| class(notes, it.value.as_str(), &it.place));
            }
            Boundary::Influence(it) => {
                for pattern in it.agent.iter().chain(&it.to) {
                    known.assets(
                        notes,
                        pattern,
                        &format!("the boundary `{name}` is about an asset that is not there"),
                    );
                }
            }
        }
    }
    for (category, entry) in model.coverage.iter() {
        for pattern in entry.value.iter().filter_map(|it| it.value.agent.as_ref()) {
            known.assets(
                notes,
                pattern,
                &format!("the answer to `{category}` is about an agent that is not there"),
            );
        }
    }
}

/// A pattern: where it stands, how much it means, and what is wrong where that is nothing.
struct Use<'a> {
    place: &'a Place,
    meant: usize,
    what: &'a str,
}

impl Use<'_> {
    fn parts(&self, notes: &mut Notes) {
        if self.meant == 0 {
            let help = "remove it, or mend what it is about: nothing on the map has all of this";
            notes.add(self.place, self.what, help);
        }
    }
}

impl Known<'_> {
    /// Notes that `text` means nothing, or, as the beginning of an id, more than one thing.
    fn text(&self, notes: &mut Notes, (text, is_prefix): (&str, bool), of: &Use<'_>) {
        let words = match text.get(..2).filter(|_| is_prefix) {
            Some("e-") => &self.edges,
            Some("f-") => &self.findings,
            _ => &self.assets,
        };
        match of.meant {
            0 => {
                let help = "remove it, or mend what it is about";
                let message = format!("{}: `{text}`", of.what);
                notes.add_near(of.place, message, (text, words.iter().copied()), help);
            }
            1 => {}
            many if is_prefix => {
                let message = format!("`{text}` is the beginning of {many} ids");
                notes.add(of.place, message, "write more of the one that is meant");
            }
            _ => {}
        }
    }

    fn edge(&self, notes: &mut Notes, on: &Placed<EdgePattern>, meant: usize, what: &str) {
        let of = Use { place: &on.place, meant, what };
        match &on.value {
            EdgePattern::Text(it) => self.text(notes, (it.as_str(), it.prefix().is_some()), &of),
            EdgePattern::Parts(_) => of.parts(notes),
        }
    }

    fn finding(&self, notes: &mut Notes, on: &Placed<FindingPattern>, meant: usize, what: &str) {
        let of = Use { place: &on.place, meant, what };
        match &on.value {
            FindingPattern::Text(it) => self.text(notes, (it.as_str(), it.prefix().is_some()), &of),
            FindingPattern::Parts(it) => self.rule(notes, it.rule.as_ref(), &of),
        }
    }

    fn either(&self, notes: &mut Notes, on: &Placed<Pattern>, meant: usize, what: &str) {
        let of = Use { place: &on.place, meant, what };
        match &on.value {
            Pattern::Text(it) => self.text(notes, (it.as_str(), it.prefix().is_some()), &of),
            Pattern::Finding(it) => self.rule(notes, it.rule.as_ref(), &of),
            Pattern::Edge(_) => of.parts(notes),
        }
    }

    /// A pattern of findings that fits none: perhaps its rule is no rule.
    fn rule(&self, notes: &mut Notes, rule: Option<&Name>, of: &Use<'_>) {
        match rule.map(Name::as_str).filter(|it| !self.rules.contains(it)) {
            Some(rule) => {
                let message = format!("`{rule}` is not a rule");
                let rules = self.rules.iter().copied();
                notes.add_near(of.place, message, (rule, rules), "the rules are listed in docs/rules.md");
            }
            None => of.parts(notes),
        }
    }

    fn assets(&self, notes: &mut Notes, pattern: &Placed<Assets>, what: &str) {
        let of = Use { place: &pattern.place, meant: self.count(&pattern.value), what };
        self.text(notes, (pattern.value.as_str(), false), &of);
    }

    fn count(&self, pattern: &Assets) -> usize {
        let ids = self.assets.iter().map(|it| AssetId::from_text(*it));
        ids.filter(|it| pattern.matches_asset(it)).count()
    }

    fn need(&self, notes: &mut Notes, keep: &Placed<Keep>, edges: &dyn Fn(&EdgePattern) -> usize) {
        let what = "what must stay possible is not there";
        let of = |meant| Use { place: &keep.place, meant, what };
        match &keep.value {
            Keep::Text(it) => {
                let of = of(edges(&EdgePattern::Text(it.clone())));
                self.text(notes, (it.as_str(), it.prefix().is_some()), &of);
            }
            Keep::Edge(it) => of(edges(&EdgePattern::Parts(it.clone()))).parts(notes),
            Keep::Capability(it) => {
                for pattern in [&it.agent, &it.to] {
                    self.text(notes, (pattern.as_str(), false), &of(self.count(pattern)));
                }
            }
        }
    }
}
