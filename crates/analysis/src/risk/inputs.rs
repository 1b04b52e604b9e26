//! What is put into the computation: ranges of the catalog, or of `ambit.yaml` in their place, each with where it
//! comes from. An input stands for one unknown number, whatever it is used for: where it is higher than thought, it is
//! higher everywhere.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_catalog::schema::{Attempts, Estimate};
use ambit_model::finding::ControlKind;
use ambit_model::risk::Founded;
use ambit_model::stated::{Model, Reachable};
use ambit_model::{AssetId, Confidence, Gate, Level, Place, ReachEdge, Tier, Trust, Verb};

use super::range::{Of, Range};

/// An input, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InputNo(u32);

/// Several inputs of which the product is meant, by their place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProductNo(u32);

impl ProductNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// One input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// What it is called; tells it from all others.
    pub(crate) name: String,
    pub(crate) range: Range,
    pub(crate) founded: Founded,
}

/// Where attacks come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attacker {
    /// Whoever can write the content.
    Writer(Trust),
    /// Whoever supplies tools or instructions.
    Supplier,
}

/// All inputs of one map.
#[derive(Debug)]
pub(crate) struct Inputs<'a> {
    model: &'a Model,
    catalog: &'a Catalog,
    list: Vec<Input>,
    by_name: BTreeMap<String, InputNo>,
    products: Vec<Vec<InputNo>>,
    numbers: BTreeMap<Vec<InputNo>, ProductNo>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(model: &'a Model, catalog: &'a Catalog) -> Self {
        let (list, products) = (Vec::new(), Vec::new());
        Self { model, catalog, list, by_name: BTreeMap::new(), products, numbers: BTreeMap::new() }
    }

    pub(crate) fn list(&self) -> &[Input] {
        &self.list
    }

    /// Who can get at the system; anybody where nobody has said so.
    pub(crate) fn profile(&self) -> Reachable {
        self.model.system.exposure.unwrap_or(Reachable::Internet)
    }

    /// The product of what `values` has for the inputs, for each product.
    pub(crate) fn products_of(&self, values: &[f64]) -> Vec<f64> {
        let value = |it: &InputNo| values.get(it.0 as usize).copied().unwrap_or_default();
        self.products.iter().map(|it| it.iter().map(value).product()).collect()
    }

    /// The mean of each input, as a likelihood in a year.
    pub(crate) fn means(&self) -> Vec<f64> {
        self.list.iter().map(|it| it.range.mean_chance()).collect()
    }

    fn input(&mut self, name: String, range: Range, founded: Founded) -> InputNo {
        if let Some(known) = self.by_name.get(&name) {
            return *known;
        }
        let no = InputNo(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.by_name.insert(name.clone(), no);
        self.list.push(Input { name, range, founded });
        no
    }

    fn assumed(&mut self, name: String, estimate: Option<&Estimate>, of: Of) -> InputNo {
        let (range, founded) = match estimate {
            Some(it) => (Range::new((it.low, it.high), of), founded(it)),
            None => (Range::new((1.0, 1.0), of), Founded::Assumed("nothing is known".to_owned())),
        };
        self.input(name, range, founded)
    }

    fn stated(&mut self, name: String, range: Range, place: &Place, because: &str) -> InputNo {
        self.input(name, range, Founded::Stated { place: place.clone(), because: because.to_owned() })
    }

    fn product(&mut self, mut of: Vec<InputNo>) -> ProductNo {
        of.sort_unstable();
        if let Some(known) = self.numbers.get(&of) {
            return *known;
        }
        let no = ProductNo(u32::try_from(self.products.len()).unwrap_or(u32::MAX));
        self.products.push(of.clone());
        self.numbers.insert(of, no);
        no
    }

    /// How likely an attack reaches the place in a year.
    pub(crate) fn attempts(&mut self, on: &AssetId, by: Attacker) -> ProductNo {
        let model = self.model;
        let own = model.risk.attempts.iter().rev();
        let own = own.into_iter().find(|it| it.value.on.iter().any(|on_| on_.value.matches_asset(on)));
        if let Some(own) = own {
            let name = format!("attempts at {on}");
            let range = Range::new(own.value.rate.range(), Of::Rate);
            let no = self.stated(name, range, &own.place, &own.value.because);
            return self.product(vec![no]);
        }
        let attempts = self.assumed_attempts();
        let (word, estimate) = match by {
            Attacker::Writer(Trust::Public) => ("public", &attempts.public),
            Attacker::Writer(_) => ("partner", &attempts.partner),
            Attacker::Supplier => ("supply", &attempts.supply),
        };
        let name = format!("attempts.{}.{word}", self.profile());
        let no = self.assumed(name, Some(estimate), Of::Rate);
        self.product(vec![no])
    }

    fn assumed_attempts(&self) -> &'a Attempts {
        let profiles = &self.catalog.risk().attempts;
        match self.profile() {
            Reachable::Research => &profiles.research,
            Reachable::Internal => &profiles.internal,
            Reachable::Internet => &profiles.internet,
        }
    }

    /// How likely an agent goes wrong by itself in a year.
    pub(crate) fn accidents(&mut self, agent: &AssetId) -> ProductNo {
        let model = self.model;
        let own = model.risk.accidents.iter().rev();
        let own = own.into_iter().find(|it| it.value.on.iter().any(|on| on.value.matches_asset(agent)));
        let no = match own {
            Some(own) => {
                let range = Range::new(own.value.rate.range(), Of::Rate);
                self.stated(format!("accidents of {agent}"), range, &own.place, &own.value.because)
            }
            None => self.assumed("accidents".to_owned(), Some(&self.catalog.risk().accidents), Of::Rate),
        };
        self.product(vec![no])
    }

    /// How likely an agent follows an attack that it reads.
    pub(crate) fn steered(&mut self, agent: &AssetId) -> ProductNo {
        let model = self.model;
        let own = model.risk.steered.iter().rev();
        let own = own.into_iter().find(|it| it.value.on.iter().any(|on| on.value.matches_asset(agent)));
        let no = match own {
            Some(own) => {
                let range = Range::new(own.value.likelihood.range(), Of::Share);
                self.stated(format!("steering of {agent}"), range, &own.place, &own.value.because)
            }
            None => self.assumed("steered".to_owned(), Some(&self.catalog.risk().steered), Of::Share),
        };
        self.product(vec![no])
    }

    /// How likely the step over `edge` comes about behind `gate`.
    pub(crate) fn step(&mut self, edge: &ReachEdge, gate: Gate) -> ProductNo {
        let (model, risk) = (self.model, self.catalog.risk());
        let own = model.risk.steps.iter().rev();
        let own = own.into_iter().find(|it| it.value.on.iter().any(|on| on.value.matches_edge(edge)));
        let mut all = Vec::new();
        match own {
            Some(own) => {
                let range = Range::new(own.value.likelihood.range(), Of::Share);
                let name = format!("step at {}:{}", own.place.path, own.place.line);
                let name = format!("{name}:{}", own.place.column);
                all.push(self.stated(name, range, &own.place, &own.value.because));
                // What is stated holds with the gate that is there; a stronger one would let less through.
                if gate > edge.gate {
                    all.push(self.gate(gate));
                }
            }
            None => {
                let verb: Verb = edge.verb;
                all.push(self.assumed(format!("steps.{verb}"), risk.steps.get(&verb), Of::Share));
                all.push(self.gate(gate));
                all.push(self.edge(edge.confidence));
                for name in &edge.controls {
                    all.extend(self.behavioral(name));
                }
            }
        }
        self.product(all)
    }

    /// How likely that is on average, without noting what it is made of.
    pub(crate) fn chance_of_step(&self, edge: &ReachEdge, gate: Gate) -> f64 {
        let mut apart = Inputs::new(self.model, self.catalog);
        let product = apart.step(edge, gate);
        apart.products_of(&apart.means()).get(product.place()).copied().unwrap_or_default()
    }

    fn gate(&mut self, gate: Gate) -> InputNo {
        let estimate = self.catalog.risk().gates.get(&gate);
        self.assumed(format!("gates.{gate}"), estimate, Of::Share)
    }

    fn edge(&mut self, confidence: Confidence) -> InputNo {
        let word = match confidence {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        };
        let estimate = self.catalog.risk().edges.get(&confidence);
        self.assumed(format!("edges.{word}"), estimate, Of::Share)
    }

    /// What the behavioral control of that name lets through; nothing is said of any other.
    fn behavioral(&mut self, name: &str) -> Option<InputNo> {
        let model = self.model;
        let control = model.controls.get(name)?;
        if control.value.kind != ControlKind::Behavioral {
            return None;
        }
        let own = model.risk.controls.get(name).and_then(|it| Some((it, it.value.leaves.as_ref()?)));
        Some(match own {
            Some((entry, leaves)) => {
                let because = entry.value.because.as_deref().unwrap_or_default();
                let range = Range::new(leaves.value.range(), Of::Share);
                self.stated(format!("what `{name}` leaves"), range, &leaves.place, because)
            }
            // Each control is an unknown of its own.
            None => self.assumed(
                format!("behavioral of {name}"),
                Some(&self.catalog.risk().behavioral),
                Of::Share,
            ),
        })
    }
}

