//! A system with one of everything, for looking at reports: two agents, a shared memory, a server that nobody
//! knows, a denied tool, decisions, problems. `hostile` is the same with names that attack their reader.

use ambit_model::assessment::{Group, SCHEMA, ToolVersion};
use ambit_model::effect::{Bandwidth, Basis, Effect, EffectFact};
use ambit_model::facts::{Inputs, Skipped};
use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::reach::digest;
use ambit_model::{
    Architecture, Assessment, Asset, AssetId, AssetKind, Audience, Baseline, Closed, Confidence, EdgeId,
    Exposure, Finding, Gate, Legs, Level, Place, Problem, Provenance, Question, ReachEdge, Remedy, RuleInfo,
    Scope, Severity, Status, Summary, Tier, Trust, Verb,
};

pub(crate) const TRIFECTA: RuleInfo = RuleInfo {
    id: "lethal-trifecta",
    title: "Outsiders can steer an agent that reads private data and can send it out",
    categories: &["ASI01:2026"],
    page: "# Lethal trifecta\n\nUntrusted content, private data and a way out meet in **one** context.\n\n\
           ## How to fix\n\n- Cut *one* leg; the cheapest is usually the way out.\n- Ask before `WebFetch`.\n\n\
           ```json\n{\"permissions\": {\"deny\": [\"WebFetch\"]}}\n```\n",
};

pub(crate) const UNKNOWN: RuleInfo = RuleInfo {
    id: "unknown-reach",
    title: "Nothing is known of a supplier of tools",
    categories: &[],
    page: "# Unknown reach\n\nState what it does in `ambit.yaml`.\n",
};

pub(crate) const RULES: &[&RuleInfo] = &[&TRIFECTA, &UNKNOWN];

/// How one edge differs from the next.
struct Row<'a> {
    from: &'a AssetId,
    verb: Verb,
    to: &'a AssetId,
    via: Option<&'a AssetId>,
    gate: Gate,
    tier: Tier,
    line: u32,
}

fn edge(row: &Row<'_>) -> ReachEdge {
    let settings = ".claude/settings.json";
    let decided = (row.gate != Gate::Prompted).then(|| Place::new(settings, row.line, 7));
    let untrusted = matches!(row.verb, Verb::Ingests | Verb::Loads | Verb::Recalls | Verb::Sends);
    ReachEdge {
        id: EdgeId::of(row.from, row.verb, row.to, row.via),
        from: row.from.clone(),
        verb: row.verb,
        to: row.to.clone(),
        via: row.via.cloned(),
        touches: if row.verb == Verb::Reads { ["source-code".to_owned()].into() } else { [].into() },
        level: (row.verb == Verb::Reads).then_some(Level::Confidential),
        audience: (row.verb == Verb::Sends).then_some(Audience::Public),
        reached_by: untrusted.then_some(Trust::Public),
        gate: row.gate,
        scope: decided.as_ref().map(|_| Scope::Project),
        decided_by: decided,
        consequence: format!("the agent {} it", row.verb).into(),
        reversibility: None,
        blast_radius: None,
        tier: row.tier,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Likely,
        stock: row.gate == Gate::Prompted,
        provenance: [
            Provenance::Declared(Place::new(".mcp.json", row.line, 5)),
            Provenance::Assumed { entry: "server/github".into() },
        ]
        .into(),
        because: Vec::new(),
    }
}

fn asset(kind: AssetKind, id: &str, name: &str) -> Asset {
    let mut asset = Asset::new(AssetId::new(kind, id), kind, name);
    asset.provenance = vec![Provenance::Declared(Place::new(".mcp.json", 4, 7))];
    asset
}

fn remedy(edge: &ReachEdge, tool: &str) -> Remedy {
    Remedy {
        control: "deny-tool".to_owned(),
        kind: ControlKind::Structural,
        action: format!("deny the tool `{tool}`"),
        cuts: vec![edge.id],
        costs: "fetching web pages".to_owned(),
        edits: vec![Edit {
            path: ".claude/settings.json".to_owned(),
            pointer: "/permissions/deny/-".to_owned(),
            action: EditAction::Push,
            value: format!("\"{tool}\""),
            lines: format!("\"permissions\": {{\n  \"deny\": [\"{tool}\"]\n}}"),
        }],
    }
}

