//! AIVSS 0.8, for tools that ask for it: the CVSS score raised by ten factors of the agent. A legacy score: its own lead calls
//! the uplift withdrawn, for it counts twice and adds up ordinal numbers, and FIRST has endorsed no AIVSS.

use ambit_model::risk::{Aivss, Factor};
use ambit_model::{AssetId, Exposure, Finding, Gate, Level, Tier, Trust, Verb};

use crate::harm::says;
use crate::map::Row;
use crate::scene::{Open, Scene};

/// How mature the threat is: proof of concept, in hundredths. What is on the map has been done somewhere.
const THREAT: u64 = 97;

/// What mitigations leave, in hundredths: none or weak, and partial.
const WEAK: u64 = 100;
const PARTIAL: u64 = 83;

/// The score of a finding of which the CVSS score is `cvss`, when its agent has these factors.
pub(crate) fn aivss(finding: &Finding, cvss: f64, agent: &Factors) -> Aivss {
    let factors = agent.on(finding.exposure);
    let mitigation = if finding.exposure == Exposure::Guarded { PARTIAL } else { WEAK };
    let halves: u64 = factors.iter().map(|it| it.0).sum();
    let factor = |(halves, factor, because): Level3| Factor {
        factor: factor.to_owned(),
        level: decimal(halves * 5, 1),
        because,
    };
    Aivss {
        version: "0.8".to_owned(),
        legacy: true,
        score: decimal(score(tenths(cvss), halves, THREAT, mitigation), 1),
        factor_sum: decimal(halves * 5, 1),
        threat: decimal(THREAT, 2),
        mitigation: decimal(mitigation, 2),
        factors: factors.into_iter().map(factor).collect(),
    }
}

/// The score in tenths: of a CVSS score in tenths, factors in halves, and both multipliers in hundredths. In whole
/// numbers, so that what lies half-way is rounded up.
fn score(cvss: u64, factors: u64, threat: u64, mitigation: u64) -> u64 {
    let cvss = cvss.min(100);
    // All of it times 200,000,000.
    let raised = cvss * 200_000 + (100 - cvss) * factors * threat * 100;
    ((raised * mitigation + 10_000_000) / 20_000_000).min(100)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score lies between 0 and 10")]
fn tenths(score: f64) -> u64 {
    (score * 10.0).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "no number here has more than four digits")]
fn decimal(number: u64, places: i32) -> f64 {
    number as f64 / 10_f64.powi(places)
}

/// The factors of an agent but for its autonomy, which is that of a way: in the order of the specification, in halves, each
/// with what on the map it is read from.
pub(crate) struct Factors(Vec<Level3>);

impl Factors {
    pub(crate) fn of(scene: &Scene<'_>, agent: &AssetId) -> Self {
        let agent = Agent::of(scene, agent);
        Self(vec![
            agent.tools(),
            agent.language(),
            agent.context(),
            (2, "non-determinism", "a language model chooses each step".to_owned()),
            agent.opacity(),
            agent.persistence(),
            agent.identity(),
            agent.peers(),
            agent.own_text(),
        ])
    }

    /// All ten, on a way with this exposure.
    fn on(&self, exposure: Exposure) -> Vec<Level3> {
        let (autonomy, by) = match exposure {
            Exposure::Open => (2, "nobody is asked on this way"),
            Exposure::Prompted => (1, "its client asks on this way, until one click silences it"),
            Exposure::Guarded => (0, "somebody else has to act on this way"),
        };
        let autonomy = (autonomy, "autonomy", by.to_owned());
        [autonomy].into_iter().chain(self.0.iter().cloned()).collect()
    }
}

/// What an agent does.
struct Agent<'s, 'a> {
    scene: &'s Scene<'a>,
    id: &'s AssetId,
    open: Vec<Open<'a>>,
}

