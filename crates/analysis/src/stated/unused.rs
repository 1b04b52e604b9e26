//! Entries that fit nothing: a decision without a finding, a control on an edge that is gone, an id that was
//! mistyped. They are told of and never passed over.

use std::collections::BTreeSet;

use ambit_model::stated::{Assets, Boundary, EdgePattern, FindingPattern, Keep, Model, Pattern, Placed};
use ambit_model::{Assessment, Place};

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
        assets: map.assets.keys().map(|it| it.as_str()).collect(),
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
pub(super) fn note(assessment: &Assessment, model: &Model, notes: &mut Notes) {
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
    patterns(assessment, model, &known, notes);
}

fn decisions(assessment: &Assessment, model: &Model, known: &Known<'_>, notes: &mut Notes) {
    for decision in &model.decisions {
        for on in decision.value.on.iter() {
            let findings = assessment.findings.iter().filter(|it| on.value.matches_finding(it)).count();
            let edges = assessment.edges.iter().filter(|it| on.value.matches_edge(it)).count();
            let what = "the decision is about a finding or an edge that is not there";
            known.either(notes, on, findings + edges, what);
        }
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
            let help = "give it to a store: `facts.stores`, `facts.assets` or `protects` with `in`";
            notes.add_near(place, message, (name, classes.iter().copied()), help);
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

impl Known<'_> {
    /// Notes that `text` means nothing, or, as the beginning of an id, more than one thing.
    fn text(
        &self,
        notes: &mut Notes,
        (text, is_prefix): (&str, bool),
        place: &Place,
        meant: usize,
        what: &str,
    ) {
        let words = match text.get(..2).filter(|_| is_prefix) {
            Some("e-") => &self.edges,
            Some("f-") => &self.findings,
            _ => &self.assets,
        };
        match meant {
            0 => {
                let help = "remove it, or mend what it is about";
                notes.add_near(place, format!("{what}: `{text}`"), (text, words.iter().copied()), help);
            }
            1 => {}
            many if is_prefix => {
                let message = format!("`{text}` is the beginning of {many} ids");
                notes.add(place, message, "write more of the one that is meant");
            }
            _ => {}
        }
    }

    fn parts(notes: &mut Notes, place: &Place, meant: usize, what: &str) {
        if meant == 0 {
            notes.add(place, what, "remove it, or mend what it is about: nothing on the map has all of this");
        }
    }

    fn edge(&self, notes: &mut Notes, on: &Placed<EdgePattern>, meant: usize, what: &str) {
        match &on.value {
            EdgePattern::Text(it) => {
                self.text(notes, (it.as_str(), it.prefix().is_some()), &on.place, meant, what);
            }
            EdgePattern::Parts(_) => Self::parts(notes, &on.place, meant, what),
        }
    }

    fn finding(&self, notes: &mut Notes, on: &Placed<FindingPattern>, meant: usize, what: &str) {
        match &on.value {
            FindingPattern::Text(it) => {
                self.text(notes, (it.as_str(), it.prefix().is_some()), &on.place, meant, what);
            }
            FindingPattern::Parts(it) => self.rule(notes, it.rule.as_ref(), &on.place, meant, what),
        }
    }

    fn either(&self, notes: &mut Notes, on: &Placed<Pattern>, meant: usize, what: &str) {
        match &on.value {
            Pattern::Text(it) => {
                self.text(notes, (it.as_str(), it.prefix().is_some()), &on.place, meant, what);
            }
            Pattern::Finding(it) => self.rule(notes, it.rule.as_ref(), &on.place, meant, what),
            Pattern::Edge(_) => Self::parts(notes, &on.place, meant, what),
        }
    }

    /// A pattern of findings that fits none: perhaps its rule is no rule.
    fn rule(
        &self,
        notes: &mut Notes,
        rule: Option<&ambit_model::stated::Name>,
        place: &Place,
        meant: usize,
        what: &str,
    ) {
        match rule.map(ambit_model::stated::Name::as_str).filter(|it| !self.rules.contains(it)) {
            Some(rule) => {
                let message = format!("`{rule}` is not a rule");
                notes.add_near(
                    place,
                    message,
                    (rule, self.rules.iter().copied()),
                    "`ambit explain` lists them",
                );
            }
            None => Self::parts(notes, place, meant, what),
        }
    }

    fn assets(&self, notes: &mut Notes, pattern: &Placed<Assets>, what: &str) {
        let meant = self.count(&pattern.value);
        self.text(notes, (pattern.value.as_str(), false), &pattern.place, meant, what);
    }

    fn count(&self, pattern: &Assets) -> usize {
        let ids = self.assets.iter().map(|it| ambit_model::AssetId::from_text(*it));
        ids.filter(|it| pattern.matches_asset(it)).count()
    }

    fn need(&self, notes: &mut Notes, keep: &Placed<Keep>, edges: &dyn Fn(&EdgePattern) -> usize) {
        let what = "what must stay possible is not there";
        match &keep.value {
            Keep::Text(it) => {
                let meant = edges(&EdgePattern::Text(it.clone()));
                self.text(notes, (it.as_str(), it.prefix().is_some()), &keep.place, meant, what);
            }
            Keep::Edge(it) => {
                Self::parts(notes, &keep.place, edges(&EdgePattern::Parts(it.clone())), what);
            }
            Keep::Capability(it) => {
                for pattern in [&it.agent, &it.to] {
                    let meant = self.count(pattern);
                    self.text(notes, (pattern.as_str(), false), &keep.place, meant, what);
                }
            }
        }
    }
}
