//! Which closures a scene has: those of the map, mended ones, or its own.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use ambit_model::Gate;

use super::{Open, Scene};
use crate::flow::{Change, Closures, Flows, Mended};
use crate::index::EdgeNo;

/// Of how many changed edges on closures of a whole map are made anew rather than mended.
const MANY_CHANGED: usize = 64;

impl Scene<'_> {
    /// The same scene, were `edges` not there.
    #[must_use]
    pub(crate) fn without(&self, edges: &[Open<'_>]) -> Self {
        let mut overlay = self.overlay.clone();
        let cut: BTreeSet<EdgeNo> = edges.iter().map(|it| it.0.no).collect();
        overlay.cut.extend(&cut);
        let scene = self.laid_over(overlay, self.focus.clone());
        // What is whole here is mended there for these edges alone.
        if let Closures::Whole(flows) = self.flows() {
            let (index, was, gate_of) = (&self.map.index, |no| self.gate(no), |no| scene.gate(no));
            let change = Change::of(&cut, index, &was, &gate_of);
            let mended = Mended::of(Arc::clone(flows), index, change, scene.stands_as(&gate_of));
            let _is_new = scene.flows.set(Closures::Mended(Rc::new(mended)));
        }
        scene
    }

    /// Its closures, made when somebody asks first.
    pub(super) fn flows(&self) -> &Closures {
        self.flows.get_or_init(|| {
            let (index, map) = (&self.map.index, self.map);
            let gate_of = |no: EdgeNo| self.gate(no);
            let edges: BTreeSet<EdgeNo> = self.patch.keys().chain(self.limits.keys()).copied().collect();
            // A question about one finding asks of few contexts.
            let is_another = self.focus.is_none() && edges.len() > MANY_CHANGED;
            if self.overlay.undenied || is_another {
                return Closures::Whole(Arc::new(Flows::under(index, self.stands_as(&gate_of))));
            }
            if edges.is_empty() {
                return Closures::Whole(Arc::clone(map.flows()));
            }
            let was = |no: EdgeNo| map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
            let (change, stands) = (Change::of(&edges, index, &was, &gate_of), self.stands_as(&gate_of));
            Closures::Mended(Rc::new(Mended::of(Arc::clone(map.flows()), index, change, stands)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use ambit_catalog::Catalog;
    use ambit_model::stated::{self, Model};
    use ambit_model::{Finding, Inventory};

    use super::*;
    use crate::connect::connect_with;
    use crate::dice::Dice;
    use crate::rules::{find_in, rule};
    use crate::scene::Overlay;
    use crate::stated::Notes;

    /// Agents that hear, know, keep for each other and send.
    fn many() -> Model {
        let mut text = String::from(
            "ambit: v1\nfacts:\n  channels: {web: {trust: public, audience: public}}\n  stores: {crm: {level: secret}}\n  tools:\n",
        );
        let effects = [
            "ingests: web",
            "reads: crm",
            "sends: web",
            "remembers: n0",
            "recalls: n0",
            "remembers: n1",
            "recalls: n1",
        ];
        for (no, effect) in effects.iter().enumerate() {
            writeln!(text, "    t{no}: {{effects: [{{{effect}}}]}}").expect("it is text");
        }
        text.push_str("  agents:\n");
        let mut dice = Dice(51);
        for no in 0..24 {
            let gate = |dice: &mut Dice| dice.of(&["auto", "auto", "prompted", "asked"]);
            let tools: Vec<String> =
                (0..effects.len()).map(|it| format!("t{it}: {}", gate(&mut dice))).collect();
            writeln!(text, "    a{no}: {{tools: {{{}}}}}", tools.join(", ")).expect("it is text");
        }
        let (document, problems) = stated::read("ambit.yaml", &text);
        assert!(problems.is_empty(), "{problems:?}");
        stated::join([document]).0
    }

    #[test]
    fn many_changes_at_once_leave_what_asking_about_each_finding_says() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let map = connect_with(Inventory::default(), &many(), &catalog, &mut Notes::default());
        let scene = Scene::new(&map, &catalog);
        let findings = find_in(&scene);
        let (mut dice, mut silent, mut left) = (Dice(52), 0, 0);
        for case in 0..12 {
            let cut = EdgeNo::all().take(map.edges.len()).filter(|_| dice.one_in(2)).collect::<BTreeSet<_>>();
            assert!(cut.len() > MANY_CHANGED, "{}", cut.len());
            let overlay = Overlay { cut, ..Overlay::default() };
            let all = find_in(&scene.under(overlay.clone()));
            for it in &findings {
                let one = scene.what_if(overlay.clone(), &it.subject, &it.end);
                let alone = rule(&it.rule).and_then(|rule| rule.find(&one, &it.subject, &it.end));
                let among = all.iter().find(|other| other.id == it.id);
                // Of ways that are as good either may be told.
                let told = |it: &Finding| (it.severity, it.exposure);
                assert_eq!(among.map(told), alone.as_ref().map(told), "case {case}: {}", it.title);
                *(if alone.is_some() { &mut left } else { &mut silent }) += 1;
            }
        }
        assert!(silent > 50 && left > 50, "{silent}, {left}");
    }
}
