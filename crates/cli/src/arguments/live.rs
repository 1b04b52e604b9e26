//! What the command line says of servers that are asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How a server is asked, and what becomes of its answer.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
#[command(next_help_heading = "Asking a server")]
pub(crate) struct Live {
    /// Agree to what would be started or connected to; it is shown all the same
    #[arg(long)]
    pub(crate) yes: bool,
    /// Start it in a sandbox (bubblewrap): where there is one, or else not at all, or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) sandbox: Sandbox,
    /// Leave it the network in the sandbox: launchers that download a package need it
    #[arg(long)]
    pub(crate) allow_network: bool,
    /// Give it this variable: with a value, or as your environment has it; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// Take the value of an editor's input from a variable of your environment; may be repeated
    #[arg(long, value_name = "ID=VARIABLE", value_parser = pair)]
    pub(crate) input: Vec<(String, String)>,
    /// Send the token that this variable holds
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) bearer_env: Option<String>,
    /// Sign in with your browser if the server asks who you are
    #[arg(long)]
    pub(crate) oauth: bool,
    /// Sign in as this client, which the authorization server knows; without it one is registered
    #[arg(long, value_name = "ID", requires = "oauth")]
    pub(crate) oauth_client: Option<String>,
    /// Connect to other machines without encryption
    #[arg(long)]
    pub(crate) allow_plaintext: bool,
    /// Use the proxies that your environment names
    #[arg(long)]
    pub(crate) use_proxy: bool,
    /// Seconds until it has said which protocol it speaks
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) start_limit: Option<u16>,
    /// Seconds for each of its answers
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) request_limit: Option<u16>,
    /// Seconds for all of it
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) time_limit: Option<u16>,
    /// Show the end of what it wrote to its standard error
    #[arg(long)]
    pub(crate) show_stderr: bool,
    /// Keep its answer in this file, which later scans read
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Replace that file if it is there
    #[arg(long, requires = "save")]
    pub(crate) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sandbox {
    Auto,
    Require,
    Off,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ambit tools npx -y @modelcontextprotocol/server-everything\n  \
                        ambit tools --yes --save orders.json -- ./orders-server --stdio\n  \
                        ambit tools --bearer-env ORDERS_TOKEN https://orders.example.com/mcp\n\n\
                        Lists what it offers and calls none of it. Exit codes: 0 it answered, 2 it did not.")]
pub(crate) struct Tools {
    /// A command line, or one address
    #[arg(value_name = "COMMAND|URL", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<String>,
    /// What it is called; without it what the catalog, its package or its host is called
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// How to print it: for people, or as the record that `--save` keeps
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Listing,
    /// Print everything, not only the first items of each kind
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) live: Live,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listing {
    Text,
    Json,
}

fn pair(word: &str) -> Result<(String, String), String> {
    let (id, name) =
        word.split_once('=').ok_or("expected an id and a variable such as `token=ORDERS_TOKEN`")?;
    Ok((id.to_owned(), name.to_owned()))
}
