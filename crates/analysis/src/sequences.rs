//! Sequences of the catalog on the map: which agent, alone or with those that it hands work to, has every step of one
//! open, where no step alone weighs as much as what they come to.
//!
//! All of it is about edges that nothing stands before: where somebody is asked, they see the step that completes it.

use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_catalog::schema::{Same, Sequence, Step, Who};
use ambit_catalog::wild;
use ambit_model::{AssetId, AssetKind, Confidence, Gate, Level, ReachEdge, Tier, Verb};

use crate::flow::Way;
use crate::handed::handed;
use crate::harm::worst_action;
use crate::index::EdgeNo;
use crate::infer::words;
use crate::kept::family;
use crate::map::Row;
use crate::scene::Scene;

/// How many edges are looked at for one step of one agent: the surest.
const MOST: usize = 6;

/// One step of a sequence, taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken<'a> {
    pub(crate) row: Row<'a>,
    /// The worst that the same tool does as freely.
    pub(crate) tier: Tier,
    /// How work gets to the agent whose step it is, where it is not the first one's own.
    pub(crate) way: Option<Way>,
}

/// A sequence, complete.
#[derive(Debug, Clone)]
pub(crate) struct Composition<'a> {
    pub(crate) id: &'a str,
    pub(crate) sequence: &'a Sequence,
    pub(crate) steps: Vec<Taken<'a>>,
    /// What a later agent can do, where that is what it ends in.
    pub(crate) later: Option<Row<'a>>,
    pub(crate) tier: Tier,
    pub(crate) confidence: Confidence,
}

/// A step of a sequence, by the numbers of both.
type StepNo = (usize, usize);

/// What no what-if changes: the sequences of the catalog in stems, and of which steps an edge could be by what it is.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// By sequence and step, made when the first agent is met of which a sequence could be.
    stems: OnceCell<Vec<Vec<Stems>>>,
    /// By edge, where one has been looked at.
    fitting: RefCell<BTreeMap<EdgeNo, Rc<[StepNo]>>>,
}

/// The sequences of the catalog, held against the edges of a scene.
pub(crate) struct Sequences<'s, 'a> {
    scene: &'s Scene<'a>,
    own: RefCell<BTreeMap<AssetId, Rc<Own<'a>>>>,
    complete: RefCell<BTreeMap<AssetId, Rc<Vec<Composition<'a>>>>>,
}

/// The words of a step.
#[derive(Debug)]
struct Stems {
    named: Vec<BTreeSet<String>>,
    except: Vec<BTreeSet<String>>,
}

/// A step with its words as stems.
#[derive(Debug, Clone, Copy)]
struct Form<'s> {
    step: &'s Step,
    stems: &'s Stems,
}

/// What one agent does by itself.
#[derive(Default)]
struct Own<'a> {
    /// Whether it runs anything with its user's rights: then there is nothing that a sequence could add.
    is_universal: bool,
    /// Its edges that could be a step, by the numbers of sequence and step.
    steps: BTreeMap<StepNo, Vec<(Row<'a>, Tier)>>,
}

impl<'s, 'a> Sequences<'s, 'a> {
    pub(crate) fn new(scene: &'s Scene<'a>) -> Self {
        Self { scene, own: RefCell::default(), complete: RefCell::default() }
    }

    /// The sequences of the catalog, by number, each with the words of its steps.
    fn forms(&self) -> impl Iterator<Item = (&'a str, &'a Sequence, &'s [Stems])> + use<'s, 'a> {
        let all = self.scene.catalog.sequences();
        let stems = |texts: &[String]| texts.iter().map(|it| words(it)).collect();
        let of_step = |it: &Step| Stems { named: stems(&it.named), except: stems(&it.except) };
        let made = || all.values().map(|it| it.steps.iter().map(of_step).collect()).collect();
        let known: &'s Vec<Vec<Stems>> = self.scene.forms().stems.get_or_init(made);
        all.iter().zip(known).map(|((id, it), stems)| (id.as_str(), it, stems.as_slice()))
    }