type Level3 = (u64, &'static str, String);

impl<'s, 'a> Agent<'s, 'a> {
    fn of(scene: &'s Scene<'a>, id: &'s AssetId) -> Self {
        Self { scene, id, open: scene.open_edges(id).collect() }
    }

    fn by(&self, verbs: &[Verb]) -> impl Iterator<Item = Row<'a>> + use<'_, 'a> {
        let verbs = verbs.to_vec();
        self.open.iter().map(|it| it.0).filter(move |it| verbs.contains(&it.edge.verb))
    }

    /// The edge that says most, by what it leads to.
    fn most(&self, verbs: &[Verb]) -> Option<Row<'a>> {
        self.by(verbs)
            .max_by(|a, b| (a.edge.tier, a.edge.level, b.no).cmp(&(b.edge.tier, b.edge.level, a.no)))
    }

    fn name(&self, of: &AssetId) -> String {
        self.scene.map.name(of).to_owned()
    }

    fn tools(&self) -> Level3 {
        let acts = [Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants, Verb::MayReach, Verb::Sends];
        match self.most(&acts) {
            Some(it) if it.edge.tier >= Tier::T3 => {
                (2, "tools", format!("it can {} ({})", says(self.scene.map, it.edge), it.edge.tier))
            }
            Some(it) => (
                1,
                "tools",
                format!("the worst that it can do is {} ({})", says(self.scene.map, it.edge), it.edge.tier),
            ),
            None => (0, "tools", "it changes and sends nothing".to_owned()),
        }
    }

    fn language(&self) -> Level3 {
        let outside = |it: &Row<'_>| it.edge.reached_by.is_some_and(Trust::is_untrusted);
        match self.by(&[Verb::Ingests, Verb::Loads]).find(outside) {
            Some(it) => {
                (2, "language", format!("outsiders write `{}`, which it takes in", self.name(&it.edge.to)))
            }
            None => (1, "language", "its people alone write what it takes in".to_owned()),
        }
    }

    fn context(&self) -> Level3 {
        match self.most(&[Verb::Reads, Verb::Recalls]) {
            Some(it) if it.edge.level >= Some(Level::Confidential) => {
                (2, "context", format!("it reads `{}`", self.name(&it.edge.to)))
            }
            Some(it) => {
                (1, "context", format!("it reads `{}`, and nothing confidential", self.name(&it.edge.to)))
            }
            None => (0, "context", "it reads no data".to_owned()),
        }
    }

    fn opacity(&self) -> Level3 {
        let watched =
            self.open.iter().filter(|it| !it.0.edge.controls.is_empty() || it.1 == Gate::Asked).count();
        if watched > 0 {
            return (
                1,
                "opacity",
                format!("controls or rules stand before {watched} of its {} edges", self.open.len()),
            );
        }
        (2, "opacity", "no control and no rule stands before any of its edges".to_owned())
    }

    fn persistence(&self) -> Level3 {
        match (self.by(&[Verb::Remembers]).next(), self.by(&[Verb::Recalls]).next()) {
            (Some(it), Some(_)) => {
                (2, "persistence", format!("it writes and reads back `{}`", self.name(&it.edge.to)))
            }
            (Some(it), None) | (None, Some(it)) => {
                (1, "persistence", format!("it has one half of a memory: `{}`", self.name(&it.edge.to)))
            }
            (None, None) => (0, "persistence", "it has no memory".to_owned()),
        }
    }

    fn identity(&self) -> Level3 {
        let held = self.by(&[Verb::Holds]).count();
        match (self.by(&[Verb::Grants]).next(), held) {
            (Some(it), _) => (2, "identity", format!("it can change rights in `{}`", self.name(&it.edge.to))),
            (None, 0) => (0, "identity", "it holds no credential".to_owned()),
            (None, 1) => (1, "identity", "it holds a credential".to_owned()),
            (None, held) => (2, "identity", format!("it holds {held} credentials")),
        }
    }

    fn peers(&self) -> Level3 {
        let handed = self.by(&[Verb::Delegates]).next();
        let from = self.scene.open_into(self.id).find(|it| it.0.edge.verb == Verb::Delegates);
        match (handed, from) {
            (Some(it), _) => (2, "multi-agent", format!("it hands work to `{}`", self.name(&it.edge.to))),
            (None, Some(it)) => {
                (1, "multi-agent", format!("`{}` hands work to it", self.name(&it.0.edge.from)))
            }
            (None, None) => (0, "multi-agent", "it works alone".to_owned()),
        }
    }

    fn own_text(&self) -> Level3 {
        let writes = || self.by(&[Verb::Writes, Verb::Executes]);
        let text = |it: &Row<'_>| {
            it.edge.to.as_str().starts_with("instruction:") || it.edge.to.as_str() == "env:host"
        };
        let near = |it: &Row<'_>| {
            it.edge.to.as_str().starts_with("store:workspace") || it.edge.to.as_str().starts_with("env:")
        };
        match (writes().find(text), writes().find(near)) {
            (Some(it), _) => (
                2,
                "self-modification",
                format!("it can change its own instructions or program by `{}`", self.name(&it.edge.to)),
            ),
            (None, Some(it)) => (
                1,
                "self-modification",
                format!("it writes or runs in `{}`, where its own files may lie", self.name(&it.edge.to)),
            ),
            (None, None) => (0, "self-modification", "it can change nothing of its own".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_published_vectors_recompute_exactly() {
        for (cvss, factors, expected) in [
            (94, 18, 99),
            (87, 16, 97),
            (71, 16, 94),
            (94, 19, 100),
            (74, 15, 93),
            (58, 15, 89),
            (69, 15, 92),
            (93, 13, 97),
            (53, 13, 83),
            (21, 13, 71),
        ] {
            assert_eq!(score(cvss, factors, 97, 100), expected, "{cvss} {factors}");
        }
    }

    #[test]
    fn multipliers_count_as_the_formula_has_them() {
        for (cvss, factors, threat, mitigation, expected) in [
            (94, 18, 97, 67, 66),
            (21, 13, 100, 83, 60),
            (0, 20, 97, 100, 97),
            (100, 20, 100, 100, 100),
            (53, 13, 50, 100, 68),
        ] {
            assert_eq!(score(cvss, factors, threat, mitigation), expected);
        }
    }
}
