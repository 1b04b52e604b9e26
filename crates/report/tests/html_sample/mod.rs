//! Assessments to draw: a team's repository, a crowd of agents with hundreds of tools, hostile names, nothing.
#![expect(clippy::indexing_slicing, reason = "samples are written by hand, and a wrong index fails the test")]

mod builder;
mod team;

use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::{
    Assessment, AssetKind, Audience, BlastRadius, Gate, Level, Reversibility, Severity, Trust, Verb,
};
pub(crate) use builder::{Build, Case, Row};
pub(crate) use team::team;

/// Names that try to break out of markup, script, attributes or the reader's eye.
pub(crate) const HOSTILE: [&str; 9] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<!--\u{1b}[31m]]>",
    "safe\u{202e}gpj.exe",
    "zero\u{200b}width\u{e0041}tags",
    "line\nbreak\u{0}null",
    "a very long name that goes on and on, as names of generated tools and deeply nested folders like to do",
];

/// Nothing was found.
pub(crate) fn empty() -> Assessment {
    Build::new().done()
}

/// Every string that a file could choose is hostile.
pub(crate) fn hostile() -> Assessment {
    let mut build = Build::new();
    let agent = build.asset(AssetKind::Agent, HOSTILE[0], |it| {
        it.facts = vec![HOSTILE[1].to_owned(), HOSTILE[7].to_owned()];
        it.owner = Some(HOSTILE[2].to_owned());
    });
    let mut legs = Vec::new();
    for (at, name) in HOSTILE.iter().enumerate() {
        let tool = build.tool(HOSTILE[6], name);
        let source =
            build.asset(AssetKind::Channel, &format!("{name}{at}in"), |it| it.trust = Some(Trust::Public));
        let store = build.asset(AssetKind::DataStore, &format!("{name}{at}"), |it| {
            it.level = Some(Level::Secret);
            it.data = vec![(*name).to_owned()];
        });
        let out = build.asset(AssetKind::Channel, &format!("{name}{at}out"), |_| ());
        let place = format!("{name}/settings.json");
        let row = Row::new(&agent, Verb::Ingests, &source).via(&tool).reached(Trust::Public).says(name);
        legs.push(build.edge(row.owned(name).controlled(name)));
        legs.push(build.edge(Row::new(&agent, Verb::Reads, &store).via(&tool).level(Level::Secret, &[name])));
        let row = Row::new(&agent, Verb::Sends, &out).via(&tool).audience(Audience::Public);
        legs.push(build.edge(row.gate(Gate::Denied).decided(&place, 3)));
    }
    let remedy = Build::remedy(
        "deny-tool",
        ControlKind::Structural,
        HOSTILE[0],
        HOSTILE[1],
        vec![Edit {
            path: HOSTILE[7].to_owned(),
            pointer: HOSTILE[0].to_owned(),
            action: EditAction::Push,
            value: HOSTILE[0].to_owned(),
            lines: HOSTILE.join("\n"),
        }],
    );
    let end = build.asset(AssetKind::Channel, HOSTILE[3], |_| ());
    let case = Case::new("lethal-trifecta", Severity::Critical, &agent, &end, HOSTILE[0]);
    build.finding(case.leg(HOSTILE[4], &legs).cut(remedy));
    build.problem(HOSTILE[0], HOSTILE[1]);
    build.done()
}

/// Forty agents, three hundred tools.
pub(crate) fn crowd() -> Assessment {
    agents(40)
}

/// Many agents that delegate to each other and share tools, stores and ways out.
pub(crate) fn agents(count: usize) -> Assessment {
    let mut build = Build::new();
    let web = build.asset(AssetKind::Channel, "Any web page", |it| it.trust = Some(Trust::Public));
    let shared = build.asset(AssetKind::Memory, "shared notes", |_| ());
    let tools: Vec<_> = (0..300)
        .map(|at| build.tool(&format!("server-{:02}", at / 25), &format!("do_something_{at:03}")))
        .collect();
    let stores: Vec<_> = (0..60)
        .map(|at| {
            build.asset(AssetKind::DataStore, &format!("database {at:02}"), |it| {
                it.level = Some(if at % 3 == 0 { Level::Confidential } else { Level::Internal });
                it.data = vec!["customer".to_owned()];
            })
        })
        .collect();
    let ways: Vec<_> = (0..30)
        .map(|at| build.asset(AssetKind::Channel, &format!("partner endpoint {at:02}"), |_| ()))
        .collect();
    let mut before = None;
    for at in 0..count {
        let agent = build.asset(AssetKind::Agent, &format!("worker-{at:02}"), |it| {
            it.facts = vec!["asks before commands".to_owned()];
        });
        let untrusted =
            build.edge(Row::new(&agent, Verb::Ingests, &web).via(&tools[at % 300]).reached(Trust::Public));
        let mut private = None;
        let mut out = None;
        for step in 0..(6 + at % 30) {
            let tool = &tools[(at * 7 + step) % 300];
            let store = &stores[(at + step * 3) % 60];
            let row =
                Row::new(&agent, Verb::Reads, store).via(tool).level(Level::Confidential, &["customer"]);
            private = Some(build.edge(row.stock(step % 4 == 0)));
            let way = &ways[(at * 3 + step) % 30];
            let gate = [Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied][(at + step) % 4];
            let row = Row::new(&agent, Verb::Sends, way).via(tool).audience(Audience::Public).gate(gate);
            let id = build.edge(row.harm(Reversibility::Irreversible, BlastRadius::ThirdParties));
            if gate != Gate::Denied {
                out = Some((way.clone(), id));
            }
        }
        if at % 5 == 0 {
            build.edge(Row::new(&agent, Verb::Remembers, &shared).via(&tools[0]));
        }
        if let Some(before) = before.replace(agent.clone()) {
            build.edge(Row::new(&before, Verb::Delegates, &agent));
        }
        if let (Some(private), Some((way, out)), true) = (private, out, at % 3 == 0) {
            let severity = if at == 21 { Severity::Critical } else { Severity::High };
            let title = format!("a web page can make worker-{at:02} send customer data to a partner");
            let case =
                Case::new("lethal-trifecta", severity, &agent, &way, &title).leg("untrusted", &[untrusted]);
            build.finding(case.leg("private", &[private]).leg("outbound", &[out]));
        }
    }
    build.done()
}