    /// The sequences that `agent` completes and that no agent completes for it.
    pub(crate) fn of(&self, agent: &AssetId) -> Vec<Composition<'a>> {
        let reached = handed(self.scene, agent);
        let is_others = |it: &&Composition<'a>| {
            let alone = it.steps.iter().all(|it| it.way.is_none());
            let by = |other: &AssetId| self.complete(other).iter().any(|theirs| theirs.id == it.id);
            // Of agents that hand work to each other the first is told of.
            let before = |other: &AssetId| *other < *agent || !handed(self.scene, other).contains_key(agent);
            !alone && reached.keys().any(|other| by(other) && before(other))
        };
        let complete = self.complete(agent);
        complete.iter().filter(|it| !is_others(it)).cloned().collect()
    }

    /// The sequences of which `agent`, with those that it hands work to, has every step.
    fn complete(&self, agent: &AssetId) -> Rc<Vec<Composition<'a>>> {
        if let Some(known) = self.complete.borrow().get(agent) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.search(agent));
        self.complete.borrow_mut().insert(agent.clone(), Rc::clone(&found));
        found
    }

    fn search(&self, agent: &AssetId) -> Vec<Composition<'a>> {
        let mut members: Vec<(Rc<Own<'a>>, Option<Way>)> = vec![(self.own(agent), None)];
        let reached = handed(self.scene, agent).into_iter().filter(|(_, way)| way.gate == Gate::Auto);
        members.extend(reached.map(|(other, way)| (self.own(other), Some(way))));
        if members.iter().any(|(it, _)| it.is_universal) || members.iter().all(|(it, _)| it.steps.is_empty())
        {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (number, (id, sequence, stems)) in self.forms().enumerate() {
            let mut lists: Vec<Vec<Taken<'a>>> = Vec::new();
            for (step, form) in steps_of(sequence, stems).enumerate() {
                let own = members.iter().flat_map(|(own, way)| {
                    let rows = own.steps.get(&(number, step)).into_iter().flatten();
                    rows.map(move |(row, tier)| Taken { row: *row, tier: *tier, way: way.clone() })
                });
                let list: Vec<Taken<'a>> = match (form.step.who, lists.first()) {
                    (Who::Own, _) => own.take(MOST * 2).collect(),
                    (Who::Later, Some(first)) => self.later(agent, &form, first),
                    (Who::Later, None) => Vec::new(),
                };
                if list.is_empty() {
                    break;
                }
                lists.push(list);
            }
            if lists.len() == stems.len() {
                found.extend(self.best(id, sequence, &lists));
            }
        }
        found
    }

    /// The steps that fit together best.
    fn best(&self, id: &'a str, sequence: &'a Sequence, lists: &[Vec<Taken<'a>>]) -> Option<Composition<'a>> {
        let mut combined: Vec<Vec<&Taken<'a>>> = vec![Vec::new()];
        for list in lists {
            let mut longer = Vec::new();
            for steps in &combined {
                let fits = |it: &&Taken<'a>| steps.iter().all(|known| self.go_together(sequence, known, it));
                longer.extend(list.iter().filter(fits).map(|it| [steps.as_slice(), &[it]].concat()));
            }
            combined = longer;
        }
        let all = combined.into_iter().filter_map(|steps| self.composed(id, sequence, &steps));
        let rank = |it: &Composition<'a>| {
            let by_others = it.steps.iter().filter(|it| it.way.is_some()).count();
            let steps: Vec<_> = it.steps.iter().map(|it| told(it.row)).collect();
            (Reverse(it.tier), by_others, Reverse(it.confidence), steps)
        };
        all.min_by(|a, b| rank(a).cmp(&rank(b)))
    }

    /// Whether two edges can be steps of one sequence: by tools of their own, and with in common what is asked for.
    fn go_together(&self, sequence: &Sequence, a: &Taken<'a>, b: &Taken<'a>) -> bool {
        let same = match sequence.same {
            None => true,
            Some(Same::Place) => a.row.edge.to == b.row.edge.to,
            Some(Same::Supplier) => self.supplier(a.row) == self.supplier(b.row),
        };
        let another = a.row.edge.via != b.row.edge.via || a.row.edge.from != b.row.edge.from;
        same && another
    }

    /// Who makes the tool: its server, or what its name stands in.
    fn supplier(&self, row: Row<'a>) -> Option<&'a str> {
        let via = row.edge.via.as_ref()?;
        let server = self.scene.map.tools.get(via).and_then(|it| it.server.as_ref());
        Some(server.map_or_else(|| via.name().rsplit_once('/').map_or("", |it| it.0), AssetId::as_str))
    }

    fn composed(&self, id: &'a str, sequence: &'a Sequence, steps: &[&Taken<'a>]) -> Option<Composition<'a>> {
        // What a client does as it comes is its baseline.
        if steps.iter().all(|it| it.row.edge.stock) {
            return None;
        }
        let (tier, later) = if let Some(tier) = sequence.tier() {
            (tier, None)
        } else {
            let other = &steps.last()?.row.edge.from;
            // Whatever is written, a client does as it comes what it does as it comes.
            let unasked = |it: Row<'_>, gate: Gate| gate == Gate::Auto && !it.edge.stock;
            let (worst, _) = worst_action(self.scene, other, (Tier::T3, Gate::Auto), &unasked)?;
            (worst.edge.tier, Some(worst))
        };
        if steps.iter().any(|it| it.tier >= tier) {
            return None;
        }
        let sure =
            steps.iter().map(|it| it.row.edge.confidence).chain(later.map(|it| it.edge.confidence)).min();
        let confidence = sure.map_or(sequence.confidence, |it| it.min(sequence.confidence));
        let steps = steps.iter().map(|it| (*it).clone()).collect();
        Some(Composition { id, sequence, steps, later, tier, confidence })
    }

    /// What agents do that nothing is handed to, after the first step.
    fn later(&self, agent: &AssetId, form: &Form<'_>, first: &[Taken<'a>]) -> Vec<Taken<'a>> {
        let map = self.scene.map;
        let Some(own) = map.agents.get(agent) else { return Vec::new() };
        let mut places: BTreeSet<&AssetId> = BTreeSet::new();
        if form.step.on.is_empty() {
            places.extend(first.iter().map(|it| &it.row.edge.to));
        } else {
            let from = AssetId::from_text("instruction:");
            let texts = map.assets.range(from..).take_while(|(_, it)| it.kind == AssetKind::Instruction);
            // What lies in the home is no file of the workspace.
            places.extend(texts.map(|(id, _)| id).filter(|it| !it.name().starts_with(['~', '/'])));
        }
        let reached = handed(self.scene, agent);
        let others = places.into_iter().flat_map(|it| self.scene.open_into(it)).filter(|(it, gate)| {
            let facts = map.agents.get(&it.edge.from);
            let another =
                facts.is_some_and(|it| family(it) != family(own)) && !reached.contains_key(&it.edge.from);
            another && *gate == Gate::Auto && form.fits(it.edge, &BTreeSet::new())
        });
        others.map(|(row, _)| Taken { row, tier: row.edge.tier, way: None }).take(MOST * 2).collect()
    }

    fn own(&self, agent: &AssetId) -> Rc<Own<'a>> {
        if let Some(known) = self.own.borrow().get(agent) {
            return Rc::clone(known);
        }
        let own = Rc::new(self.look(agent));
        self.own.borrow_mut().insert(agent.clone(), Rc::clone(&own));
        own
    }

    fn look(&self, agent: &AssetId) -> Own<'a> {
        let map = self.scene.map;
        let open = self.scene.open_edges(agent).filter(|(_, gate)| *gate == Gate::Auto);
        let rows: Vec<Row<'a>> = open.map(|(row, _)| row).collect();
        let boxed = map.agents.get(agent).is_some_and(|it| it.sandbox.as_ref().is_some_and(|it| it.enabled));
        let mut own = Own::default();
        let sure = |it: &Row<'_>| it.edge.confidence > Confidence::Possible;
        let universal = |it: &Row<'_>| it.edge.verb == Verb::Executes && it.edge.to.as_str() == "env:host";
        own.is_universal = rows.iter().any(|it| universal(it) && sure(it));
        if own.is_universal {
            return own;
        }
        let free = OnceCell::new();
        let weight = |row: &Row<'a>| match row.edge.verb {
            Verb::Sends => self.discloses(row, *free.get_or_init(|| self.free_data(agent))),
            _ => row.edge.tier,
        };
        let mut tiers: BTreeMap<&AssetId, Tier> = BTreeMap::new();
        for row in &rows {
            if let Some(via) = &row.edge.via {
                let (own, known) = (weight(row), tiers.entry(via).or_insert(Tier::T0));
                *known = own.max(*known);
            }
        }
        let ends: Vec<Option<Tier>> = self.forms().map(|(_, it, _)| it.tier()).collect();
        for row in rows {
            let edge = row.edge;
            // What a sandbox holds is no way round anything.
            if edge.verb == Verb::Executes && edge.to.as_str() == "env:workspace" && boxed {
                continue;
            }
            let tier =
                edge.via.as_ref().and_then(|it| tiers.get(it)).copied().unwrap_or_else(|| weight(&row));
            for at in self.fitting(row).iter() {
                let ends = ends.get(at.0).copied().flatten();
                if ends.is_none_or(|it| tier < it) {
                    own.steps.entry(*at).or_default().push((row, tier));
                }
            }
        }
        for list in own.steps.values_mut() {
            list.sort_by(|(a, x), (b, y)| {
                let rank = |row: Row<'a>, tier: &Tier| (Reverse(row.edge.confidence), *tier);
                rank(*a, x).cmp(&rank(*b, y)).then_with(|| told(*a).cmp(&told(*b)))
            });
            list.truncate(MOST);
        }
        own
    }
}

