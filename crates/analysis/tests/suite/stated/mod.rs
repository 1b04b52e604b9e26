//! What people state in `ambit.yaml`, in effect: each thing with its negative twin.

mod boundaries;
mod controls;
mod corrections;
mod decisions;
mod drawn;
mod duties;
mod facts;
mod laws;
mod remedies;
mod unused;

use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::stated::{self, Date, Model};
use ambit_model::{Assessment, AssetId, Finding, Inventory, ReachEdge, Verb};

/// A mailbox that strangers write to, a store with customer data, a way out, and money.
const DESK: &str = "
facts:
  channels:
    mail: {trust: public, audience: public}
  stores:
    crm: {data: [customer], level: confidential, trust: organization}
  tools:
    mail/read: {effects: [{ingests: mail}]}
    mail/send: {effects: [{sends: mail}]}
    crm/find: {effects: [{reads: crm}]}
    crm/refund: {effects: [{writes: crm, reversibility: irreversible, blast_radius: organization}]}
  agents:
    desk:
      tools: {mail/read: auto, mail/send: auto, crm/find: auto, crm/refund: prompted}
";

/// The model that the text states.
fn model(text: &str) -> Model {
    let (document, problems) = stated::read("ambit.yaml", &format!("ambit: v1\n{text}"));
    assert!(problems.is_empty(), "{problems:?}");
    let (model, problems) = stated::join([document]);
    assert!(problems.is_empty(), "{problems:?}");
    model
}

fn judged(files: &[(&str, &str)], text: &str, judging: &Judging) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let files = files.iter().map(|(path, text)| (*path, *text));
    let inventory = ambit_discovery::read(&Memory::of(files), &catalog, &Settings::default());
    assess_with(inventory, &model(text), &catalog, judging)
}

fn with_files(files: &[(&str, &str)], text: &str) -> Assessment {
    judged(files, text, &Judging::default())
}

fn assess(text: &str) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    assess_with(Inventory::default(), &model(text), &catalog, &Judging::default())
}

/// The desk with more said.
fn desk(more: &str) -> Assessment {
    assess(&format!("{DESK}{more}"))
}

fn on(day: &str) -> Judging {
    Judging { today: Date::new(day), ..Judging::default() }
}

fn edge<'a>(assessment: &'a Assessment, verb: Verb, to: &str) -> &'a ReachEdge {
    let mut found = assessment.edges.iter().filter(|it| it.verb == verb && it.to.as_str() == to);
    let first = found.next().unwrap_or_else(|| panic!("no edge {verb} {to}"));
    assert!(found.next().is_none(), "several edges {verb} {to}");
    first
}

fn finding<'a>(assessment: &'a Assessment, rule: &str) -> Option<&'a Finding> {
    assessment.findings.iter().find(|it| it.rule == rule)
}

fn rules(assessment: &Assessment) -> Vec<&str> {
    assessment.findings.iter().map(|it| it.rule.as_str()).collect()
}

fn asset(id: &str) -> AssetId {
    AssetId::from_text(id)
}

/// What was noted of entries that fit nothing.
fn notes(assessment: &Assessment) -> Vec<String> {
    assessment
        .notes
        .iter()
        .map(|it| format!("{}:{} {} ({})", it.line, it.column, it.message, it.help))
        .collect()
}
