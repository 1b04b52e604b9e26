//! Items of regulations and standards, and the evidence that supports each: `data/regulatory.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Kinds of evidence, and the frameworks whose items they support.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulatory {
    /// Kinds of evidence, by name.
    pub evidence: BTreeMap<String, Evidence>,
    /// Regulations and standards, by id.
    pub frameworks: BTreeMap<String, Regulation>,
}

/// A kind of evidence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The section of the report that shows it.
    pub section: String,
    /// The files of the pack that hold it beside the report.
    pub files: Vec<String>,
    /// What is counted.
    pub noun: String,
    /// What it shows, as the end of a sentence.
    pub shows: String,
    /// What would give it where there is none.
    pub fill: String,
}

/// A regulation or standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulation {
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// Where its items were read.
    pub source: Vec<String>,
    /// What a reader has to know of it.
    pub notes: Vec<String>,
    /// Its items, in its own order.
    pub items: Vec<Item>,
}

/// An item of a regulation or standard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id, as published.
    pub id: String,
    /// Its published title, or a few words of ours where it has none.
    pub name: String,
    /// Whether id and name were confirmed at their source.
    #[serde(default = "confirmed")]
    pub verified: bool,
    /// Kinds of evidence that support it.
    pub evidence: Vec<String>,
    /// What of it no evidence of these kinds shows.
    #[serde(default)]
    pub outside: Option<String>,
}

fn confirmed() -> bool {
    true
}
