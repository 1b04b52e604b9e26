//! The map as a Mermaid flow chart: three lanes in the direction of the attack, colour and shape by label,
//! line by gate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;

use ambit_model::{Assessment, AssetId, AssetKind, Gate, ReachEdge, Verb};

use crate::Error;
use crate::visible::visible;
use crate::words::{self, Index, Label};

/// More lines than this nobody reads, and renderers refuse at some number above it.
const MOST_LINES: usize = 100;
/// The longest name.
const LONGEST: usize = 48;

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Sources,
    Agents,
    Reached,
}

/// A node: an asset that is both source and way out stands in both lanes.
type Node<'a> = (Lane, &'a AssetId);

/// What edges between the same two nodes with the same gate have in common.
type Line<'a> = (Node<'a>, Node<'a>, Gate);

/// Writes the chart.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    Ok(out.write_all(text(assessment, None).as_bytes())?)
}

/// The chart of one agent or of all; none where it would be empty.
pub(crate) fn chart(assessment: &Assessment, agent: Option<&AssetId>) -> Option<String> {
    (!worth_drawing(assessment, agent).is_empty()).then(|| text(assessment, agent))
}

fn text(assessment: &Assessment, agent: Option<&AssetId>) -> String {
    let index = Index::of(assessment);
    let edges = worth_drawing(assessment, agent);
    let mut lines: BTreeMap<Line<'_>, BTreeSet<Verb>> = BTreeMap::new();
    let mut labels: BTreeMap<Node<'_>, Label> = BTreeMap::new();
    let mut left_out = 0;
    for edge in edges {
        let (near, far) = ends(edge);
        let line = if is_inward(edge) { (far, near, edge.gate) } else { (near, far, edge.gate) };
        if lines.len() >= MOST_LINES && !lines.contains_key(&line) {
            left_out += 1;
            continue;
        }
        lines.entry(line).or_default().insert(edge.verb);
        labels.entry(near).or_insert_with(|| index.label(near.1));
        let label = Label::of_edge(edge);
        let known = labels.entry(far).or_insert(label);
        *known = (*known).min(label);
    }
    let mut text = String::from("flowchart LR\n");
    let ids = nodes(&labels, &index, &mut text);
    draw(&lines, &ids, &mut text);
    if left_out > 0 {
        let _ = writeln!(text, "  more[\"{left_out} more edges are not drawn\"]");
    }
    text.push_str(CLASSES);
    text
}

const CLASSES: &str = "  classDef untrusted stroke:#b45309,stroke-width:2px,fill:none
  classDef private stroke:#1d4ed8,stroke-width:2px,fill:none
  classDef wayout stroke:#b91c1c,stroke-width:2px,fill:none
  classDef memory stroke:#7c3aed,stroke-width:2px,fill:none
  classDef unknown stroke:#6b7280,stroke-width:2px,stroke-dasharray:4 4,fill:none
  classDef plain stroke:#6b7280,fill:none
";

/// Edges between things, those on the paths of findings first, then what configuration added, then by tier.
fn worth_drawing<'a>(assessment: &'a Assessment, agent: Option<&AssetId>) -> Vec<&'a ReachEdge> {
    let on_paths: BTreeSet<_> =
        assessment.findings.iter().flat_map(|it| it.legs.values().flatten()).collect();
    let between = |it: &&ReachEdge| !matches!(it.verb, Verb::Supplies | Verb::RunsIn);
    let own = |it: &&ReachEdge| agent.is_none_or(|agent| it.from == *agent || it.to == *agent);
    let mut edges: Vec<_> = assessment.edges.iter().filter(between).filter(own).collect();
    edges.sort_by_key(|it| (!on_paths.contains(&it.id), it.stock, std::cmp::Reverse(it.tier), &it.id));
    edges
}

/// Whether content moves from `to` to `from`: the arrow follows the content.
fn is_inward(edge: &ReachEdge) -> bool {
    matches!(edge.verb, Verb::Ingests | Verb::Loads | Verb::Recalls)
}

