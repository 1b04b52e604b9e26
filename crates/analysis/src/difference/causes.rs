//! What became of each composition, and which edges did it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::{Change, FindingChange, Turn};
use ambit_model::lock::{LockedAsset, LockedEdge, LockedFinding, LockedTool};
use ambit_model::{AssetId, Confidence, EdgeId, Gate, Lock};

use super::pairs;

/// What happened to an edge, as far as compositions care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    /// It is new.
    Added,
    /// It is gone, or nothing can pass it any more.
    Lost,
    /// It carries something else, to somebody else, or past another gate.
    Changed,
}

/// Rows that have changed.
type Changed<'a> = (&'a [Change<LockedAsset>], &'a [Change<LockedTool>], &'a [Change<LockedEdge>]);

/// Compositions that have changed, in the order of reports.
pub(super) fn findings(
    before: &Lock,
    after: &Lock,
    (assets, tools, edges): Changed<'_>,
) -> Vec<FindingChange> {
    let edges: BTreeMap<EdgeId, Touch> =
        edges.iter().filter_map(|it| Some((it.row().id, touch(it)?))).collect();
    let assets = assets.iter().map(|it| &it.row().id);
    let assets: BTreeSet<&AssetId> = assets.chain(tools.iter().map(|it| &it.row().id)).collect();
    let causes = Causes { before, after, edges, assets };
    let mut found: Vec<FindingChange> =
        pairs(&before.findings, &after.findings).filter_map(|it| causes.of(it)).collect();
    found.sort_by(|a, b| rank(a).cmp(&rank(b)));
    found
}

/// What got worse first, then what is as bad as before; in each the sure before the possible, the worst first.
fn rank(change: &FindingChange) -> impl Ord {
    let class = change.turn.max(Turn::Worsened);
    let row = change.row().map(|it| {
        let sure = it.confidence > Confidence::Possible;
        (Reverse((sure, it.severity)), it.rule.clone(), it.id.clone())
    });
    (class, row)
}

fn touch(change: &Change<LockedEdge>) -> Option<Touch> {
    match change {
        Change::Added { .. } => Some(Touch::Added),
        Change::Removed { .. } => Some(Touch::Lost),
        Change::Changed { before, after, .. } => {
            if after.gate == Gate::Denied && before.gate != Gate::Denied {
                return Some(Touch::Lost);
            }
            let weighed = |it: &LockedEdge| (it.gate, it.level, it.audience, it.tier, it.reached_by);
            let differs = weighed(before) != weighed(after) || before.touches != after.touches;
            differs.then_some(Touch::Changed)
        }
    }
}

struct Causes<'a> {
    before: &'a Lock,
    after: &'a Lock,
    edges: BTreeMap<EdgeId, Touch>,
    assets: BTreeSet<&'a AssetId>,
}

impl Causes<'_> {
    fn of(&self, pair: (Option<&LockedFinding>, Option<&LockedFinding>)) -> Option<FindingChange> {
        let (was, is) = pair;
        let turn = match (was, is) {
            (None, Some(_)) => Turn::Opened,
            (Some(_), None) => Turn::Closed,
            (Some(was), Some(is)) if was != is => turn(was, is),
            _ => return None,
        };
        let gained = self.on(is, &[Touch::Added, Touch::Changed]);
        // Where an edge is gone, others that have changed did not close it.
        let gone = self.on(was, &[Touch::Lost]);
        let lost = if gone.is_empty() { self.on(was, &[Touch::Changed]) } else { gone };
        let first = |a: BTreeSet<EdgeId>, b: BTreeSet<EdgeId>| if a.is_empty() { b } else { a };
        let edges = match turn {
            Turn::Opened => gained,
            Turn::Closed => lost,
            Turn::Worsened => first(gained, lost),
            Turn::Eased => first(lost, gained),
            Turn::Shifted => &gained | &lost,
        };
        let assets = if edges.is_empty() { self.assets(was, is) } else { BTreeSet::new() };
        Some(FindingChange {
            turn,
            before: was.cloned(),
            after: is.cloned(),
            edges: edges.into_iter().collect(),
            assets: assets.into_iter().collect(),
        })
    }

    /// Edges on the legs of `finding` to which one of `touches` happened.
    fn on(&self, finding: Option<&LockedFinding>, touches: &[Touch]) -> BTreeSet<EdgeId> {
        let edges = finding.into_iter().flat_map(|it| it.legs.values().flatten());
        edges.filter(|it| self.edges.get(it).is_some_and(|it| touches.contains(it))).copied().collect()
    }

    /// What has changed among the subject, the end, and whatever the legs lead over.
    fn assets(&self, was: Option<&LockedFinding>, is: Option<&LockedFinding>) -> BTreeSet<AssetId> {
        let mut near = BTreeSet::new();
        for (lock, finding) in [(self.before, was), (self.after, is)] {
            let Some(finding) = finding else { continue };
            near.extend([&finding.subject, &finding.end]);
            let edges = finding.legs.values().flatten().filter_map(|it| lock.edges.get(it));
            near.extend(edges.flat_map(|it| [&it.from, &it.to].into_iter().chain(&it.via)));
        }
        near.into_iter().filter(|it| self.assets.contains(it)).cloned().collect()
    }
}

fn turn(was: &LockedFinding, is: &LockedFinding) -> Turn {
    let weight = |it: &LockedFinding| (it.severity, Reverse(it.exposure), it.tier, it.confidence);
    match weight(is).cmp(&weight(was)) {
        std::cmp::Ordering::Greater => Turn::Worsened,
        std::cmp::Ordering::Less => Turn::Eased,
        std::cmp::Ordering::Equal => Turn::Shifted,
    }
}
