//! The document: every section is there, all forms say the same, and no name gets out of its place.

use ambit_catalog::Catalog;
use ambit_model::coverage::{Answer, Category, Counts, Coverage, Framework, Source, State};
use ambit_model::stated::{self, Model};
use ambit_model::verdict::SCHEMA;
use ambit_model::{Assessment, Asset, AssetId, AssetKind, Duties, Severity, Tier, TierCount, Verdict};
use ambit_report::document::{Block, Document, Format, Material, Part, document, parts, write};
use ambit_report::evidence;
use ambit_report::visible::is_hidden;

use crate::sample;

/// Sections by id, in their order.
const SECTIONS: [&str; 15] = [
    "summary",
    "system",
    "boundaries",
    "diagrams",
    "built",
    "signoff",
    "compositions",
    "duties",
    "controls",
    "coverage",
    "decisions",
    "residual",
    "changes",
    "models",
    "method",
];

const STATED: &str = "ambit: v1\nsystem: {name: Desk, description: answers mail, owner: team, exposure: internal,\n  \
    escalation: [{to: on-call, when: a key leaks}], review: {every: 90 days}}\n\
    protects: {mail: {data: [personal], level: confidential, owner: team}}\n\
    objectives: {right: {says: answers are right, accept: [nine of ten]}}\n\
    controls: {proxy: {kind: structural, does: cuts, on: 'channel:web', owner: team, evidence: a test, validated: 2026-10-01},\n  \
    filter: {kind: behavioral, does: lowers, on: 'channel:web'}}\n\
    monitors: {egress: {on: {severity: high}, signal: a new host, owner: team}}\n\
    models: {opus: {provider: Anthropic, use: answers}}\n\
    decisions: [{on: {severity: high}, decision: accept, owner: team, reason: read-only, until: 2027-01-31}]\n";

fn model(text: &str) -> Model {
    let (read, problems) = stated::read("ambit.yaml", text);
    assert!(problems.is_empty(), "{problems:?}");
    stated::join([read]).0
}

fn coverage(assessment: &Assessment) -> Coverage {
    let agents: Vec<AssetId> =
        assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| it.id.clone()).collect();
    let answer = |agent: &AssetId| Answer {
        agent: agent.clone(),
        state: State::Answered,
        by: Source::Map,
        scenario: Some("it reads `mail`".into()),
        condition: None,
        exposure: None,
        controls: Vec::new(),
        because: None,
        findings: Vec::new(),
        edges: Vec::new(),
        confidence: None,
        owner: None,
        until: None,
        expired: None,
        against: None,
    };
    let category = Category {
        id: "X1".to_owned(),
        name: "A category".to_owned(),
        part: None,
        verified: true,
        question: "Who reads it?".to_owned(),
        answers: agents.iter().map(answer).collect(),
    };
    let mut framework = Framework {
        id: "x".to_owned(),
        name: "A framework".to_owned(),
        source: Vec::new(),
        counts: Counts::default(),
        categories: vec![category],
    };
    framework.count();
    Coverage {
        schema: ambit_model::coverage::SCHEMA.to_owned(),
        tool: assessment.tool.clone(),
        root: assessment.inputs.root.clone(),
        today: None,
        limits: vec!["what runs elsewhere is not on the map".to_owned()],
        agents,
        frameworks: vec![framework],
        problems: Vec::new(),
    }
}

/// Calls `with` with all that a document is made from.
fn made<T>(assessment: &Assessment, model: &Model, with: impl FnOnce(&Material<'_>) -> T) -> T {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let verdict = Verdict {
        schema: SCHEMA.to_owned(),
        today: None,
        fail_on: Severity::High,
        locked: false,
        failures: Vec::new(),
        notes: Vec::new(),
        decided: 0,
    };
    let tiers = vec![TierCount { tier: Tier::T2, edges: 3, stock: 1, unmet: 1 }];
    let material = Material {
        assessment,
        model,
        coverage: &coverage(assessment),
        duties: &Duties { asked: false, tiers, unmet: Vec::new() },
        verdict: &verdict,
        since: None,
        catalog: &catalog,
        rules: &[],
        today: None,
    };
    with(&material)
}