fn finding(rule: &str, subject: &AssetId, end: &AssetId, legs: Legs) -> Finding {
    Finding {
        id: digest("f-", &[rule, subject.as_str(), end.as_str()]),
        basis: digest("b-", &[rule, subject.as_str()]),
        group: digest("g-", &[rule, end.as_str()]),
        rule: rule.to_owned(),
        severity: Severity::High,
        exposure: Exposure::Open,
        tier: Tier::T3,
        confidence: Confidence::Likely,
        subject: subject.clone(),
        end: end.clone(),
        title: format!("{rule} of `{}`", subject.name()),
        message: String::new(),
        legs,
        evidence: vec![Place::new(".mcp.json", 4, 7), Place::new(".claude/settings.json", 3, 5)],
        categories: vec!["ASI01:2026".to_owned()],
        remedies: Vec::new(),
        status: Status::Open,
        decision: None,
    }
}

/// Names that a scanned file chooses.
struct Names<'a> {
    issues: &'a str,
    files: &'a str,
    web: &'a str,
    unknown: &'a str,
}

/// The system with ordinary names.
pub(crate) fn assessment() -> Assessment {
    build(&Names {
        issues: "GitHub issues",
        files: "Files of the workspace",
        web: "Any web page",
        unknown: "acme-tools",
    })
}

/// The same system with names that try a terminal, a table, a diagram and a reader.
pub(crate) fn hostile() -> Assessment {
    build(&Names {
        issues: "\u{1b}[2J\u{1b}]0;owned\u{7}issues\u{9b}31m\r\nAll clear",
        files: "files\u{202e}gnp.\u{2066}x\u{200b}\u{e0041}\u{e007f}",
        web: "`]()|<img src=x onerror=alert(1)>@everyone #1 https://evil.example/ www.evil.example \"--> n0\"]\n%%{init: {}}%%",
        unknown: "--!></summary></details><script>alert(1)</script> [x](javascript:alert(1)) ${{ x }}",
    })
}

/// An assessment of a folder without any agent.
pub(crate) fn empty() -> Assessment {
    Assessment {
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: "ambit".to_owned(), version: "0.1.0".to_owned() },
        inputs: Inputs { root: ".".to_owned(), seen: 3, ignored: 3, ..Inputs::default() },
        assets: Vec::new(),
        edges: Vec::new(),
        findings: Vec::new(),
        groups: Vec::new(),
        baseline: Vec::new(),
        closed: Vec::new(),
        patterns: Vec::new(),
        summary: Summary::default(),
        boundaries: Vec::new(),
        duties: Vec::new(),
        decided: Vec::new(),
        notes: Vec::new(),
    }
}

struct Nodes {
    claude: Asset,
    cursor: Asset,
    issues: Asset,
    web: Asset,
    files: Asset,
    memory: Asset,
    token: Asset,
    unknown: Asset,
    get_issue: Asset,
    fetch: Asset,
    read: Asset,
}

fn nodes(names: &Names<'_>) -> Nodes {
    let mut nodes = Nodes {
        claude: asset(AssetKind::Agent, "claude-code", "Claude Code"),
        cursor: asset(AssetKind::Agent, "cursor", "Cursor"),
        issues: asset(AssetKind::Channel, "github-issues", names.issues),
        web: asset(AssetKind::Channel, "web", names.web),
        files: asset(AssetKind::DataStore, "workspace", names.files),
        memory: asset(AssetKind::Memory, "notes", "Shared notes"),
        token: asset(AssetKind::Credential, "github-token", "GitHub token in .mcp.json"),
        unknown: asset(AssetKind::Server, names.unknown, names.unknown),
        get_issue: asset(AssetKind::Tool, "github/get_issue", "get_issue"),
        fetch: asset(AssetKind::Tool, "claude-code/WebFetch", "WebFetch"),
        read: asset(AssetKind::Tool, "claude-code/Read", "Read"),
    };
    nodes.issues.trust = Some(Trust::Public);
    nodes.web.trust = Some(Trust::Public);
    nodes.files.level = Some(Level::Confidential);
    nodes.files.data = vec!["source-code".to_owned()];
    nodes.claude.facts = vec!["permission mode: default".to_owned()];
    let fact = |effect, because: &str| EffectFact {
        effect,
        object: None,
        basis: Basis::Catalog,
        because: because.into(),
    };
    nodes.fetch.effects = vec![
        fact(Effect::Ingests { trust: Trust::Public }, "pages are written by anybody"),
        fact(
            Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::ChosenUrl },
            "the agent chooses the address",
        ),
    ];
    nodes.unknown.effects = vec![fact(Effect::Unknown, "no catalog entry")];
    nodes
}

