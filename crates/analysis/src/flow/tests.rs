//! Closures that are mended against closures that are made anew.

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::{Inventory, stated};

use std::collections::BTreeSet;

use super::*;
use crate::connect::connect_with;
use crate::dice::Dice;
use crate::map::ReachMap;
use crate::stated::Notes;

/// Two clients that share a memory, one of them with a sub-agent, and servers with private data and ways out.
fn map() -> ReachMap {
    let servers = r#"{ "mcpServers": {
        "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory@1.0.0"], "env": { "MEMORY_FILE_PATH": "/srv/m" } },
        "github": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@1.0.0"] },
        "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/srv/data"] } } }"#;
    let source = Memory::of([
        (".mcp.json", servers),
        (".cursor/mcp.json", servers),
        (
            ".claude/settings.json",
            r#"{ "permissions": { "allow": ["mcp__memory", "WebFetch"], "deny": ["WebSearch"] } }"#,
        ),
        (".claude/agents/helper.md", "---\nname: helper\ndescription: helps\n---\nHelp.\n"),
    ]);
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
    crate::connect(inventory, &catalog)
}

/// What makes two closures the same for whoever judges by them: origins, labels and gates.
fn told<Label: Copy>(held: &[Held<Label>]) -> Vec<(OriginNo, Label, Gate)> {
    held.iter().map(|it| (it.origin, it.label, it.way.gate)).collect()
}

