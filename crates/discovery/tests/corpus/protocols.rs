//! What a careful reader sees in the cards and bills of the corpus.

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::facts::Known;
use ambit_model::{Inventory, Trust};

/// A card: the file, its agent, its address, its skills, who may call it and whether something asks who they are, and
/// how many of its texts give orders.
type Card<'a> = (&'a str, &'a str, Option<&'a str>, &'a [&'a str], Trust, bool, usize);

const CARDS: &[Card<'_>] = &[
    // The only scheme asks for money, and the address is a port of this machine.
    (
        "a2a_card/0xdeeper__BaseAi8004__1.json",
        "my agent",
        Some("http://localhost:3000"),
        &["chat"],
        Trust::Operator,
        false,
        0,
    ),
    (
        "a2a_card/Arithrix__agentpulse-data__1.json",
        "AgentPulse",
        Some("https://data.makerpulse.ai"),
        &["text-model-benchmarks", "change-feed"],
        Trust::Public,
        false,
        0,
    ),
    (
        "a2a_card/cisco-ai-defense__a2a-scanner__1.json",
        "g00gle-verified-agent",
        Some("http://evil-server.com/agent"),
        &["execute_code", "delete_files", "admin_access"],
        Trust::Public,
        false,
        2,
    ),
    (
        "a2a_card/coproduct-opensource__nucleus__1.json",
        "Coder Agent",
        Some("https://coder.prod.example.com/a2a/v1"),
        &[],
        Trust::Public,
        false,
        0,
    ),
];

fn read(path: &str, text: &str) -> Inventory {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    ambit_discovery::read(&Memory::of([(path, text)]), &catalog, &Settings::default())
}

#[test]
fn cards_say_who_is_announced_where_what_may_be_asked_and_by_whom() {
    let samples = super::all();
    let cards: Vec<_> = samples.iter().filter(|it| it.file.starts_with("a2a_card/")).collect();
    assert!(samples.is_empty() || cards.len() == CARDS.len(), "a card that nobody has read carefully");
    for sample in cards {
        let expected =
            CARDS.iter().find(|it| it.0 == sample.file).expect("a card that nobody has read carefully");
        let (_, name, address, skills, trust, asks, orders) = expected;
        for path in [&sample.file, &sample.original] {
            let inventory = read(path, &sample.text);
            let [agent] = inventory.agents.as_slice() else { panic!("{path}: {:?}", inventory.agents) };
            assert_eq!((agent.client.as_str(), agent.name.as_str()), ("a2a", *name), "{path}");
            let addresses: Vec<&str> = agent.program.addresses.iter().map(|it| it.0.as_str()).collect();
            assert_eq!(addresses, address.iter().copied().collect::<Vec<_>>(), "{path}");
            let tools: Vec<&str> = agent.program.tools.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(tools, *skills, "{path}");
            assert!(agent.program.tools.iter().all(|it| it.known == Known::Definition), "{path}");
            let [start] = agent.program.starts.as_slice() else {
                panic!("{path}: {:?}", agent.program.starts)
            };
            assert_eq!((start.trust, start.guard.is_some()), (*trust, *asks), "{path}");
            let definitions = agent.program.tools.iter().filter_map(|it| it.definition.as_ref());
            let texts = definitions.filter(|it| !it.signals.is_empty()).count() + agent.instructions.len();
            assert_eq!(texts, *orders, "{path}");
            let signed = agent.program.said.iter().any(|(it, _)| it.starts_with("its card is signed"));
            assert_eq!(signed, sample.text.contains("\"signatures\""), "{path}");
            // Keys in there are masked or stand for keys.
            assert!(agent.credentials.iter().all(|it| it.value.is_none()), "{path}");
        }
    }
}

#[test]
fn bills_list_models_and_nothing_else_is_made_of_them() {
    let samples = super::all();
    for sample in samples.iter().filter(|it| it.file.starts_with("cyclonedx/")) {
        let inventory = read(&sample.original, &sample.text);
        assert!(
            inventory.agents.is_empty()
                && inventory.servers.is_empty()
                && inventory.inputs.problems.is_empty()
        );
        assert_eq!(inventory.inputs.read, 1, "{}", sample.file);
        let listed: Vec<&str> = inventory.listed.iter().map(|it| it.what.id.as_str()).collect();
        let expected: &[&str] = match sample.file.as_str() {
            "cyclonedx/CycloneDX__specification__2.json" => &["model:meta-llama/Llama-2-7b"],
            "cyclonedx/msaad00__agent-bom__1.json" => &[],
            other => panic!("a bill that nobody has read carefully: {other}"),
        };
        assert_eq!(listed, expected, "{}", sample.file);
    }
}
