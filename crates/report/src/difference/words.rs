//! How to say that something has changed. Names are in backticks, and have passed [`visible`].

use std::collections::BTreeMap;

use ambit_model::difference::{Change, Field, FindingChange, Move, Redefinition, Rows, Turn};
use ambit_model::lock::{LockedAsset, LockedEdge, LockedFinding, LockedTool, Row as _};
use ambit_model::{AssetId, Difference, EdgeId};
use serde_json::Value;

use crate::Options;
use crate::visible::visible;
use crate::words::{can, count, gate};

/// What is said where nothing has changed.
pub(crate) const NOTHING: &str = "Nothing has changed in what agents can reach.";

/// How many files are named.
const FILES: usize = 3;

/// How much of each has changed; what got worse first.
pub(crate) fn headline(difference: &Difference) -> String {
    let it = &difference.summary;
    let mut parts = Vec::new();
    let turns = [
        (it.opened, Turn::Opened),
        (it.worsened, Turn::Worsened),
        (it.eased, Turn::Eased),
        (it.closed, Turn::Closed),
        (it.shifted, Turn::Shifted),
    ];
    for (number, turn) in turns.into_iter().filter(|it| it.0 > 0) {
        let noun = if parts.is_empty() { count(number, "finding") } else { number.to_string() };
        parts.push(format!("{noun} {}", turn.word()));
    }
    if it.redefined > 0 {
        parts.push(format!("{} changed under the same package", count(it.redefined, "definition")));
    }
    if it.moved > 0 {
        parts.push(format!("{} moved", count(it.moved, "agent")));
    }
    parts.extend(rows("edge", it.edges));
    parts.extend(rows("tool", it.tools));
    parts.extend(rows("asset", it.assets));
    parts.join(", ")
}

fn rows(noun: &str, rows: Rows) -> Option<String> {
    let parts = [(rows.added, "added"), (rows.removed, "removed"), (rows.changed, "changed")];
    let parts = parts.iter().filter(|it| it.0 > 0).map(|(number, what)| format!("{number} {what}"));
    let parts: Vec<_> = parts.collect();
    let total = rows.added + rows.removed + rows.changed;
    (total > 0).then(|| format!("{} ({})", count(total, noun), parts.join(", ")))
}

/// What became of a finding: `opened`, `worsened from medium`.
pub(crate) fn turn(change: &FindingChange) -> String {
    let word = change.turn.word();
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if before.severity != after.severity => {
            format!("{word} from {}", before.severity)
        }
        _ => word.to_owned(),
    }
}

/// What a finding is about.
pub(crate) fn finding(finding: &LockedFinding, options: &Options<'_>) -> String {
    let title = options.rule(&finding.rule).map_or(finding.rule.as_str(), |it| it.title);
    format!("{}: `{}`, ending in `{}`", visible(title), name(&finding.subject), name(&finding.end))
}

/// How a finding stands, in a line of remarks.
pub(crate) fn remarks(change: &FindingChange) -> Option<String> {
    let row = change.row()?;
    let mut parts = vec![visible(&row.rule).into_owned()];
    if let (Some(before), Some(after)) = (&change.before, &change.after) {
        let fields = before.differ(after);
        let told = |it: &&Field| !matches!(it.field.as_str(), "basis" | "legs" | "severity");
        parts.extend(fields.iter().filter(told).map(field));
    } else {
        parts.extend([row.exposure.to_string(), row.confidence.to_string()]);
    }
    parts.push(visible(&row.id).into_owned());
    Some(parts.join("; "))
}

/// What did it: edges, else assets, else what Ambit knows. A line each, with its mark.
pub(crate) fn causes(change: &FindingChange, edges: &Edges<'_>) -> Vec<String> {
    let mut lines: Vec<String> =
        change.edges.iter().filter_map(|it| edges.get(it)).map(|it| edge(it)).collect();
    lines.extend(change.assets.iter().map(|it| format!("`{}` has changed", visible(it.as_str()))));
    if lines.is_empty() {
        lines.push("no edge of it has changed: Ambit's rules or its catalog have".to_owned());
    }
    lines
}

/// Changed edges by id.
pub(crate) type Edges<'a> = BTreeMap<EdgeId, &'a Change<LockedEdge>>;

/// Changed edges by id.
pub(crate) fn edges(difference: &Difference) -> Edges<'_> {
    difference.edges.iter().map(|it| (it.row().id, it)).collect()
}

