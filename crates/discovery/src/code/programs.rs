//! The programs that the gathered files make. Each is parsed, followed and let go of by itself, several at a time: what is
//! held is what is worked on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ambit_catalog::Catalog;
use ambit_code::agents::{self, Part, Roots};
use ambit_code::follow::programs::{Outlined, programs};
use ambit_code::follow::{STEPS, World, steps_for};
use ambit_code::ir::{Language, Module};
use ambit_model::{Place, Problem, parallel};
use serde::{Deserialize, Serialize};

use super::gather::{Piece, Tree};
use super::given::{Given, take_over};
use super::parse;
use crate::cache::Sum;
use crate::fragment::Sink;

/// How many faults of one file are told.
const MOST_FAULTS: usize = 20;

/// What one program says.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Said {
    part: Part,
    /// What its agents are given, in their order.
    given: Vec<Given>,
}

/// What the programs say of agents, into `sink`.
pub(crate) fn read(pieces: Vec<Piece>, tree: &Tree<'_>, catalog: &Catalog, sink: &mut Sink) {
    for piece in &pieces {
        let faults = piece.faults.iter().take(MOST_FAULTS).map(|it| {
            let place = Place::new(Arc::clone(&piece.outlined.path), it.at.line, it.at.column);
            let help = "what stands around it was read; mend it, or take the map as incomplete here";
            Problem::at(&place, it.message.clone(), help)
        });
        sink.problems.extend(faults);
    }
    let said = all(grouped(pieces, tree, catalog), tree, catalog);
    let mut given: BTreeMap<(usize, usize), Given> = BTreeMap::new();
    let mut parts = Vec::new();
    for (no, it) in said.into_iter().enumerate() {
        given.extend(it.given.into_iter().enumerate().map(|(own, it)| ((no, own), it)));
        parts.push(it.part);
    }
    let found = agents::join(parts);
    sink.problems.extend(found.problems);
    sink.served.extend(super::tried::of_programs(found.served));
    let tried = super::tried::agents(&found.agents);
    let agents = found.agents.into_iter().zip(found.origins).zip(tried).filter(|(_, tried)| !tried);
    for ((mut agent, origin), _) in agents {
        if let Some((file, key)) = &agent.config {
            take_over(&mut agent.facts, file, key, sink);
        }
        if let Some(given) = given.remove(&origin) {
            given.give(&mut agent.facts, sink);
        }
        sink.agents.push(agent.facts);
    }
}

/// The programs that have to do with agents.
fn grouped(pieces: Vec<Piece>, tree: &Tree<'_>, catalog: &Catalog) -> Vec<Vec<Piece>> {
    let roots = Roots::of(catalog);
    let outlined: Vec<Outlined> = pieces.iter().map(|it| it.outlined.clone()).collect();
    let mut pieces: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let bears = |it: &Piece| {
        let outline = &it.outlined.outline;
        it.is_found
            || outline.imports.iter().map(|(name, _)| name).chain(&outline.passes).any(|it| roots.has(it))
    };
    let groups = programs(&outlined, &tree.packages).into_iter();
    let groups = groups.map(|it| it.into_iter().filter_map(|it| pieces.get_mut(it)?.take()).collect());
    groups.filter(|it: &Vec<Piece>| it.iter().any(bears)).collect()
}

/// What each of the programs says. Work has a bound for all together, in their order; most are far below it, so that they
/// are followed at the same time, and only where that cannot be told from following one after the other.
fn all(programs: Vec<Vec<Piece>>, tree: &Tree<'_>, catalog: &Catalog) -> Vec<Said> {
    let mut programs: Vec<(usize, Vec<Piece>)> = programs.into_iter().enumerate().collect();
    let outlines = |it: &[Piece]| it.iter().map(|it| it.outlined.clone()).collect::<Vec<_>>();
    let known: Vec<Vec<Outlined>> = programs.iter().map(|it| outlines(&it.1)).collect();
    // What takes longest is begun with.
    programs.sort_by_key(|(_, it)| std::cmp::Reverse(it.iter().map(|it| it.size).sum::<usize>()));
    let taken = AtomicU64::new(0);
    let mut done: BTreeMap<usize, Said> = parallel::each(programs, |(no, program)| {
        if taken.load(Ordering::Relaxed) >= STEPS {
            return None;
        }
        let said = kept(program, tree, catalog);
        taken.fetch_add(said.part.steps, Ordering::Relaxed);
        Some((no, said))
    })
    .into_iter()
    .flatten()
    .collect();
    let mut left = STEPS;
    let mut all = Vec::new();
    for (no, program) in known.into_iter().enumerate() {
        let fits = steps_for(program.len()) <= left;
        // Far from its bound it is followed as it would be without one.
        let said =
            done.remove(&no).filter(|it| fits || it.part.steps.saturating_mul(2).saturating_add(FAR) <= left);
        let again = |program: Vec<Outlined>| {
            one(program.into_iter().map(|it| (it, None)).collect(), left, tree, catalog)
        };
        // On a thread of its own, whose stack is as large as it was for the others.
        let said = said.or_else(|| parallel::each(vec![program], again).pop()).unwrap_or_default();
        left = left.saturating_sub(said.part.steps);
        all.push(said);
    }
    all
}

/// What the program says, as it was kept, or made and kept for later.
fn kept(program: Vec<Piece>, tree: &Tree<'_>, catalog: &Catalog) -> Said {
    const KIND: &str = "programs";
    let sum = tree.kept.and_then(|it| Some((it, sum(&program, tree)?)));
    if let Some((kept, sum)) = &sum
        && let Some(said) = kept.get::<Said>(KIND, sum)
    {
        return said;
    }
    let said = one(program.into_iter().map(|it| (it.outlined, it.module)).collect(), STEPS, tree, catalog);
    if let Some((kept, sum)) = &sum {
        kept.put(KIND, sum, &said);
    }
    said
}

/// The sum of everything that the answer of a program depends on, but for the build and the catalog.
fn sum(program: &[Piece], tree: &Tree<'_>) -> Option<Sum> {
    let many = program.len().to_string();
    let mut parts: Vec<&str> = vec![&many];
    for piece in program {
        parts.extend([piece.path(), piece.sum.as_ref()?.as_str()]);
    }
    let is_in = |language: &Language| program.iter().any(|it| it.outlined.language == *language);
    let languages = [Language::Python, Language::TypeScript].into_iter().filter(is_in);
    let told = languages.map(|it| tree.packages.told(it)).map(|it| (it.len().to_string(), it));
    let told: Vec<(String, Vec<&str>)> = told.collect();
    for (many, told) in &told {
        parts.push(many);
        parts.extend(told);
    }
    Some(Sum::of(parts))
}

/// More than is looked at in one function.
const FAR: u64 = 1_000_000;

/// What the program of these modules says, in so many steps at most.
fn one(modules: Vec<(Outlined, Option<Module>)>, most: u64, tree: &Tree<'_>, catalog: &Catalog) -> Said {
    let mut held = Vec::new();
    let mut missing = Vec::new();
    for (outlined, module) in modules {
        match module {
            Some(module) => held.push(module),
            None => missing.push(outlined),
        }
    }
    let again = |it: &Outlined| Some(parse(&it.path, &(tree.open)(&it.path)?, it.language));
    held.extend(parallel::map(&missing, again).into_iter().flatten());
    let mut part = agents::part(&World::new(held, Arc::clone(&tree.packages)), catalog, most);
    let of = |it: &mut agents::Sketch| it.agent.as_mut().map(|it| Given::of(it, catalog)).unwrap_or_default();
    Said { given: part.agents.iter_mut().map(of).collect(), part }
}