fn rows(n: &Nodes) -> Vec<ReachEdge> {
    let row = |from: &Asset, verb, to: &Asset, via: Option<&Asset>, gate, (tier, line)| {
        let via = via.map(|it| it.id.clone());
        edge(&Row { from: &from.id, verb, to: &to.id, via: via.as_ref(), gate, tier, line })
    };
    vec![
        row(&n.claude, Verb::Ingests, &n.issues, Some(&n.get_issue), Gate::Auto, (Tier::T0, 4)),
        row(&n.claude, Verb::Reads, &n.files, Some(&n.read), Gate::Auto, (Tier::T3, 6)),
        row(&n.claude, Verb::Sends, &n.web, Some(&n.fetch), Gate::Auto, (Tier::T3, 8)),
        row(&n.claude, Verb::Ingests, &n.web, Some(&n.fetch), Gate::Asked, (Tier::T0, 9)),
        row(&n.claude, Verb::Remembers, &n.memory, None, Gate::Auto, (Tier::T1, 10)),
        row(&n.cursor, Verb::Recalls, &n.memory, None, Gate::Auto, (Tier::T0, 11)),
        row(&n.cursor, Verb::Sends, &n.issues, None, Gate::Denied, (Tier::T2, 12)),
        row(&n.cursor, Verb::MayReach, &n.unknown, None, Gate::Auto, (Tier::T4, 13)),
        row(&n.claude, Verb::Holds, &n.token, None, Gate::Prompted, (Tier::T2, 14)),
    ]
}

fn findings(n: &Nodes, edges: &[ReachEdge], names: &Names<'_>) -> Vec<Finding> {
    let leg = |name: &str, which: &[usize]| {
        (name.to_owned(), which.iter().map(|it| edges[*it].id).collect::<Vec<_>>())
    };
    let legs: Legs = [leg("untrusted", &[0]), leg("private", &[1]), leg("outbound", &[2])].into();
    let mut trifecta = finding("lethal-trifecta", &n.claude.id, &n.web.id, legs.clone());
    trifecta.severity = Severity::Critical;
    trifecta.tier = Tier::T4;
    trifecta.message = format!(
        "strangers can write `{}`, `Claude Code` can read `{}`, and it can send to `{}`",
        names.issues, names.files, names.web
    );
    trifecta.remedies = vec![remedy(&edges[2], "WebFetch"), remedy(&edges[0], "mcp__github__get_issue")];
    let mut stored =
        finding("stored-injection", &n.cursor.id, &n.memory.id, [leg("untrusted", &[0, 4, 5])].into());
    stored.message =
        "strangers can write `Shared notes`, which `Cursor` reads back in a later session".to_owned();
    let mut folded = finding("hijackable-action", &n.claude.id, &n.web.id, [leg("action", &[2])].into());
    folded.severity = Severity::Medium;
    folded.message = "strangers can make `Claude Code` act on the web".to_owned();
    let mut accepted =
        finding("credential-exposure", &n.claude.id, &n.token.id, [leg("credential", &[8])].into());
    accepted.status = Status::Accepted;
    let mut unknown = finding("unknown-reach", &n.cursor.id, &n.unknown.id, [leg("unknown", &[7])].into());
    unknown.message = format!("nothing is known of `{}`: `Cursor` may do anything with it", names.unknown);
    unknown.confidence = Confidence::Possible;
    unknown.remedies = vec![remedy(&edges[7], "acme")];
    let extra = ["a", "b", "c"].map(|it| {
        let end = AssetId::new(AssetKind::Environment, it);
        let mut extra = finding("unguarded-consequence", &n.cursor.id, &end, Legs::new());
        extra.severity = Severity::Medium;
        extra.evidence.clear();
        extra
    });
    [trifecta, stored, folded, accepted, unknown].into_iter().chain(extra).collect()
}

