//! A repository that two coding agents and a release robot work in.

use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::{
    Assessment, AssetId, AssetKind, Audience, BlastRadius, Closed, Confidence, EdgeId, Exposure, Gate, Level,
    Place, Remedy, Reversibility, Severity, Tier, Trust, Verb,
};

use super::{Build, Case, Row};

const SETTINGS: &str = ".claude/settings.json";

struct Team {
    build: Build,
    coder: AssetId,
    reviewer: AssetId,
    robot: AssetId,
}

/// See the module.
pub(crate) fn team() -> Assessment {
    let mut build = Build::new();
    let agent = |build: &mut Build, name: &str, fact: &str, owner: &str| {
        build.asset(AssetKind::Agent, name, |it| {
            it.facts = vec![fact.to_owned()];
            it.owner = Some(owner.to_owned());
        })
    };
    let coder = agent(&mut build, "claude-code", "asks before edits and commands", "platform");
    let reviewer =
        agent(&mut build, "claude-code/reviewer@services/api", "sub-agent of claude-code", "platform");
    let robot = agent(&mut build, "release-bot", "runs in CI on every issue", "release");
    let mut team = Team { build, coder, reviewer, robot };
    let sources = team.sources();
    let private = team.private();
    let out = team.ways_out();
    team.memories();
    team.rest();
    team.findings(&sources, &private, &out);
    team.lesser_findings(&sources);
    team.closed(&out[1]);
    team.build.baseline(&team.coder, 2, "claude-code asks before it edits, runs or fetches; two compositions are complete behind that question.");
    team.build.problem(".vscode/mcp.json", "`servers` is a list, a table was expected");
    team.build.done()
}

impl Team {
    fn channel(&mut self, name: &str) -> AssetId {
        self.build.asset(AssetKind::Channel, name, |it| it.trust = Some(Trust::Public))
    }

    fn store(&mut self, name: &str, level: Level, data: &[&str]) -> AssetId {
        self.build.asset(AssetKind::DataStore, name, |it| {
            it.level = Some(level);
            it.data = data.iter().map(|it| (*it).to_owned()).collect();
        })
    }

    fn sources(&mut self) -> Vec<EdgeId> {
        let web = self.channel("Any web page");
        let issues = self.channel("GitHub issues");
        let mail = self.channel("Mailbox support@");
        let rules =
            self.build.asset(AssetKind::Instruction, "CLAUDE.md", |it| it.trust = Some(Trust::Organization));
        let text = self
            .build
            .asset(AssetKind::Instruction, "Tool text of fetch", |it| it.trust = Some(Trust::Partner));
        let fetch = self.build.tool("fetch", "fetch");
        let read = self.build.tool("github", "get_issue");
        let list = self.build.tool("github", "list_issues");
        let inbox = self.build.tool("mail", "search_messages");
        let (coder, robot, reviewer) = (self.coder.clone(), self.robot.clone(), self.reviewer.clone());
        self.build.edge(Row::new(&coder, Verb::Loads, &rules).stock(true));
        self.build.edge(Row::new(&robot, Verb::Loads, &rules).stock(true));
        self.build
            .edge(Row::new(&coder, Verb::Loads, &text).reached(Trust::Partner).sure(Confidence::Possible));
        self.build.edge(
            Row::new(&coder, Verb::Ingests, &mail)
                .via(&inbox)
                .reached(Trust::Public)
                .gate(Gate::Denied)
                .decided(SETTINGS, 9),
        );
        self.build.edge(
            Row::new(&reviewer, Verb::Ingests, &issues).via(&list).reached(Trust::Public).gate(Gate::Asked),
        );
        let row = Row::new(&coder, Verb::Ingests, &web).via(&fetch).reached(Trust::Public);
        let ids = [
            row.decided(SETTINGS, 4).declared(".mcp.json", 4).says("takes in whatever a web page says"),
            Row::new(&coder, Verb::Ingests, &issues)
                .via(&read)
                .reached(Trust::Public)
                .declared(".mcp.json", 9),
            Row::new(&robot, Verb::Ingests, &issues)
                .via(&list)
                .reached(Trust::Public)
                .declared(".github/workflows/release.yml", 12),
        ];
        ids.into_iter().map(|it| self.build.edge(it)).collect()
    }