impl<'a> Sequences<'_, 'a> {
    /// The steps that the edge could be, by what it is.
    fn fitting(&self, row: Row<'a>) -> Rc<[StepNo]> {
        // A bounded edge is another one.
        let is_itself = self.scene.map.row(row.no).is_some_and(|it| std::ptr::eq(it.edge, row.edge));
        let known = &self.scene.forms().fitting;
        if let Some(known) = known.borrow().get(&row.no).filter(|_| is_itself) {
            return Rc::clone(known);
        }
        let fitting: Rc<[StepNo]> = self.steps_like(row.edge).into();
        if is_itself {
            known.borrow_mut().insert(row.no, Rc::clone(&fitting));
        }
        fitting
    }

    fn steps_like(&self, edge: &ReachEdge) -> Vec<StepNo> {
        let name = |via: &AssetId| {
            self.scene.map.tools.get(via).map_or_else(|| words(via.name()), |it| words(&it.name))
        };
        let said = OnceCell::new();
        let says = |it: &Form<'_>| {
            let (said, own) = said.get_or_init(|| {
                let own = edge.via.as_ref().map(name).unwrap_or_default();
                let quoted = quoted(&edge.consequence).flat_map(words);
                (own.iter().cloned().chain(quoted).collect(), own)
            });
            it.says(said, own)
        };
        let mut steps = Vec::new();
        for (number, (_, sequence, stems)) in self.forms().enumerate() {
            let like = |it: &Form<'_>| it.step.who == Who::Own && it.is_of(edge) && says(it);
            let forms = steps_of(sequence, stems).enumerate();
            steps.extend(forms.filter(|(_, it)| like(it)).map(|(step, _)| (number, step)));
        }
        steps
    }

    /// The highest level of data that gets into the context of `agent` without a question.
    fn free_data(&self, agent: &AssetId) -> Option<Level> {
        self.scene.data(agent).filter(|it| it.way.gate == Gate::Auto).map(|it| it.level).max()
    }

    /// The tier of what a way out discloses of that.
    fn discloses(&self, row: &Row<'a>, free: Option<Level>) -> Tier {
        let told = free.zip(row.edge.audience).filter(|(level, audience)| level.is_disclosed_to(*audience));
        told.map_or(Tier::T0, |(level, _)| self.scene.disclosed(level, row.no))
    }
}