fn written(document: &Document, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(document, format, &mut bytes).expect("it is written");
    bytes
}

fn text(document: &Document, format: Format) -> String {
    String::from_utf8(written(document, format)).expect("text")
}

/// Without spaces, which forms set in their own way.
fn close(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

/// What a text says, without the marks around names.
fn said(text: &str) -> String {
    close(&parts(text).iter().map(Part::text).collect::<String>())
}

/// HTML without tags and entities.
fn seen(html: &str) -> String {
    let body = html.split("</style>").nth(1).expect("a body");
    let plain: String = body.split('<').map(|it| it.split_once('>').map_or(it, |(_, text)| text)).collect();
    close(&plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// Markdown without its marks.
fn read(markdown: &str) -> String {
    let plain = markdown.replace("<!-- -->", "");
    let mut out = String::new();
    let mut rest = plain.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(char::is_ascii_punctuation) => out.extend(rest.next()),
            '`' => {}
            other => out.push(other),
        }
    }
    close(&out)
}

#[test]
fn every_section_is_there_whether_it_has_something_or_not() {
    let full = sample::assessment();
    let mut bare = full.clone();
    bare.assets.clear();
    bare.edges.clear();
    bare.findings.clear();
    bare.groups.clear();
    bare.closed.clear();
    for (assessment, model) in [(&full, model(STATED)), (&bare, Model::default())] {
        let document = made(assessment, &model, document);
        let ids: Vec<&str> = document.sections.iter().map(|it| it.id).collect();
        assert_eq!(ids, SECTIONS);
        for section in &document.sections {
            assert!(!section.blocks.is_empty(), "{}", section.id);
        }
    }
}

#[test]
fn a_section_without_anything_says_what_would_fill_it() {
    let document = made(&sample::assessment(), &Model::default(), document);
    for (id, key) in [
        ("boundaries", "`protects`"),
        ("controls", "`controls`"),
        ("decisions", "`decisions`"),
        ("residual", "`monitors`"),
        ("changes", "`ambit lock`"),
        ("models", "`models`"),
    ] {
        let section = document.sections.iter().find(|it| it.id == id).expect("the section");
        let missing =
            section.blocks.iter().any(|it| matches!(it, Block::Missing(text) if text.contains(key)));
        assert!(missing, "{id}");
    }
}

#[test]
fn all_forms_say_the_same() {
    let document = made(&sample::assessment(), &model(STATED), document);
    let (html, markdown) = (seen(&text(&document, Format::Html)), read(&text(&document, Format::Markdown)));
    for text in document.texts() {
        let text = said(text);
        assert!(html.contains(&text), "not in the page: {text}");
        assert!(markdown.contains(&text.replace(['`', '\\'], "")), "not in the Markdown: {text}");
    }
}

#[test]
fn the_same_material_gives_the_same_bytes() {
    for format in Format::ALL {
        let one = made(&sample::assessment(), &model(STATED), document);
        let other = made(&sample::assessment(), &model(STATED), document);
        assert!(written(&one, *format) == written(&other, *format), "{}", format.word());
    }
}

#[test]
fn no_name_becomes_markup_or_hides() {
    for name in [
        "<script>x</script>",
        "a\u{202e}b\u{1b}[31m",
        "`x` | y ```",
        "]]>--><!--",
        "名前 \u{200b}",
        "&amp;\"'",
    ] {
        let mut assessment = sample::assessment();
        assessment.inputs.root = name.to_owned();
        for it in &mut assessment.assets {
            it.name = name.to_owned();
            it.facts.push(name.to_owned());
        }
        for it in &mut assessment.findings {
            it.title = name.to_owned();
            it.message = format!("strangers can write `{name}`");
        }
        let document = made(&assessment, &model(STATED), document);
        let html = text(&document, Format::Html);
        assert!(!html.contains("<script") && !html.contains("<!--") && !html.contains("]]>"), "{name}");
        let markdown = text(&document, Format::Markdown);
        assert!(!markdown.contains("\n<script"), "{name}");
        for text in [&html, &markdown] {
            assert!(!text.chars().any(|it| is_hidden(it) && it != '\n'), "{name}");
        }
        let rest: Vec<Format> = Format::ALL.iter().copied().filter(|it| it.word() == "pdf").collect();
        for it in rest {
            assert!(written(&document, it).starts_with(b"%PDF-"), "{name}");
        }
    }
}

#[test]
fn many_agents_are_folded_and_named() {
    let mut assessment = sample::assessment();
    for number in 0..60 {
        let id = AssetId::new(AssetKind::Agent, &format!("agent-{number:02}"));
        assessment.assets.push(Asset::new(id, AssetKind::Agent, format!("agent-{number:02}")));
    }
    let document = made(&assessment, &Model::default(), document);
    let diagrams = document.sections.iter().find(|it| it.id == "diagrams").expect("the section");
    let pictures = diagrams.blocks.iter().filter(|it| matches!(it, Block::Picture(_))).count();
    assert_eq!(pictures, 20);
    let named = diagrams
        .blocks
        .iter()
        .any(|it| matches!(it, Block::List(lines) if lines.iter().any(|it| it == "`agent-59`")));
    assert!(named, "{:?}", diagrams.blocks.last());
}

#[test]
fn nothing_is_worded_as_a_judgement_about_a_law() {
    let (document, mapping) = made(&sample::assessment(), &model(STATED), |material| {
        (document(material), evidence::mapping(material, &|_| true))
    });
    let texts = [
        text(&document, Format::Html),
        text(&document, Format::Markdown),
        evidence::markdown(&mapping),
        serde_json::to_string(&mapping).expect("JSON"),
    ];
    for text in texts {
        let text = text.to_lowercase();
        for word in [
            "compliant",
            "complies",
            "compliance",
            "conforms",
            "conformant",
            "certifies",
            "fulfils",
            "fulfills",
        ] {
            assert!(!text.contains(word), "{word}");
        }
    }
    assert!(mapping.statement.contains("does not judge whether a law or a standard is met"));
}

#[test]
fn each_item_has_its_evidence_or_says_what_would_give_it() {
    let of = |model: &Model| made(&sample::assessment(), model, |it| evidence::mapping(it, &|_| true));
    let (bare, full) = (of(&Model::default()), of(&model(STATED)));
    let count = |mapping: &ambit_model::evidence::Mapping| {
        mapping.frameworks.iter().flat_map(|it| &it.items).filter(|it| !it.evidence.is_empty()).count()
    };
    assert!(count(&full) > count(&bare));
    for item in bare.frameworks.iter().chain(&full.frameworks).flat_map(|it| &it.items) {
        let told = !item.evidence.is_empty() || !item.missing.is_empty() || item.outside.is_some();
        assert!(told, "{}", item.id);
    }
    let unconfirmed: Vec<&str> = full
        .frameworks
        .iter()
        .flat_map(|it| &it.items)
        .filter(|it| !it.verified)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(unconfirmed, ["Art. 19", "Art. 20"]);
}

#[test]
fn manifest_and_mapping_fit_the_checked_in_schemas() {
    use ambit_model::evidence::{MANIFEST, Manifest, PackedFile};
    let mapping = made(&sample::assessment(), &model(STATED), |it| evidence::mapping(it, &|_| true));
    let manifest = Manifest {
        schema: MANIFEST.to_owned(),
        tool: sample::assessment().tool,
        root: ".".to_owned(),
        today: Some("2026-11-21".to_owned()),
        statement: evidence::STATEMENT.to_owned(),
        verify: "sha256sum -c SHA256SUMS".to_owned(),
        files: vec![PackedFile {
            path: "ambit.yaml".to_owned(),
            size: 1,
            sha256: "00".repeat(32),
            shows: "what people state".to_owned(),
            masked: 1,
        }],
    };
    for (schema, value) in [
        (include_str!("../../../../schemas/mapping.schema.json"), serde_json::to_value(&mapping)),
        (include_str!("../../../../schemas/evidence.schema.json"), serde_json::to_value(&manifest)),
    ] {
        let schema = serde_json::from_str(schema).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        let value = value.expect("JSON");
        let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        assert!(!validator.is_valid(&serde_json::json!({"schema": "ambit.mapping/v1"})));
    }
}