    fn private(&mut self) -> Vec<EdgeId> {
        let code = self.store("Files of the workspace", Level::Confidential, &["source-code"]);
        let customers =
            self.store("postgres://crm.internal/customers", Level::Confidential, &["customer", "personal"]);
        let home = self.store("~/.ssh", Level::Secret, &["credential"]);
        let token =
            self.build.asset(AssetKind::Credential, "GITHUB_TOKEN", |it| it.level = Some(Level::Secret));
        let read = self.build.tool("claude-code", "Read");
        let query = self.build.tool("crm", "query");
        let edit = self.build.tool("claude-code", "Edit");
        let github = AssetId::new(AssetKind::Server, "github");
        let (coder, robot, reviewer) = (self.coder.clone(), self.robot.clone(), self.reviewer.clone());
        self.build.edge(
            Row::new(&reviewer, Verb::Reads, &code)
                .via(&read)
                .level(Level::Confidential, &["source-code"])
                .stock(true),
        );
        self.build.edge(
            Row::new(&github, Verb::Holds, &token)
                .level(Level::Secret, &["credential"])
                .declared(".mcp.json", 12),
        );
        self.build.edge(
            Row::new(&coder, Verb::Reads, &home)
                .via(&read)
                .level(Level::Secret, &["credential"])
                .gate(Gate::Denied)
                .decided(SETTINGS, 8),
        );
        let row = Row::new(&coder, Verb::Writes, &code).via(&edit).gate(Gate::Prompted).stock(true);
        self.build.edge(
            row.harm(Reversibility::Recoverable, BlastRadius::Workspace)
                .level(Level::Confidential, &["source-code"]),
        );
        let ids = [
            Row::new(&coder, Verb::Reads, &code)
                .via(&read)
                .level(Level::Confidential, &["source-code"])
                .stock(true),
            Row::new(&coder, Verb::Reads, &customers)
                .via(&query)
                .level(Level::Confidential, &["customer", "personal"])
                .declared(".mcp.json", 20)
                .controlled("read-only-token"),
            Row::new(&robot, Verb::Reads, &code).level(Level::Confidential, &["source-code"]),
        ];
        ids.into_iter().map(|it| self.build.edge(it)).collect()
    }

    fn ways_out(&mut self) -> Vec<EdgeId> {
        let comments = self.build.asset(AssetKind::Channel, "Public issue comments", |_| ());
        let web = AssetId::new(AssetKind::Channel, "Any web page");
        let deploy = self.build.asset(AssetKind::Environment, "Production deploy", |_| ());
        let host = self.build.asset(AssetKind::Environment, "This machine", |_| ());
        let comment = self.build.tool("github", "add_issue_comment");
        let fetch = self.build.tool("fetch", "fetch");
        let bash = self.build.tool("claude-code", "Bash");
        let (coder, robot) = (self.coder.clone(), self.robot.clone());
        self.build.edge(Row::new(&coder, Verb::RunsIn, &host).stock(true));
        let row = Row::new(&coder, Verb::Executes, &host).via(&bash).gate(Gate::Prompted).stock(true);
        self.build.edge(
            row.harm(Reversibility::Irreversible, BlastRadius::Workspace)
                .says("runs any command with the user's rights"),
        );
        for at in 0..26 {
            let tool = self.build.tool("github", &format!("update_thing_{at:02}"));
            let row = Row::new(&coder, Verb::Sends, &comments).via(&tool).audience(Audience::Public);
            self.build.edge(
                row.gate(if at % 2 == 0 { Gate::Asked } else { Gate::Denied }).decided(SETTINGS, 20 + at),
            );
        }
        let row = Row::new(&coder, Verb::Sends, &comments)
            .via(&comment)
            .audience(Audience::Public)
            .reached(Trust::Public);
        let web =
            Row::new(&coder, Verb::Sends, &web).via(&fetch).audience(Audience::Public).gate(Gate::Denied);
        let ids = [
            row.harm(Reversibility::Irreversible, BlastRadius::ThirdParties)
                .decided(SETTINGS, 5)
                .says("comments on any issue the token can reach, for anyone to read")
                .owned("platform"),
            web.decided(SETTINGS, 7),
            Row::new(&robot, Verb::Executes, &deploy)
                .harm(Reversibility::Irreversible, BlastRadius::ThirdParties)
                .gate(Gate::Asked)
                .says("ships to production"),
        ];
        ids.into_iter().map(|it| self.build.edge(it)).collect()
    }

    fn memories(&mut self) {
        let memory = self.build.asset(AssetKind::Memory, "memory.json", |_| ());
        let save = self.build.tool("memory", "create_entities");
        let load = self.build.tool("memory", "read_graph");
        let (coder, robot, reviewer) = (self.coder.clone(), self.robot.clone(), self.reviewer.clone());
        self.build.edge(Row::new(&coder, Verb::Remembers, &memory).via(&save));
        self.build.edge(Row::new(&robot, Verb::Recalls, &memory).via(&load).reached(Trust::Public));
        self.build.edge(Row::new(&reviewer, Verb::Recalls, &memory).via(&load).reached(Trust::Public));
        self.build.edge(Row::new(&coder, Verb::Delegates, &reviewer).stock(true));
    }

    fn rest(&mut self) {
        let unknown = self
            .build
            .asset(AssetKind::Server, "acme-internal", |it| it.facts = vec!["transport: stdio".to_owned()]);
        let docs = self.store("Public documentation", Level::Public, &[]);
        let search = self.build.tool("docs", "search");
        let coder = self.coder.clone();
        self.build.edge(
            Row::new(&coder, Verb::MayReach, &unknown)
                .tier(Tier::T4)
                .sure(Confidence::Possible)
                .gate(Gate::Prompted)
                .declared(".mcp.json", 31),
        );
        self.build.edge(Row::new(&coder, Verb::Reads, &docs).via(&search).level(Level::Public, &[]));
    }

