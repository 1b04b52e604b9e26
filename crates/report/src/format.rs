//! Which report, and how.

use ambit_model::RuleInfo;

/// Declares the forms that one kind of report comes in, with the words that the command line uses for them.
macro_rules! formats {
    ($says:literal: $($(#[doc = $form_says:literal])* $(#[cfg($($when:tt)*)])? $form:ident => $word:literal,)*) => {
        #[doc = $says]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Format {
            $($(#[doc = $form_says])* $(#[cfg($($when)*)])? $form,)*
        }

        impl Format {
            /// All, in the order that help shows.
            pub const ALL: &'static [Self] = &[$($(#[cfg($($when)*)])? Self::$form,)*];

            /// The word that the command line uses for it.
            pub fn word(self) -> &'static str {
                match self {
                    $($(#[cfg($($when)*)])? Self::$form => $word,)*
                }
            }
        }

        impl std::str::FromStr for Format {
            type Err = $crate::UnknownFormat;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.iter().copied().find(|it| it.word() == word);
                known.ok_or_else(|| $crate::UnknownFormat(Self::ALL.iter().map(|it| it.word()).collect()))
            }
        }
    };
}
pub(crate) use formats;

/// A word that is no form of that report; holds those that are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of: {}", .0.join(", "))]
pub struct UnknownFormat(pub Vec<&'static str>);

formats! {
    "A form of report.":
    /// For a person at a terminal.
    Text => "text",
    /// `ambit.assessment/v1`.
    Json => "json",
    /// SARIF 2.1.0.
    Sarif => "sarif",
    /// A comment on a pull request.
    Markdown => "markdown",
    /// A flow chart as Mermaid text.
    Mermaid => "mermaid",
    /// The reach map as a picture.
    Svg => "svg",
    /// The reach map, the findings and the sign-off table as one page.
    Html => "html",
    /// The sign-off table, one line per edge.
    Csv => "csv",
    /// Open Threat Model 0.2.0.
    Otm => "otm",
    /// A threat model in the form of the OWASP Threat Model Library, which Threat Dragon reads.
    TmBom => "tm-bom",
    /// A bill of materials with the models, agents and servers: `CycloneDX` 1.6.
    CycloneDx => "cyclonedx",
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
    /// What to add to a command to have it look at the same once more, with a space before it; empty where that is nothing.
    pub again: &'a str,
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
        Self {
            color: false,
            width: 80,
            verbose: 0,
            quiet: false,
            all: false,
            again: "",
            rules: &[],
            catalog: None,
        }
    }
}