/// Changed edges that are told one by one, what matters most first.
pub(crate) fn weighed(difference: &Difference) -> Vec<&Change<LockedEdge>> {
    let mut edges: Vec<_> = difference.edges.iter().filter(|it| decided_elsewhere(it).is_none()).collect();
    let order = |it: &Change<LockedEdge>| match it {
        Change::Added { .. } => 0,
        Change::Changed { .. } => 1,
        Change::Removed { .. } => 2,
    };
    edges.sort_by(|a, b| (b.row().tier.cmp(&a.row().tier)).then(order(a).cmp(&order(b))));
    edges
}

/// Edges that are as before but for the file that decides, in one line.
pub(crate) fn elsewhere(difference: &Difference) -> Option<String> {
    let files: Vec<String> = difference.edges.iter().filter_map(decided_elsewhere).collect();
    let mut names: Vec<&str> = files.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let more = if names.len() > FILES { ", …" } else { "" };
    let shown: Vec<&str> = names.into_iter().take(FILES).collect();
    let edges = count(files.len(), "edge");
    (!files.is_empty())
        .then(|| format!("{edges} as before, decided by another file: {}{more}", shown.join(", ")))
}

fn decided_elsewhere(change: &Change<LockedEdge>) -> Option<String> {
    let [only] = change.fields() else { return None };
    (only.field == "decided_by").then(|| format!("{} → {}", value(&only.before), value(&only.after)))
}

/// An edge with its mark: `+` for one that is new, `-` for one that is gone, `~` for one that is otherwise.
pub(crate) fn edge(change: &Change<LockedEdge>) -> String {
    let row = change.row();
    let via = row.via.as_ref().map(|it| format!(" with `{}`", name(it))).unwrap_or_default();
    let what = format!("{} `{}` {} `{}`{via}", row.tier, name(&row.from), can(row.verb), name(&row.to));
    match change {
        Change::Added { .. } => format!("+ {what}, {}", gate(row.gate)),
        Change::Removed { .. } => format!("- {what}, {}", gate(row.gate)),
        Change::Changed { fields, .. } => format!("~ {what}: {}", list(fields)),
    }
}

/// A node with its mark.
pub(crate) fn asset(change: &Change<LockedAsset>) -> String {
    marked(change, &change.row().id)
}

/// A tool with its mark.
pub(crate) fn tool(change: &Change<LockedTool>) -> String {
    marked(change, &change.row().id)
}

fn marked<T>(change: &Change<T>, id: &AssetId) -> String {
    let id = visible(id.as_str());
    match change {
        Change::Added { .. } => format!("+ `{id}`"),
        Change::Removed { .. } => format!("- `{id}`"),
        Change::Changed { fields, .. } => format!("~ `{id}`: {}", list(fields)),
    }
}

fn list(fields: &[Field]) -> String {
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

fn field(it: &Field) -> String {
    let name = visible(&it.field).replace('_', " ");
    match (&it.before, &it.after) {
        // Nobody reads two digests or two lists of objects: that they differ is what there is to say.
        (Value::Object(_), _) | (_, Value::Object(_)) => format!("{name} changed"),
        _ if matches!(it.field.as_str(), "digest" | "effects" | "arguments") => format!("{name} changed"),
        (before, after) => format!("{name} {} → {}", value(before), value(after)),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => visible(text).into_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(" and "),
        other => visible(&other.to_string()).into_owned(),
    }
}

/// A definition that has changed.
pub(crate) fn redefined(it: &Redefinition) -> String {
    let (tool, server) = (name(&it.tool), name(&it.server));
    let package = it.package.as_ref().map(|it| visible(it));
    match (package, &it.pin) {
        (Some(package), Some(pin)) => {
            format!(
                "`{tool}` is defined otherwise, while `{server}` is still `{package}` at `{}`",
                visible(pin)
            )
        }
        (Some(package), None) => {
            format!("`{tool}` is defined otherwise; `{server}` is `{package}`, which nothing pins")
        }
        (None, _) => format!("`{tool}` is defined otherwise, while `{server}` is declared as before"),
    }
}

/// A folder that has moved.
pub(crate) fn moved(it: &Move) -> String {
    let (agents, edges) = (count(it.agents, "agent"), count(it.edges, "edge"));
    format!("`{}` → `{}`: {agents}, {edges}", visible(&it.from), visible(&it.to))
}

/// The name in an id.
fn name(id: &AssetId) -> String {
    let name = if id.name().is_empty() { id.as_str() } else { id.name() };
    visible(name).into_owned()
}