    fn findings(&mut self, sources: &[EdgeId], private: &[EdgeId], out: &[EdgeId]) {
        let comments = AssetId::new(AssetKind::Channel, "Public issue comments");
        let deploy = AssetId::new(AssetKind::Environment, "Production deploy");
        let token = AssetId::new(AssetKind::Credential, "GITHUB_TOKEN");
        let (coder, robot) = (self.coder.clone(), self.robot.clone());
        let silence = || deny("mcp__github__add_issue_comment", "commenting on issues");
        let title = "Strangers can write `Any web page`, `claude-code` can read \
                     `postgres://crm.internal/customers`, it can send to `Public issue comments`";
        let case = Case::new("lethal-trifecta", Severity::Critical, &coder, &comments, title);
        let case = Case { group: Some("comments"), ..case.cut(silence()) };
        let case = case.leg("untrusted", &sources[..1]).leg("private", &private[1..2]);
        self.build.finding(case.leg("outbound", &out[..1]));
        let title = "Strangers can write `GitHub issues`, `claude-code` can read `Files of the workspace`, it \
                     can send to `Public issue comments`";
        let case = Case::new("lethal-trifecta", Severity::High, &coder, &comments, title);
        let case = Case { group: Some("comments"), ..case.cut(silence()) };
        let case = case.leg("untrusted", &sources[1..2]).leg("private", &private[..1]);
        self.build.finding(case.leg("outbound", &out[..1]));
        let title = "Anyone who opens an issue can steer `release-bot` to ship to production";
        let case = Case::new("hijackable-action", Severity::High, &robot, &deploy, title);
        let case =
            Case { exposure: Exposure::Guarded, ..case.cut(deny("Bash(./deploy:*)", "deploying from CI")) };
        self.build.finding(case.leg("untrusted", &sources[2..3]).leg("action", &out[2..3]));
        let title = "`claude-code` can publish what cannot be taken back, and nothing asks";
        let case = Case::new("unguarded-consequence", Severity::High, &coder, &comments, title);
        self.build.finding(case.leg("action", &out[..1]).cut(silence()));
        let title = "`GITHUB_TOKEN` sits where `claude-code` runs code, and a way out exists";
        let case = Case::new("credential-exposure", Severity::High, &coder, &token, title);
        self.build.finding(case.leg("outbound", &out[..1]));
    }

    /// One of each rule that is left.
    fn lesser_findings(&mut self, sources: &[EdgeId]) {
        let (coder, robot) = (self.coder.clone(), self.robot.clone());
        let memory = AssetId::new(AssetKind::Memory, "memory.json");
        let title = "What `claude-code` writes into `memory.json` is read back by `release-bot`";
        let case = Case::new("stored-injection", Severity::Medium, &coder, &memory, title);
        self.build.finding(case.leg("write", &sources[..1]));
        let title = "`claude-code` can steer `release-bot`, which reaches more";
        let case = Case::new("cross-agent-escalation", Severity::Medium, &coder, &robot, title);
        self.build.finding(case.leg("steer", &sources[..1]));
        let fetch = AssetId::new(AssetKind::Server, "fetch");
        let title = "The tool text of `fetch` enters the context unpinned";
        self.build.finding(Case::new("metadata-as-instruction", Severity::Medium, &coder, &fetch, title));
        let host = AssetId::new(AssetKind::Environment, "This machine");
        let title = "`claude-code` can change a script that it may run";
        self.build.finding(Case::new("toxic-sequence", Severity::Low, &coder, &host, title));
        let unknown = AssetId::new(AssetKind::Server, "acme-internal");
        let title = "Nothing is known of `acme-internal`: it may do anything";
        let case = Case::new("unknown-reach", Severity::High, &coder, &unknown, title);
        self.build.finding(Case { confidence: Confidence::Possible, ..case });
    }

    fn closed(&mut self, cut: &EdgeId) {
        let home = AssetId::new(AssetKind::DataStore, "~/.ssh");
        let web = AssetId::new(AssetKind::Channel, "Any web page");
        for (rule, end, line) in [("lethal-trifecta", web, 7), ("credential-exposure", home, 8)] {
            self.build.closed(Closed {
                rule: rule.to_owned(),
                subject: self.coder.clone(),
                end,
                cut: vec![*cut],
                by: vec![Place::new(SETTINGS, line, 7)],
            });
        }
    }
}

fn deny(rule: &str, costs: &str) -> Remedy {
    let edit = Edit {
        path: SETTINGS.to_owned(),
        pointer: "/permissions/deny".to_owned(),
        action: EditAction::Push,
        value: format!("\"{rule}\""),
        lines: format!("\"permissions\": {{\n  \"deny\": [\"{rule}\"]\n}}"),
    };
    Build::remedy("deny-tool", ControlKind::Structural, &format!("Deny `{rule}`."), costs, vec![edit])
}
