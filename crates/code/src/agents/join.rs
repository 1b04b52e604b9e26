//! What all programs of a repository say, as one: agents of one name are told apart, and names of agents lead to agents.

use std::collections::BTreeMap;

use ambit_model::facts::{Handoff, Target};

use super::Found;
use super::part::{Part, Row, Sketch, To};

/// What the programs say together. Which of them comes first does not show.
pub fn join(parts: Vec<Part>) -> Found {
    let mut found = Found::default();
    let mut all: Vec<(usize, usize, Sketch)> = Vec::new();
    for (part, it) in parts.into_iter().enumerate() {
        all.extend(it.agents.into_iter().enumerate().map(|(own, it)| (part, own, it)));
        found.served.extend(it.served);
        found.problems.extend(it.problems);
    }
    // As if one had followed all programs: each module, then what nothing has called.
    all.sort_by(|a, b| a.2.met.cmp(&b.2.met).then(a.0.cmp(&b.0)));
    let origins: Vec<(usize, usize)> = all.iter().map(|it| (it.0, it.1)).collect();
    let numbers = all.iter().enumerate().map(|(index, it)| ((it.0, it.1), index)).collect();
    let homes = all.iter().map(|it| it.0).collect();
    let mut sketches: Vec<Sketch> = all.into_iter().map(|it| it.2).collect();
    tell_apart(&mut sketches);
    let agents: Vec<_> = sketches.iter_mut().map(|it| it.agent.take()).collect();
    let joined = Joined { sketches: &sketches, numbers, homes };
    let rows = joined.rows();
    let mut shown = BTreeMap::new();
    for (index, (agent, (sketch, origin))) in agents.into_iter().zip(sketches.iter().zip(origins)).enumerate()
    {
        let Some(mut agent) = agent else { continue };
        found.origins.push(origin);
        agent.facts.name.clone_from(&sketch.name);
        shown.insert(index, found.agents.len());
        found.agents.push(agent);
    }
    for (index, row) in rows {
        let agent = shown.get(&index).and_then(|it| found.agents.get_mut(*it));
        if let Some(hands) = agent.map(|it| &mut it.facts.program.hands)
            && !hands.contains(&row)
        {
            hands.push(row);
        }
    }
    for (index, sketch) in sketches.iter().enumerate().filter(|(_, it)| !it.starts.is_empty()) {
        let first = joined.first(index).and_then(|it| shown.get(&it));
        if let Some(agent) = first.and_then(|it| found.agents.get_mut(*it)) {
            agent.facts.program.starts.extend(sketch.starts.iter().cloned());
        }
    }
    found
}

/// Of several agents of one name in one folder all but the first are called after their file or line too.
fn tell_apart(sketches: &mut [Sketch]) {
    let mut taken: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for sketch in sketches.iter_mut() {
        let stem =
            sketch.place.path.rsplit('/').next().and_then(|it| it.split('.').next()).unwrap_or_default();
        let candidates = [
            sketch.name.clone(),
            format!("{}~{stem}", sketch.name),
            format!("{}~{stem}:{}", sketch.name, sketch.place.line),
        ];
        for candidate in candidates {
            let key = (sketch.framework.clone(), sketch.at.clone(), candidate.clone());
            if taken.insert(key, 0).is_none() {
                sketch.name = candidate;
                break;
            }
        }
    }
}

struct Joined<'s> {
    sketches: &'s [Sketch],
    /// Where the agents of each program are, by its number and theirs.
    numbers: BTreeMap<(usize, usize), usize>,
    /// The program of each.
    homes: Vec<usize>,
}