fn groups(findings: &[Finding], folded: &str) -> Vec<Group> {
    let first = findings.iter().filter(|it| it.rule != folded);
    first
        .map(|it| {
            let mut ids = vec![it.id.clone()];
            if it.rule == "lethal-trifecta" {
                ids.extend(findings.iter().filter(|it| it.rule == folded).map(|it| it.id.clone()));
            }
            Group {
                id: it.group.clone(),
                severity: it.severity,
                findings: ids,
                cut: it.remedies.first().cloned(),
            }
        })
        .collect()
}

fn inputs() -> Inputs {
    let at = Place::new("sub/.mcp.json", 3, 5);
    Inputs {
        root: ".".to_owned(),
        home: true,
        seen: 12,
        read: 4,
        ignored: 6,
        skipped: vec![Skipped { path: "x.bin".to_owned(), reason: "binary".to_owned() }],
        problems: vec![Problem::at(&at, "unknown field `comand`", "did you mean `command`?")],
        failed: 1,
        pruned: vec![Skipped { path: "node_modules".to_owned(), reason: "dependencies".to_owned() }],
    }
}

fn build(names: &Names<'_>) -> Assessment {
    let n = nodes(names);
    let edges = rows(&n);
    let mut findings = findings(&n, &edges, names);
    let groups = groups(&findings, "hijackable-action");
    let closed = vec![Closed {
        rule: "lethal-trifecta".to_owned(),
        subject: n.cursor.id.clone(),
        end: n.issues.id.clone(),
        cut: vec![edges[6].id],
        by: vec![Place::new(".claude/settings.json", 12, 7)],
    }];
    let baseline = vec![Baseline {
        agent: n.claude.id.clone(),
        compositions: 3,
        severity: Some(Severity::High),
        message: "`Claude Code` on its own completes 3 compositions, the worst of them high".to_owned(),
    }];
    let mut summary =
        Summary { agents: 2, servers: 2, tools: 3, edges: edges.len(), unknown: 1, ..Summary::default() };
    for finding in &findings {
        *summary.findings.entry(finding.severity).or_insert(0) += 1;
    }
    let mut assets = vec![
        n.claude,
        n.cursor,
        n.issues,
        n.web,
        n.files,
        n.memory,
        n.token,
        n.unknown,
        n.get_issue,
        n.fetch,
        n.read,
    ];
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    let mut edges = edges;
    edges.sort_by_key(|a| a.id);
    findings.sort_by(|a, b| a.id.cmp(&b.id));
    let patterns = vec![pattern(names, &assets, &edges, &findings)];
    Assessment {
        inputs: inputs(),
        assets,
        edges,
        findings,
        groups,
        baseline,
        closed,
        patterns,
        summary,
        ..empty()
    }
}

/// An architecture whose words have names of files in them.
fn pattern(names: &Names<'_>, assets: &[Asset], edges: &[ReachEdge], findings: &[Finding]) -> Architecture {
    let agents = assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| it.id.clone());
    let question = |id: &str, asks: &str, answer: Option<String>| Question {
        id: id.to_owned(),
        asks: asks.to_owned(),
        findings: findings.iter().filter(|_| answer.is_some()).take(1).map(|it| it.id.clone()).collect(),
        answer,
        edges: edges.iter().take(1).map(|it| it.id).collect(),
        evidence: vec![Place::new(".mcp.json", 3, 5)],
    };
    let steered = format!("yes: outsiders write `{}`, and that gets into `Claude Code`", names.issues);
    Architecture {
        id: "planner-with-tools".to_owned(),
        title: "A planner with tools".to_owned(),
        because: format!("`{}` hands work to 2 agents", names.files),
        agents: agents.collect(),
        edges: edges.iter().take(1).map(|it| it.id).collect(),
        evidence: vec![Place::new(".mcp.json", 3, 5)],
        questions: vec![
            question("steered", "Can what comes back change the plan?", Some(steered)),
            question("plan", "Who sees the plan before it is carried out?", None),
        ],
    }
}
