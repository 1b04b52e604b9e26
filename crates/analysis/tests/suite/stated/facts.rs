//! Agents, tools, places and credentials that no file declares.

use ambit_model::{Audience, Confidence, Gate, Level, Provenance, Tier, Trust, Verb};

use super::{DESK, assess, asset, desk, edge, finding, rules, with_files};

#[test]
fn a_stated_agent_is_on_the_map_and_completes_compositions() {
    let it = desk("");
    let agent = it.assets.iter().find(|it| it.id == asset("agent:desk")).expect("it is there");
    assert!(matches!(agent.provenance.as_slice(), [Provenance::Stated(_)]));
    let read = edge(&it, Verb::Reads, "store:crm");
    assert_eq!(
        (read.level, read.gate, read.confidence),
        (Some(Level::Confidential), Gate::Auto, Confidence::Certain)
    );
    assert_eq!(&*read.touches, ["customer".to_owned()]);
    assert!(!read.stock && read.decided_by.is_some());
    assert_eq!(edge(&it, Verb::Writes, "store:crm").tier, Tier::T4);
    let found = finding(&it, "lethal-trifecta").expect("strangers, customers, a way out");
    assert_eq!(found.confidence, Confidence::Certain);
    assert!(rules(&it).contains(&"hijackable-action"));
    assert!(it.baseline.is_empty(), "no client stands behind it");
}

#[test]
fn without_strangers_or_a_way_out_there_is_no_composition() {
    let inside =
        DESK.replace("trust: public, audience: public", "trust: organization, audience: organization");
    assert!(rules(&assess(&inside)).is_empty());
    let denied = DESK.replace("mail/send: auto", "mail/send: denied");
    assert!(!rules(&assess(&denied)).contains(&"lethal-trifecta"));
}

#[test]
fn an_agent_of_a_folder_says_so_in_its_id() {
    let it = assess("facts: {agents: {desk: {at: services/desk}}}");
    assert!(it.assets.iter().any(|it| it.id == asset("agent:desk@services/desk")));
}

const TWO: &str = "
facts:
  channels: {mail: {trust: public}}
  stores: {tickets: {trust: organization, level: internal}}
  tools:
    mail/read: {effects: [{ingests: mail}]}
    tickets/write: {effects: [{writes: tickets, reversibility: reversible, blast_radius: session}]}
    tickets/read: {effects: [{reads: tickets}]}
    deploy: {effects: [{writes: \"store:github\", reversibility: irreversible}]}
  agents:
    triage: {tools: {mail/read: auto, tickets/write: auto}}
    builder: {tools: {tickets/read: auto, deploy: asked}}
";

#[test]
fn content_moves_through_a_store_that_people_have_named() {
    let it = assess(TWO);
    assert!(rules(&it).contains(&"stored-injection"), "{:?}", rules(&it));
    assert!(rules(&it).contains(&"cross-agent-escalation"), "{:?}", rules(&it));
    // The workspace is everybody's and stays out of it, whatever people say of it.
    let shared = TWO.replace("tickets:", "workspace:").replace(": tickets", ": workspace");
    let it = assess(&shared);
    assert!(!rules(&it).contains(&"stored-injection"), "{:?}", rules(&it));
}

#[test]
fn handing_on_steers_the_other_agent() {
    let text = "
facts:
  channels: {mail: {trust: public}}
  tools: {mail/read: {effects: [{ingests: mail}]}, deploy: {effects: [{writes: \"store:github\", reversibility: irreversible}]}}
  agents:
    triage: {tools: {mail/read: auto}, delegates: {builder: GATE}}
    builder: {tools: {deploy: auto}}
";
    assert!(rules(&assess(&text.replace("GATE", "auto"))).contains(&"cross-agent-escalation"));
    assert!(!rules(&assess(&text.replace("GATE", "denied"))).contains(&"cross-agent-escalation"));
}

#[test]
fn running_commands_is_expanded_as_for_declared_tools() {
    let host =
        assess("facts: {tools: {run: {effects: [{executes: host}]}}, agents: {a: {tools: {run: auto}}}}");
    edge(&host, Verb::Reads, "store:home");
    assert_eq!(edge(&host, Verb::Sends, "channel:web").audience, Some(Audience::Public));
    let sandbox =
        assess("facts: {tools: {run: {effects: [{executes: sandbox}]}}, agents: {a: {tools: {run: auto}}}}");
    assert_eq!(sandbox.edges.len(), 1, "a sandbox reaches nothing");
}

#[test]
fn a_credential_in_the_context_is_exposed_and_one_in_a_proxy_is_not() {
    let text = "
facts:
  channels: {mail: {audience: public, trust: organization}}
  stores: {crm: {}}
  credentials: {crm-token: {kind: api-key, held: HELD, opens: [crm]}}
  tools: {mail/send: {effects: [{sends: mail}]}}
  agents: {desk: {tools: {mail/send: auto}, holds: [crm-token]}}
";
    let it = assess(&text.replace("HELD", "context"));
    let found = finding(&it, "credential-exposure").expect("it is in the context");
    assert_eq!(found.end, asset("credential:crm-token"));
    let proxied = assess(&text.replace("HELD", "proxy"));
    assert!(rules(&proxied).is_empty(), "{:?}", rules(&proxied));
    assert_eq!(edge(&proxied, Verb::Holds, "credential:crm-token").gate, Gate::Denied);
}

#[test]
fn a_text_of_a_partner_is_an_instruction_from_outside() {
    let text = "facts: {agents: {desk: {loads: [{text: prompts of the vendor, trust: TRUST}]}}}";
    let it = assess(&text.replace("TRUST", "partner"));
    let found = finding(&it, "metadata-as-instruction").expect("a partner writes it");
    assert_eq!(found.end, asset("instruction:prompts of the vendor"));
    assert!(rules(&assess(&text.replace("TRUST", "organization"))).is_empty());
}

#[test]
fn nobody_knows_what_an_unknown_tool_does() {
    let it = assess("facts: {tools: {x: {effects: [unknown]}}, agents: {a: {tools: {x: auto}}}}");
    assert_eq!(edge(&it, Verb::MayReach, "env:unknown/x").tier, Tier::T4);
    assert_eq!(finding(&it, "unknown-reach").map(|it| it.confidence), Some(Confidence::Possible));
}

#[test]
fn a_store_that_outsiders_write_brings_their_content_in() {
    let text = DESK
        .replace("trust: organization}", "trust: partner}")
        .replace("mail/read: auto", "mail/read: denied");
    let it = assess(&text);
    assert_eq!(edge(&it, Verb::Ingests, "store:crm").reached_by, Some(Trust::Partner));
    assert!(rules(&it).contains(&"lethal-trifecta"));
    let inside = assess(&DESK.replace("mail/read: auto", "mail/read: denied"));
    assert!(!rules(&inside).contains(&"lethal-trifecta"));
}

#[test]
fn a_stated_store_named_like_a_declared_one_corrects_it() {
    let files = [(".claude/settings.json", r#"{"permissions": {"allow": ["Bash"]}}"#)];
    let home = |it: &ambit_model::Assessment| {
        let mut edges = it.edges.iter().filter(|it| it.verb == Verb::Reads && it.to.as_str() == "store:home");
        edges.next().expect("a shell reads the home").level
    };
    assert_eq!(home(&with_files(&files, "")), Some(Level::Secret));
    let said = with_files(&files, "facts: {stores: {home: {level: internal}}}");
    assert_eq!(home(&said), Some(Level::Internal));
}