fn steps_of<'s>(sequence: &'s Sequence, stems: &'s [Stems]) -> impl Iterator<Item = Form<'s>> {
    sequence.steps.iter().zip(stems).map(|(step, stems)| Form { step, stems })
}

impl Form<'_> {
    fn fits(&self, edge: &ReachEdge, said: &BTreeSet<String>) -> bool {
        self.is_of(edge) && self.says(said, said)
    }

    /// Whether the edge does that, to that, with as much weight.
    fn is_of(&self, edge: &ReachEdge) -> bool {
        let Step { verb, on, level, tier, .. } = self.step;
        verb.contains(&edge.verb)
            && (on.is_empty() || on.iter().any(|it| wild(it, edge.to.as_str())))
            && level.is_none_or(|it| edge.level >= Some(it))
            && tier.is_none_or(|it| edge.tier >= it)
    }

    /// Whether the words are among those that are `said`, and none of the others in the `name`.
    fn says(&self, said: &BTreeSet<String>, name: &BTreeSet<String>) -> bool {
        (self.stems.named.is_empty() || self.stems.named.iter().any(|it| it.is_subset(said)))
            && !self.stems.except.iter().any(|it| it.is_subset(name))
    }
}

/// Which of equal edges is told of: one that changes something before one that sends, and then by names. Ids depend on
/// the agent's folder, and a folder that moves makes nothing new.
fn told(row: Row<'_>) -> (bool, Option<&AssetId>, Verb, &AssetId) {
    (row.edge.verb == Verb::Sends, row.edge.via.as_ref(), row.edge.verb, &row.edge.to)
}

