//! The words from which the effects of unknown tools are read.

use std::collections::BTreeMap;

use ambit_model::{Audience, BlastRadius, Level};
use serde::Deserialize;

/// The words from which the effects of an unknown tool are read: `data/lexicon.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// What is done.
    pub verbs: BTreeMap<VerbClass, Vec<String>>,
    /// Words that change how verbs are read.
    pub words: BTreeMap<WordClass, Vec<String>>,
    /// What it is done to.
    pub heads: BTreeMap<HeadClass, Vec<String>>,
    /// What the caller may choose.
    pub arguments: BTreeMap<ArgumentClass, Vec<String>>,
    /// Phrases of descriptions.
    pub sayings: BTreeMap<Saying, Vec<String>>,
    /// Where tools live. The order decides ties.
    pub topics: Vec<Topic>,
}

/// What a verb says is done. The data file explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained where its words are listed")]
pub enum VerbClass {
    Read,
    Compute,
    Create,
    Update,
    Delete,
    Send,
    Execute,
    Spend,
    Grant,
    Remember,
    Interact,
    Navigate,
    Delegate,
}

/// How a word changes the reading of verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained where its words are listed")]
pub enum WordClass {
    Everyday,
    Ambiguous,
    Light,
    Filler,
    Preposition,
    Measure,
    Examine,
    Place,
    Shown,
    Seek,
    Open,
    Mark,
}

/// What a noun says is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained where its words are listed")]
pub enum HeadClass {
    Content,
    Authored,
    Posted,
    Person,
    Log,
    Structure,
    Access,
    Billed,
    Market,
    Money,
    Workload,
    Automation,
    Code,
    Statement,
    Lookup,
    Api,
    Measured,
    Media,
    Offered,
    Window,
}

/// What an argument lets the caller choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained where its words are listed")]
pub enum ArgumentClass {
    Url,
    Free,
    Recipient,
    Text,
    Code,
    Statement,
    Path,
    Output,
    Amount,
    Choice,
    Manifest,
}

/// What a phrase of a description claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained where its words are listed")]
pub enum Saying {
    ReadOnly,
    Trash,
    Permanent,
    Public,
    Page,
    Sandbox,
    Own,
    Manual,
    Voices,
    Returns,
}

/// Where tools live, and what is true of such places.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name.
    pub id: String,
    /// Products.
    #[serde(default)]
    pub names: Vec<String>,
    /// Ordinary words.
    #[serde(default)]
    pub words: Vec<String>,
    /// How much of what comes back outsiders write.
    pub outsiders: Outsiders,
    /// How confidential what comes back is.
    pub level: Level,
    /// Data classes of what comes back.
    #[serde(default)]
    pub data: Vec<String>,
    /// Who can read what is written there.
    pub audience: Audience,
    /// Whom a change touches.
    pub reach: BlastRadius,
}

/// How much of what comes back outsiders write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outsiders {
    /// Nothing.
    None,
    /// Only what applications write down, their users' input included.
    Logs,
    /// Content and rows, not names or settings.
    Some,
    /// All but names and settings.
    Most,
}
