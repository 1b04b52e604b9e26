//! Which report, and how.

use ambit_model::RuleInfo;

/// A form of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// `ambit.assessment/v1`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// A comment on a pull request.
    Markdown,
    /// A flow chart as Mermaid text.
    Mermaid,
    /// The reach map as a picture.
    Svg,
    /// The reach map, the findings and the sign-off table as one page.
    Html,
    /// The sign-off table, one line per edge.
    Csv,
    /// Open Threat Model 0.2.0.
    Otm,
    /// A threat model in the form of the OWASP Threat Model Library, which Threat Dragon reads.
    TmBom,
    /// A bill of materials with the models, agents and servers: `CycloneDX` 1.6.
    CycloneDx,
}

impl Format {
    /// All, in the order that help shows.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Markdown,
        Self::Mermaid,
        Self::Svg,
        Self::Html,
        Self::Csv,
        Self::Otm,
        Self::TmBom,
        Self::CycloneDx,
    ];

    /// The word that the command line uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Otm => "otm",
            Self::TmBom => "tm-bom",
            Self::CycloneDx => "cyclonedx",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// How to write a report.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Whether a terminal shows colours.
    pub color: bool,
    /// Columns of text; less than [`Options::NARROWEST`] counts as that.
    pub width: usize,
    /// How much more to say: 1 adds ids, categories and all remedies.
    pub verbose: u8,
    /// Findings and the summary alone, a line each.
    pub quiet: bool,
    /// All groups, not only the worst.
    pub all: bool,
    /// What is known of the rules, for their titles and pages.
    pub rules: &'a [&'a RuleInfo],
    /// Names of categories and controls, for pages; without it pages show ids alone.
    pub catalog: Option<&'a ambit_catalog::Catalog>,
}

impl Options<'_> {
    /// The narrowest text that is still readable.
    pub const NARROWEST: usize = 60;

    /// The width to write in.
    pub(crate) fn columns(&self) -> usize {
        self.width.max(Self::NARROWEST)
    }

    /// What is known of a rule.
    pub(crate) fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.iter().copied().find(|it| it.id == id)
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { color: false, width: 80, verbose: 0, quiet: false, all: false, rules: &[], catalog: None }
    }
}