/// What stands between backticks: commands and calls, as they are written.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use ambit_catalog::Catalog;
    use ambit_model::Inventory;
    use ambit_model::stated;

    use super::*;
    use crate::connect::connect_with;
    use crate::stated::Notes;

    /// A what-if that bounds an edge changes what it is, after others have been asked about it as it stands.
    #[test]
    fn a_bounded_edge_is_another_step() {
        let text = "ambit: v1\nfacts:\n  stores: {alarms: {level: internal}}\n  tools:\n    delete_alarm: {effects: [{writes: alarms}]}\n  agents: {ops: {tools: {delete_alarm: auto}}}\n";
        let (document, problems) = stated::read("ambit.yaml", text);
        assert!(problems.is_empty(), "{problems:#?}");
        let (model, _) = stated::join([document]);
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let map = connect_with(Inventory::default(), &model, &catalog, &mut Notes::default());
        let scene = Scene::new(&map, &catalog);
        let sequences = Sequences::new(&scene);
        let agent = map.agents.keys().next().expect("there is one").clone();
        let row = map.edges_of(&agent).find(|it| it.verb == Verb::Writes).expect("it writes");
        let as_it_is = sequences.fitting(row);
        assert!(!as_it_is.is_empty());
        let other = ReachEdge { verb: Verb::Reads, ..row.edge.clone() };
        assert_ne!(sequences.fitting(Row { no: row.no, edge: &other }), as_it_is);
        assert_eq!(sequences.fitting(row), as_it_is);
    }
}