impl Joined<'_> {
    /// All hand-offs, with the agent that each starts from.
    fn rows(&self) -> Vec<(usize, Handoff)> {
        let mut rows = Vec::new();
        for (index, sketch) in self.sketches.iter().enumerate() {
            rows.extend(sketch.hands.iter().filter_map(|it| Some((index, self.handoff(index, it)?))));
            self.members_of(index, sketch, &mut rows);
        }
        for (index, sketch) in self.sketches.iter().enumerate() {
            rows.extend(sketch.runs.iter().filter_map(|it| Some((index, self.handoff(index, it)?))));
        }
        rows
    }

    /// What being a member hands on: where one leads from that one, in a mere row from each to the next, else from the one that
    /// has them.
    fn members_of(&self, index: usize, sketch: &Sketch, rows: &mut Vec<(usize, Handoff)>) {
        let members = self.members(index, sketch);
        let hand = |to: usize, returns: bool, how: &str| {
            let to = self.sketches.get(to)?;
            Some(Handoff {
                to: target(to),
                gate: ambit_model::Gate::Auto,
                returns,
                shares_context: true,
                how: how.to_owned(),
                place: sketch.place.clone(),
            })
        };
        let sharing = members.iter().filter(|it| self.sketches.get(**it).is_some_and(|it| it.shares));
        for from in sharing {
            let others = members.iter().filter(|it| *it != from);
            rows.extend(others.filter_map(|it| Some((*from, hand(*it, true, "as it likes")?))));
        }
        let leader =
            sketch.is_led.then(|| sketch.hands.iter().find_map(|it| self.number(index, &it.to))).flatten();
        if let Some(leader) = leader {
            let led = members.iter().filter(|it| **it != leader);
            rows.extend(led.filter_map(|it| Some((leader, hand(*it, true, "as a member")?))));
        } else if sketch.is_row {
            let next = members.iter().zip(members.iter().skip(1)).filter(|(from, to)| from != to);
            rows.extend(next.filter_map(|(from, to)| Some((*from, hand(*to, false, "as the next member")?))));
        } else {
            rows.extend(members.iter().filter_map(|it| Some((index, hand(*it, true, "as a member")?))));
        }
    }

    fn members(&self, index: usize, sketch: &Sketch) -> Vec<usize> {
        let found = |list: &[To]| {
            let mut members: Vec<usize> = Vec::new();
            for to in list {
                let to = self.number(index, to);
                members.extend(to.filter(|it| !members.contains(it)));
            }
            members
        };
        let named = found(&sketch.members);
        if named.is_empty() { found(&sketch.gathered) } else { named }
    }

    /// Who takes what the one at `index` is handed: of a mere row whoever stands first in it.
    fn first(&self, index: usize) -> Option<usize> {
        const DEEPEST: usize = 8;
        let mut index = index;
        for _ in 0..DEEPEST {
            let sketch = self.sketches.get(index)?;
            if !sketch.is_row {
                return Some(index);
            }
            let manager = sketch.hands.iter().find_map(|it| self.number(index, &it.to));
            index = manager.or_else(|| self.members(index, sketch).first().copied())?;
        }
        None
    }

    /// The agent that is meant by the one at `index`.
    fn number(&self, index: usize, to: &To) -> Option<usize> {
        match to {
            To::Own(own) => {
                let home = *self.homes.get(index)?;
                self.numbers.get(&(home, usize::try_from(*own).ok()?)).copied()
            }
            To::Named(name) => self.named(self.sketches.get(index)?, name),
            To::Address(_) => None,
        }
    }

    /// The agent of this name: the nearest.
    fn named(&self, from: &Sketch, name: &str) -> Option<usize> {
        let fits = |it: &Sketch| {
            it.framework == from.framework && (it.name == name || it.name.split('~').next() == Some(name))
        };
        let here = self.sketches.iter().position(|it| fits(it) && it.place.path == from.place.path);
        here.or_else(|| self.sketches.iter().position(|it| fits(it) && it.at == from.at))
            .or_else(|| self.sketches.iter().position(fits))
    }

    fn handoff(&self, index: usize, row: &Row) -> Option<Handoff> {
        let to = self.number(index, &row.to).and_then(|it| self.first(it));
        let to = match (&row.to, to.and_then(|it| self.sketches.get(it))) {
            (_, Some(to)) => target(to),
            (To::Own(_), None) => return None,
            (To::Named(name), None) => Target::Named(name.clone()),
            (To::Address(url), None) => Target::Address(url.clone()),
        };
        let Row { gate, returns, shares_context, how, place, .. } = row.clone();
        Some(Handoff { to, gate, returns, shares_context, how, place })
    }
}

fn target(sketch: &Sketch) -> Target {
    Target::Agent { client: sketch.framework.clone(), name: sketch.name.clone(), at: sketch.at.clone() }
}