/// What an event comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Harm<'h> {
    /// Something of this tier is done.
    Done(Tier),
    /// Data of this level and of these classes leaks, which is of this tier.
    Leaked(Tier, Level, &'h [String]),
}

impl Inputs<'_> {
    /// What it costs when that happens to `on`, and where the number comes from.
    pub(crate) fn loss(&self, on: &AssetId, harm: Harm<'_>) -> (Range, Founded) {
        let is_meant = |it: &ambit_model::stated::LossAmount| {
            let within = it.within.is_empty() || it.within.iter().any(|it| it.value.matches_asset(on));
            let of = |classes: &[String]| {
                it.data.is_empty()
                    || it.data.iter().any(|it| classes.iter().any(|class| class == it.value.as_str()))
            };
            within
                && match harm {
                    Harm::Done(tier) => {
                        it.data.is_empty() && it.level.is_none() && it.tier.is_none_or(|it| it <= tier)
                    }
                    Harm::Leaked(tier, level, classes) => {
                        of(classes)
                            && it.level.is_none_or(|it| it <= level)
                            && it.tier.is_none_or(|it| it <= tier)
                    }
                }
        };
        let own = self.model.risk.losses.iter().filter(|it| is_meant(&it.value));
        // Of several for lower tiers or levels the nearest is meant, then the last.
        if let Some(own) = own.max_by_key(|it| (it.value.tier, it.value.level)) {
            let founded = Founded::Stated { place: own.place.clone(), because: own.value.because.clone() };
            return (Range::new(own.value.loss.range(), Of::Amount), founded);
        }
        let (tier, classes) = match harm {
            Harm::Done(tier) => (tier, &[][..]),
            Harm::Leaked(tier, _, classes) => (tier, classes),
        };
        let risk = self.catalog.risk();
        let Some(estimate) = risk.losses.get(&tier) else {
            return (Range::new((0.0, 0.0), Of::Amount), Founded::Assumed("nothing is known".to_owned()));
        };
        let mut range = Range::new((estimate.low, estimate.high), Of::Amount);
        let factors = classes.iter().filter_map(|it| risk.data.get(it));
        if let Some(factor) = factors.max_by(|a, b| a.high.total_cmp(&b.high)) {
            range = range.times(Range::new((factor.low, factor.high), Of::Amount));
        }
        (self.in_unit(range), founded(estimate))
    }

    /// What the catalog has an event of this tier cost on average, in the unit.
    pub(crate) fn average(&self, tier: Tier) -> f64 {
        let estimate = self.catalog.risk().losses.get(&tier);
        let range = estimate.map(|it| self.in_unit(Range::new((it.low, it.high), Of::Amount)));
        range.map_or(0.0, |it| it.mean())
    }

    fn in_unit(&self, points: Range) -> Range {
        match self.model.risk.unit.as_ref().and(self.model.risk.point.as_ref()) {
            Some(point) => points.times(Range::new(point.value.range(), Of::Amount)),
            None => points,
        }
    }

    /// What losses are counted in.
    pub(crate) fn unit(&self) -> &str {
        self.model.risk.unit.as_ref().map_or("points", |it| it.value.as_str())
    }
}

fn founded(it: &Estimate) -> Founded {
    match &it.assumed {
        Some(why) => Founded::Assumed(why.clone()),
        None => Founded::Source(it.source.clone()),
    }
}
