//! `ambit.yaml`, the file that people write: read with positions, every error told, joined over files.
//!
//! What lives here: one file per section with its page beside it, one line per section in the list below. A
//! section describes its entries once, by `entry!`: the type, the check, the schema and the page of
//! reference follow. Reading a tree against a [`shape`] and taking types from it are in files of their own.
//! Names that the file gives are resolved here; what it says of the map is resolved by the analysis.

mod check;
mod containment;
mod controls;
mod coverage;
mod decisions;
pub mod drawn;
pub mod edit;
mod entry;
mod facts;
mod forms;
mod models;
mod monitors;
mod needs;
mod never;
mod objectives;
mod pattern;
mod problems;
mod protects;
mod risk;
mod schema;
pub mod shape;
mod system;
mod take;
mod tiers;
mod validate;

use ambit_tree::{Kind, Position, Syntax};

pub use check::Check;
pub use containment::{Costs, EdgeWorth};
pub use controls::{Control, Does, Labels, State};
pub use coverage::{Answer, Answers, Category, Covered};
pub use decisions::{Decision, Treatment};
pub use drawn::Drawn;
pub use facts::{
    Agent, Asks, AssetCorrection, AssetKey, Channel, Credential, Delegates, EdgeCorrection, Effect,
    EffectWord, Ends, Executes, Facts, Grants, Held, Ingests, Inserted, Keeps, Loaded, Memory, MemoryScope,
    PlaceKey, Reads, Recalls, Remembers, Sends, Speaks, Spends, Starts, Store, Tool, Writes,
};
pub use forms::{BasisId, Date, Name, Period, Reference, Source};
pub use models::ModelEntry;
pub use monitors::Monitor;
pub use needs::{Capability, Keep, Need};
pub use never::{Boundary, Disclosure, Influence};
pub use objectives::Objective;
pub use pattern::{
    AnyText, Assets, EdgeParts, EdgePattern, EdgeText, FindingParts, FindingPattern, FindingText, Pattern,
    Tools,
};
pub use protects::Protected;
pub use risk::{
    AccidentRate, Amount, AttemptRate, ControlEffect, Likelihood, LossAmount, Rate, Risk, Steering,
    StepLikelihood,
};
pub use schema::schema;
pub use system::{Escalation, Reachable, Review, System};
pub use take::{Entry, Named, OneOrMore, Placed, Plain};
pub use tiers::{Duties, Row, Table, TierDuty, Tiers};

use crate::place::Problem;
use problems::Problems;
use shape::{Field, Fields, Shape};
use take::{Join, Spot, Stated, Version};

/// How many bytes a file may have. Ten thousand lines have half a million.
const LONGEST: usize = 8 * 1024 * 1024;

/// What a section adds to the types that it describes.
#[derive(Debug)]
pub struct Section {
    /// Its page: what it is for, and an example, which a test reads.
    pub page: &'static str,
    /// What holds within one entry and no shape says.
    rules: fn(&Model, &mut Problems),
    /// What holds between entries of all files.
    references: fn(&Model, &mut Problems),
}

/// For sections whose shapes say everything.
fn nothing(_: &Model, _: &mut Problems) {}