#[test]
fn mending_closures_comes_to_the_same_as_making_them_anew() {
    let map = map();
    let index = &map.index;
    let stands = |no: EdgeNo| map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
    let mut tried = 0;
    for (tool, edges) in &index.via {
        for gate in [None, Some(Gate::Auto), Some(Gate::Asked)] {
            let changed = |no: EdgeNo| if edges.contains(&no) { gate } else { stands(no) };
            let limits = BTreeMap::new();
            let stands = Stands { gate_of: &changed, limits: &limits };
            let change = change(&map, edges.clone(), &changed);
            let (mended, anew) =
                (Mended::of(Arc::clone(map.flows()), index, change, stands), Flows::of(index, &changed));
            for node in index.all_nodes() {
                assert_eq!(
                    told(mended.content(node, index, stands)),
                    told(anew.content(node)),
                    "content, {tool} {gate:?}"
                );
                assert_eq!(
                    told(mended.data(node, index, stands)),
                    told(anew.data(node)),
                    "data, {tool} {gate:?}"
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 100 && index.groups_of_several() > 0, "{tried} changes tried");
}

const PLACES: &str = "ambit: v1
facts:
  channels: {mail: {trust: public, audience: public}, chat: {trust: partner, audience: partner}}
  stores: {crm: {data: [customer], level: secret}, wiki: {level: confidential, data: [operations]}}
  memories: {notes: {level: internal}, plans: {level: internal}}
  tools:
    mail: {effects: [{ingests: mail}]}
    chat: {effects: [{ingests: chat}, {sends: chat}]}
    crm: {effects: [{reads: crm}]}
    wiki: {effects: [{reads: wiki}, {writes: wiki}]}
    note: {effects: [{remembers: notes}]}
    noted: {effects: [{recalls: notes}]}
    plan: {effects: [{remembers: plans}]}
    planned: {effects: [{recalls: plans}]}
";

const TOOLS: [&str; 8] = ["mail", "chat", "crm", "wiki", "note", "noted", "plan", "planned"];

/// Agents with tools of each other's memories and stores, some of which hand work to others.
fn any_map(dice: &mut Dice, catalog: &Catalog) -> ReachMap {
    let agents = 2 + dice.below(5);
    let mut text = format!("{PLACES}  agents:\n");
    for no in 0..agents {
        let gates = ["auto", "auto", "prompted", "asked"];
        let tools: Vec<&str> = TOOLS.into_iter().filter(|_| dice.one_in(2)).collect();
        let tools: Vec<String> = tools.iter().map(|it| format!("{it}: {}", dice.of(&gates))).collect();
        let others: Vec<usize> = (0..agents).filter(|it| *it != no && dice.one_in(4)).collect();
        let others: Vec<String> = others.iter().map(|it| format!("a{it}: {}", dice.of(&gates))).collect();
        let (tools, others) = (tools.join(", "), others.join(", "));
        let line = format!("    a{no}: {{tools: {{{tools}}}, delegates: {{{others}}}}}\n");
        text.push_str(&line);
    }
    let (document, problems) = stated::read("ambit.yaml", &text);
    assert!(problems.is_empty(), "{problems:#?}");
    let (model, _) = stated::join([document]);
    connect_with(Inventory::default(), &model, catalog, &mut Notes::default())
}

/// Other gates before some edges, and other limits on some.
fn any_change(dice: &mut Dice, map: &ReachMap) -> (BTreeMap<EdgeNo, Option<Gate>>, BTreeMap<EdgeNo, Limits>) {
    let (mut gates, mut limits) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..=dice.below(4) {
        let no = EdgeNo::at(dice.below(map.edges.len()));
        if dice.one_in(3) {
            let trust = dice.of(&[None, Some(Trust::Public), Some(Trust::Partner)]);
            let level = dice.of(&[None, Some(Level::Public), Some(Level::Internal)]);
            limits.insert(no, Limits { trust, level, ..Limits::default() });
        } else {
            let all = [None, Some(Gate::Auto), Some(Gate::Prompted), Some(Gate::Asked)];
            gates.insert(no, dice.of(&all));
        }
    }
    (gates, limits)
}

/// The change that makes these edges stand as `gate_of` says.
fn change(map: &ReachMap, edges: Vec<EdgeNo>, gate_of: GateOf<'_>) -> Change {
    let was = |no: EdgeNo| map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
    Change::of(&edges.into_iter().collect(), &map.index, &was, gate_of)
}

/// Whether every edge of the way stands, and its gate is the strongest of theirs.
fn stands(way: &Way, gate_of: GateOf<'_>) -> bool {
    let gates: Option<Vec<Gate>> = way.edges.iter().map(|it| gate_of(*it)).collect();
    gates.is_some_and(|it| it.into_iter().max() == Some(way.gate))
}

#[test]
fn any_change_of_any_map_is_mended() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut dice = Dice(7);
    let (mut moved, mut differ) = (0, [0; 2]);
    for _ in 0..150 {
        let map = any_map(&mut dice, &catalog);
        if map.edges.is_empty() {
            continue;
        }
        let index = &map.index;
        for _ in 0..12 {
            let (gates, limits) = any_change(&mut dice, &map);
            let gate_of = |no: EdgeNo| match gates.get(&no) {
                Some(gate) => *gate,
                None => map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied),
            };
            let changed: BTreeSet<EdgeNo> = gates.keys().chain(limits.keys()).copied().collect();
            let under = Stands { gate_of: &gate_of, limits: &limits };
            let change = change(&map, changed.into_iter().collect(), &gate_of);
            let kind = usize::from(change.loosens);
            let mended = Mended::of(Arc::clone(map.flows()), index, change, under);
            let anew =
                Flows { content: Part::of(index, under, &|_| true), data: Part::of(index, under, &|_| true) };
            for node in index.all_nodes() {
                let (content, data) = (mended.content(node, index, under), mended.data(node, index, under));
                assert_eq!(told(content), told(anew.content(node)), "content under {gates:?} {limits:?}");
                assert_eq!(told(data), told(anew.data(node)), "data under {gates:?} {limits:?}");
                assert!(content.iter().all(|it| stands(&it.way, &gate_of)));
                assert!(data.iter().all(|it| stands(&it.way, &gate_of)));
                moved += data.iter().filter(|it| it.way.edges.len() > 1).count();
                if let Some(differ) = differ.get_mut(kind) {
                    *differ += usize::from(told(content) != told(map.flows().content(node)));
                }
            }
        }
    }
    assert!(moved > 1000 && differ.iter().all(|it| *it > 100), "{moved} moved, {differ:?} differ");
}

#[test]
fn the_price_of_a_what_if_is_what_goes_over_its_edges() {
    let map = map();
    let (index, flows) = (&map.index, map.flows());
    let over = |edge: EdgeNo| {
        let ways = |held: &Way| held.edges.iter().filter(|it| **it == edge).count();
        let content = |node| flows.content(node).iter().map(|it| ways(&it.way)).sum::<usize>();
        let data = |node| flows.data(node).iter().map(|it| ways(&it.way)).sum::<usize>();
        let moves = |node| index.moves_in(node).len() + index.moves_out(node).len();
        index.all_nodes().map(|node| (content(node) + data(node)) * (1 + moves(node))).sum::<usize>()
    };
    let prices: BTreeSet<usize> =
        EdgeNo::all().take(map.edges.len()).map(|it| flows.price(index, it)).collect();
    assert!(prices.len() > 2 && prices.contains(&0), "{prices:?}");
    for edge in EdgeNo::all().take(map.edges.len()) {
        assert_eq!(flows.price(index, edge), over(edge), "{edge:?}");
    }
}