fn ends(edge: &ReachEdge) -> (Node<'_>, Node<'_>) {
    let is_middle = |id: &AssetId| {
        [AssetKind::Agent, AssetKind::Memory]
            .iter()
            .any(|it| id.as_str().strip_prefix(it.prefix()).is_some_and(|rest| rest.starts_with(':')))
    };
    let lane = match edge.verb {
        _ if is_middle(&edge.to) => Lane::Agents,
        Verb::Ingests | Verb::Loads => Lane::Sources,
        _ => Lane::Reached,
    };
    let from = if is_middle(&edge.from) { Lane::Agents } else { Lane::Sources };
    ((from, &edge.from), (lane, &edge.to))
}

/// Writes the lanes and gives each node its id.
fn nodes<'a>(
    labels: &BTreeMap<Node<'a>, Label>,
    index: &Index<'_>,
    text: &mut String,
) -> BTreeMap<Node<'a>, usize> {
    let mut ids = BTreeMap::new();
    let lanes = [
        (Lane::Sources, "sources", "what can reach it"),
        (Lane::Agents, "agents", "agents and memories"),
        (Lane::Reached, "reached", "what it can reach"),
    ];
    for (lane, id, title) in lanes {
        let members: Vec<_> = labels.iter().filter(|((it, _), _)| *it == lane).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(text, "  subgraph {id}[\"{title}\"]");
        for (node, label) in members {
            let number = ids.len();
            ids.insert(*node, number);
            let (open, close, class) = shape(*label);
            let name = escape(&index.name(node.1));
            let _ = writeln!(text, "    n{number}{open}\"{name}\"{close}:::{class}");
        }
        text.push_str("  end\n");
    }
    ids
}

/// The shape and the class of a label: colour is never the only sign.
fn shape(label: Label) -> (&'static str, &'static str, &'static str) {
    match label {
        Label::Untrusted => ("([", "])", "untrusted"),
        Label::Private => ("[(", ")]", "private"),
        Label::WayOut => ("[/", "/]", "wayout"),
        Label::Memory => ("[[", "]]", "memory"),
        Label::Unknown => ("{{", "}}", "unknown"),
        Label::Plain => ("[", "]", "plain"),
    }
}

/// Writes the lines, then the dashes of those that ask and the faintness of those that are denied.
fn draw(lines: &BTreeMap<Line<'_>, BTreeSet<Verb>>, ids: &BTreeMap<Node<'_>, usize>, text: &mut String) {
    let mut styles: BTreeMap<Gate, Vec<String>> = BTreeMap::new();
    for (position, ((from, to, gate), verbs)) in lines.iter().enumerate() {
        let (Some(from), Some(to)) = (ids.get(from), ids.get(to)) else { continue };
        let verbs: Vec<_> = verbs.iter().map(|it| words::can(*it)).collect();
        let remark = match gate {
            Gate::Auto => "",
            Gate::Prompted => ", asks first",
            Gate::Asked => ", a rule asks",
            Gate::Denied => ", denied",
        };
        let arrow = if *gate == Gate::Auto { "-->" } else { "-.->" };
        let _ = writeln!(text, "  n{from} {arrow}|\"{}{remark}\"| n{to}", verbs.join(" and "));
        styles.entry(*gate).or_default().push(position.to_string());
    }
    for (gate, positions) in styles {
        let style = match gate {
            Gate::Auto => continue,
            Gate::Prompted | Gate::Asked => "stroke-dasharray:10 4",
            Gate::Denied => "stroke-dasharray:2 4,opacity:0.5",
        };
        let _ = writeln!(text, "  linkStyle {} {style}", positions.join(","));
    }
}

/// A label whose every character is itself: all but letters, digits and a few signs as entity codes.
fn escape(name: &str) -> String {
    let name = visible(name);
    let length = name.chars().count();
    let short: String = if length > LONGEST {
        let half = LONGEST / 2;
        name.chars().take(half).chain(['…']).chain(name.chars().skip(length - half)).collect()
    } else {
        name.into_owned()
    };
    let mut out = String::with_capacity(short.len());
    for c in short.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | ',' | '…') || !c.is_ascii() {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
