//! What the command line says. One definition gives the parser, the help, the man page and the completions.

#[cfg(feature = "live")]
pub(crate) mod live;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Maps what AI agents can reach and what can reach them, and finds what that turns into.
#[derive(Debug, Parser)]
#[command(name = "ambit", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "Reads files only: nothing that is scanned is run, resolved or connected to, but for a server that you name."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Arguments of every verb.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// When to use colours; `NO_COLOR` turns them off too
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say less
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Map agents and their reach, and print what that turns into
    Scan(Scan),
    /// Explain a rule, finding, asset, edge, control, framework category, architecture or sequence
    Explain(Explain),
    /// Show how far the categories of frameworks are answered, and what is open
    Cover(Cover),
    /// Write `ambit.lock`: the resolved reach map, a line per fact
    Lock(LockArguments),
    /// Fail when reach has grown, or has changed under a decision
    Check(CheckArguments),
    /// Show what reach changed between two revisions, folders or lock files
    Diff(DiffArguments),
    /// Show the map as it would become, before anything is installed
    Whatif(Whatif),
    /// Rank nodes, edges or controls by how much risk disappears with them
    Rank(Rank),
    /// Show the cheapest set of controls that leaves nothing severe, and what each costs
    Contain(ContainArguments),
    /// Write the whole threat model as one document, and an evidence pack for an auditor
    Report(ReportArguments),
    /// Ask one server that you name for its tools, prompts and resources
    #[cfg(feature = "live")]
    Tools(live::Tools),
    /// Write a first `ambit.yaml`, with questions left open for people, and `ambit.lock`
    Init(Init),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the man page, of `ambit` or of one of its commands
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page is printed; none: that of `ambit` itself
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

/// What to look at, and with what knowledge.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// Folders, configuration files or recorded `tools/list` answers; none: this folder and your own agents
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Look at your own agents too: settings in your home folder and on this machine
    #[arg(long)]
    pub(crate) home: bool,
    /// Add knowledge from this file, in the form of the catalog's data files (TOML); may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Vec<PathBuf>,
    /// Forget all known servers: only what the files themselves say counts
    #[arg(long)]
    pub(crate) no_catalog: bool,
}