macro_rules! sections {
    ($($(#[doc = $says:literal])+ $section:ident: $type:ty,)*) => {
        /// What people have stated, from one file or several.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Model {
            /// The files, the one that the others build on first.
            pub files: Vec<String>,
            /// What other tools have drawn.
            pub drawn: Drawn,
            $($(#[doc = $says])+ pub $section: $type,)*
        }

        /// Every section with its key, in the order of the page.
        pub const SECTIONS: &[(&str, Section)] = &[$((stringify!($section), $section::SECTION)),*];

        /// The whole file.
        pub const FILE: &Fields = &Fields {
            noun: "a model",
            about: "What people state of a system of agents: what is protected, what must never happen, what no \
                    file declares, and what was decided.",
            fields: &[
                Field {
                    key: "ambit",
                    required: true,
                    shape: Version::SHAPE,
                    about: "The version of the format: `v1`.",
                },
                Field {
                    key: "extends",
                    required: false,
                    shape: <Vec<Placed<Source>> as Stated>::SHAPE,
                    about: "Files that this one adds to: paths from this file's folder, or `git:<revision>:<path>`. Models of \
                            Open Threat Model and Threagile too.",
                },
                $(Field {
                    key: stringify!($section),
                    required: false,
                    shape: <$type as Stated>::SHAPE,
                    about: concat!($($says),+),
                },)*
            ],
            one_of: &[],
        };

        impl Model {
            fn take(spot: &Spot<'_>) -> Self {
                Self {
                    files: vec![spot.path.to_owned()],
                    drawn: Drawn::default(),
                    $($section: spot.field(stringify!($section)).unwrap_or_default(),)*
                }
            }

            fn join(&mut self, later: Self) {
                self.files.extend(later.files);
                self.drawn.join(later.drawn);
                $(Join::join(&mut self.$section, later.$section);)*
            }
        }
    };
}

sections! {
    /// What the model is of, and who looks after it.
    system: System,
    /// What is protected, and for whom.
    protects: Named<Protected>,
    /// Boundaries that must never be crossed, checked as invariants.
    never: Named<Boundary>,
    /// What the system must do well and safely.
    objectives: Named<Objective>,
    /// What no file declares, and what files declare wrongly.
    facts: Facts,
    /// What stands between a danger and its harm.
    controls: Named<Control>,
    /// What must stay possible, whatever is contained.
    needs: Vec<Placed<Need>>,
    /// What stays dangerous, and who watches it.
    monitors: Named<Monitor>,
    /// What was decided about findings and edges.
    decisions: Vec<Placed<Decision>>,
    /// Where the team's table of tiers and duties differs.
    tiers: Tiers,
    /// Likelihoods and losses of this system, where a team knows them.
    risk: Risk,
    /// Work of controls and worth of capabilities, where a team knows them.
    containment: Costs,
    /// Answers to categories of frameworks.
    coverage: Named<Answers, Category>,
    /// The inventory of language models.
    models: Named<ModelEntry>,
    /// When the gate fails.
    check: Check,
}

/// One file, as far as it could be understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Its path.
    pub path: String,
    /// The files that it adds to, in the order in which they are joined before it.
    pub extends: Vec<Placed<Source>>,
    /// What it states.
    pub model: Model,
}

/// Reads one file. Cannot fail: what does not fit is left out of the document, and every place where that
/// happened is a problem. A caller that judges by the file refuses to while there are any.
pub fn read(path: &str, text: &str) -> (Document, Vec<Problem>) {
    let mut problems = Problems::default();
    let document = tree(path, text, &mut problems).map(|root| {
        if !matches!(root.kind, Kind::Null) {
            validate::validate(path, &root, &Shape::Map(FILE), &mut problems);
        }
        let spot = Spot { path, node: &root };
        let extends = spot.field("extends").unwrap_or_default();
        let model = Model::take(&spot);
        for (_, section) in SECTIONS {
            (section.rules)(&model, &mut problems);
        }
        Document { path: path.to_owned(), extends, model }
    });
    let empty = || Document { path: path.to_owned(), ..Document::default() };
    (document.unwrap_or_else(empty), problems.into_sorted())
}

/// Reads a file that another one extends: one like it, or a model that another tool has drawn.
pub fn read_extended(path: &str, text: &str) -> (Document, Vec<Problem>) {
    let mut problems = Problems::default();
    let Some(root) = tree(path, text, &mut problems) else {
        return (Document { path: path.to_owned(), ..Document::default() }, problems.into_sorted());
    };
    let spot = Spot { path, node: &root };
    let Some(drawn) = drawn::read(&spot, &mut problems) else { return read(path, text) };
    let model = Model { files: vec![path.to_owned()], drawn, ..Model::default() };
    (Document { path: path.to_owned(), extends: Vec::new(), model }, problems.into_sorted())
}

/// Joins files, those that others build on first: a later one replaces an entry of the same name and keeps
/// the places of both, sets single keys, and adds to lists. Names that no file gives are problems.
pub fn join(documents: impl IntoIterator<Item = Document>) -> (Model, Vec<Problem>) {
    let mut model = Model::default();
    for document in documents {
        model.join(document.model);
    }
    let mut problems = Problems::default();
    for (_, section) in SECTIONS {
        (section.references)(&model, &mut problems);
    }
    (model, problems.into_sorted())
}

fn tree(path: &str, text: &str, problems: &mut Problems) -> Option<ambit_tree::Node> {
    let start = Position { line: 1, column: 1 };
    if text.len() > LONGEST {
        let message = format!("larger than {} MiB", LONGEST / 1024 / 1024);
        problems.add_in(path, start, message, "split it; `extends` joins files".to_owned());
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut repeated = Vec::new();
    let root = match ambit_tree::parse(text, Syntax::Yaml, &mut repeated) {
        Ok(root) => root,
        Err(fault) => {
            problems.add_in(
                path,
                fault.at,
                fault.message,
                "mend this place; nothing of the file was read".to_owned(),
            );
            return None;
        }
    };
    for fault in repeated {
        let help = "remove one of them, or give them names of their own; the last one was read";
        problems.add_in(path, fault.at, fault.message, help.to_owned());
    }
    if let Some(line) = second_document(text) {
        let help = "one file holds one model; `extends` joins files";
        problems.add_in(
            path,
            Position { line, column: 1 },
            "a second document begins here".to_owned(),
            help.to_owned(),
        );
    }
    if matches!(root.kind, Kind::Null) {
        problems.add_in(path, start, "nothing is stated".to_owned(), "begin with `ambit: v1`".to_owned());
    }
    Some(root)
}

/// The line on which a second document of YAML begins: what stands there would be passed over in silence.
fn second_document(text: &str) -> Option<u32> {
    let mut content = false;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let marks = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        let is_mark = marks.is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t']));
        if is_mark && content && line.starts_with("---") {
            return Some(number);
        }
        content |= !is_mark && !line.trim_start().is_empty() && !line.trim_start().starts_with(['#', '%']);
        content |=
            marks.is_some_and(|it| is_mark && !it.trim().is_empty() && !it.trim_start().starts_with('#'));
    }
    None
}

/// Tells when a name is not one of `names`.
fn known<T, K>(name: &Placed<Name>, names: &Named<T, K>, noun: &str, section: &str, problems: &mut Problems) {
    let text = name.value.as_str();
    if !names.declares(text) {
        let near = problems.nearest(text, names.declared());
        let help = near.map_or_else(|| format!("declare it under `{section}`"), problems::meant);
        problems.add(&name.place, format!("`{text}` is not {noun} of `{section}`"), help);
    }
}