impl Inputs {
    /// What has `ambit explain` look at the same, as a shell reads it.
    pub(crate) fn again(&self) -> String {
        let mut again = String::new();
        for path in self.paths.iter().filter(|it| it.as_os_str() != ".") {
            again.push_str(" --path ");
            again.push_str(&shell_words::quote(&path.to_string_lossy()));
        }
        if self.home {
            again.push_str(" --home");
        }
        again
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit scan\n  ambit scan . --format html --output reach.html\n  \
                        ambit scan .mcp.json --fail-on high\n\n\
                        Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or failure.")]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 when a finding is this severe or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Threshold>,
    /// Count findings that rest on inference or on unknown reach towards --fail-on too
    #[arg(long)]
    pub(crate) count_possible: bool,
    /// Print all findings, not only the worst groups
    #[arg(long)]
    pub(crate) all: bool,
    /// Keep what code comes to in this folder, so that a later scan follows only what has changed
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Ask this server of the files what it offers, by its name; may be repeated
    #[cfg(feature = "live")]
    #[arg(long, value_name = "NAME")]
    pub(crate) connect: Vec<String>,
    #[cfg(feature = "live")]
    #[command(flatten)]
    pub(crate) live: live::Live,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ambit explain lethal-trifecta\n  ambit explain f-5kq2m --path .\n  ambit explain ASI01:2026\n  ambit explain control:mail-filter --path .\n  ambit explain pattern:planner-with-tools"
)]
pub(crate) struct Explain {
    /// An id, or the unique beginning of one
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Where to find it, for findings, assets and edges; none: this folder
    #[arg(long = "path", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Look at your own agents too
    #[arg(long)]
    pub(crate) home: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit cover .\n  ambit cover . --framework maestro --all\n  \
                  ambit cover . --format json\n\n\
                  Reads answers of people from `ambit.yaml` at the root of what it looks at, if it is there.")]
pub(crate) struct Cover {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// Only this framework, such as `owasp-asi-2026`, `maestro`, `stride`
    #[arg(long, value_name = "ID")]
    pub(crate) framework: Option<String>,
    /// Only this agent
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::coverage::Format,
    /// The day for which answers must hold, as `2027-01-31`; without it none has run out
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) today: Option<ambit_model::stated::Date>,
    /// Print every answer, not only what is open
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ambit lock\n\n\
                  Holds what tracked files declare. Writes into each decision of `ambit.yaml` that has no `basis` what \
                  it is about today, so that a wider one re-opens it.")]
pub(crate) struct LockArguments {
    /// The root of the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) root: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit check\n  ambit check --base origin/main --format markdown\n  \
                  ambit check --locked --format github\n\n\
                  Exit codes: 0 it passes, 1 it fails, 2 wrong usage or failure.")]
pub(crate) struct CheckArguments {
    /// The root of the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) root: PathBuf,
    /// Judge by the gate of this revision too, so that a change cannot weaken what judges it
    #[arg(long, value_name = "REVISION")]
    pub(crate) base: Option<String>,
    /// Fail when the lock is missing or not what the files say
    #[arg(long)]
    pub(crate) locked: bool,
    /// Fail on findings this severe or worse; without it `check.fail-on` of `ambit.yaml`, else high
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Threshold>,
    /// Count findings that rest on inference or on unknown reach too
    #[arg(long)]
    pub(crate) count_possible: bool,
    /// The day for which decisions must hold, as `2027-01-31`; without it the current one
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) today: Option<ambit_model::stated::Date>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::verdict::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print every reason, not only the first ones
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit diff main\n  ambit diff v1.2 HEAD --format markdown\n  \
                  ambit diff old/ambit.lock ambit.lock\n\n\
                  Revisions are read from the repository's objects: nothing is checked out.")]
pub(crate) struct DiffArguments {
    /// A git revision, a folder or a lock file
    #[arg(value_name = "BEFORE")]
    pub(crate) before: String,
    /// Another one; none: the files as they are
    #[arg(value_name = "AFTER")]
    pub(crate) after: Option<String>,
    /// The root of the project
    #[arg(long = "path", value_name = "PATH", default_value = ".")]
    pub(crate) root: PathBuf,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::difference::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print every row, not only those that weigh most
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit whatif . --add server:playwright\n  \
                  ambit whatif . --add 'npx -y @modelcontextprotocol/server-filesystem /srv' --control deny:fetch/fetch\n  \
                  ambit whatif . --add 'grant:Bash(git push:*)' --agent claude-code\n  \
                  ambit whatif . --remove .claude/settings.json:3\n\n\
                  Nothing is written, installed or started. What is added stands at `--add:1`, `--add:2`, …")]
pub(crate) struct Whatif {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// `server:NAME`, a command line, an address, `tool:NAME`, `grant:RULE` or `agent:CLIENT`; may be repeated
    #[arg(long, value_name = "WHAT")]
    pub(crate) add: Vec<String>,
    /// `server:NAME`, `tool:ID`, `agent:ID` or `PATH:LINE`; may be repeated
    #[arg(long, value_name = "WHAT")]
    pub(crate) remove: Vec<String>,
    /// A planned control of `ambit.yaml`, `deny:TOOL` or `ask:TOOL`; may be repeated
    #[arg(long, value_name = "CONTROL")]
    pub(crate) control: Vec<String>,
    /// The agent that is changed; without it the only one that no other starts
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::difference::Format,
    /// Print everything, not only the worst
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit rank .\n  ambit rank . --of edges --top 20\n  \
                  ambit rank . --format svg --output losses.svg\n  ambit rank . --consequences\n\n\
                  Likelihoods and losses are those of `risk` in `ambit.yaml` at the root of what it looks at and, where that says \
                  nothing, assumptions that `--verbose` tells with their reasons. The same seed gives the same bytes.")]
pub(crate) struct Rank {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// What to rank
    #[arg(long, value_name = "WHAT", default_value = "nodes")]
    pub(crate) of: Of,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::risk::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many of what is ranked to tell
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) top: u32,
    /// Where random numbers begin
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// How many years to draw for each set of inputs; of a large map fewer are
    #[arg(long, value_name = "N", default_value = "4096", value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    pub(crate) trials: u32,
    /// Tell what each agent can do to the world too, with the shortest way to each
    #[arg(long)]
    pub(crate) consequences: bool,
    /// Tell every end and consequence, not only the dearest
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Of {
    Nodes,
    Edges,
    Controls,
}

impl From<Of> for ambit_model::risk::Ranking {
    fn from(it: Of) -> Self {
        match it {
            Of::Nodes => Self::Nodes,
            Of::Edges => Self::Edges,
            Of::Controls => Self::Controls,
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit contain .\n  ambit contain . --severity critical --approvals\n  \
                  ambit contain . --budget 40k\n  \
                  ambit contain . --format html --output contain.html\n  ambit contain . --apply\n\n\
                  What must stay possible stands under `needs` in `ambit.yaml`. Writes nothing without `--apply`.")]
pub(crate) struct ContainArguments {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// Leave no finding of this severity or worse; `high` where neither this nor a budget is given
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) severity: Option<Threshold>,
    /// Leave no more loss expected in a year than this, such as `40k`; with a severity too both must hold
    #[arg(long, value_name = "AMOUNT", value_parser = budget)]
    pub(crate) budget: Option<f64>,
    /// How long it may search; what is found by then is finished, and says how far from the cheapest it may be
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) time: u32,
    /// Let a person's approval contain what it stands before
    #[arg(long)]
    pub(crate) approvals: bool,
    /// Contain findings that rest on inference or on unknown reach too
    #[arg(long)]
    pub(crate) count_possible: bool,
    /// Write the controls into `ambit.yaml`, as planned
    #[arg(long)]
    pub(crate) apply: bool,
    /// The day for which decisions must hold, as `2027-01-31`; without it none has run out
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) today: Option<ambit_model::stated::Date>,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ambit_report::containment::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print every step and finding, not only the first
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit report --output report.html\n  \
                  ambit report --format markdown --since v1.2 --today 2027-01-31\n  \
                  ambit report --output report.html --evidence evidence.zip\n\n\
                  Says what tracked files declare and what `ambit.yaml` states, as `ambit check` does.")]
pub(crate) struct ReportArguments {
    /// The root of the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) root: PathBuf,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(crate) format: ambit_report::document::Format,
    /// Write to this file instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Tell changes since this git revision, lock file or folder; without it since `ambit.lock`
    #[arg(long, value_name = "BEFORE")]
    pub(crate) since: Option<String>,
    /// The day for which decisions and answers must hold, as `2027-01-31`; without it that is not judged
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) today: Option<ambit_model::stated::Date>,
    /// Write the evidence pack, a zip archive with digests, to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit init\n  ambit init path/to/repo")]
pub(crate) struct Init {
    /// The folder of the system; none: this folder
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Replace an `ambit.yaml` that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Threshold {
    Critical,
    High,
    Medium,
    Low,
}

impl From<Threshold> for ambit_model::Severity {
    fn from(it: Threshold) -> Self {
        match it {
            Threshold::Critical => Self::Critical,
            Threshold::High => Self::High,
            Threshold::Medium => Self::Medium,
            Threshold::Low => Self::Low,
        }
    }
}

/// An amount as `risk` in `ambit.yaml` has it, in the same unit; a budget is no range.
fn budget(word: &str) -> Result<f64, String> {
    let amount = ambit_model::stated::Amount::new(word).map(|it| it.range());
    let single = amount.filter(|_| !word.contains("..")).map(|it| it.0);
    single.ok_or_else(|| {
        "expected a number such as 5000, 40k or 1.5M, in the unit of `risk` in `ambit.yaml`".to_owned()
    })
}

fn day(word: &str) -> Result<ambit_model::stated::Date, String> {
    ambit_model::stated::Date::new(word).ok_or_else(|| "expected a date such as 2027-01-31".to_owned())
}
