//! Why no answer came.

use std::time::Duration;

/// Why no answer came. Texts of the server in it are as it wrote them: who shows them makes them harmless.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something to be filled in is not known.
    #[error("`{placeholder}` in {field} of `{server}` is not known: {why}")]
    Placeholder {
        /// The server.
        server: String,
        /// As it is written.
        placeholder: String,
        /// Where it stands: `env.TOKEN`, `args`.
        field: String,
        /// What is missing.
        why: String,
    },
    /// The words of a command line are no command.
    #[error("`{0}` is no command line")]
    Words(String),
    /// Nobody could agree to it.
    #[error("its command line or its list of variables is longer than a person looks through")]
    Unreadable,
    /// The program is nowhere.
    #[error("there is no program `{program}` {place}")]
    Program {
        /// The program.
        program: String,
        /// Where it was looked for.
        place: String,
    },
    /// The working folder is not there.
    #[error("there is no folder `{0}` to start it in")]
    Folder(String),
    /// The address is none that can be asked.
    #[error("`{address}` cannot be asked: {why}")]
    Address {
        /// The address, without what may be secret.
        address: String,
        /// Why.
        why: &'static str,
    },
    /// A variable that the user named is not set.
    #[error("the variable `{0}` is not set")]
    Variable(String),
    /// A header that no request may carry.
    #[error("the header `{0}` cannot be sent")]
    Header(String),
    /// A sandbox was required.
    #[error("no sandbox: {0}")]
    Sandbox(String),
    /// The system did not let it start.
    #[error("starting `{program}`")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// The system did not give what talking takes.
    #[error("preparing to talk to a server")]
    Prepare(#[source] std::io::Error),
    /// It ended before it had answered.
    #[error("the server ended before it had answered{}", said(.0.as_deref()))]
    Ended(Option<String>),
    /// The user interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// It did not answer in time.
    #[error("no answer to `{what}` within {}{}", seconds(*.limit), odd(*.junk))]
    Slow {
        /// What it was asked.
        what: &'static str,
        /// How long it had.
        limit: Duration,
        /// How many lines it wrote that are no messages.
        junk: usize,
    },
    /// It wrote too much.
    #[error("the server wrote {0}")]
    TooMuch(String),
    /// What it said is not the protocol.
    #[error("the server does not speak the protocol: {0}")]
    Protocol(String),
    /// It said no.
    #[error("the server answered `{what}` with error {code}: {message}")]
    Refused {
        /// What it was asked.
        what: &'static str,
        /// The code.
        code: i32,
        /// What it said.
        message: String,
    },
    /// It asks for credentials.
    #[error("the server wants to know who asks")]
    Unauthorized,
    /// The network or the other side failed.
    #[error("asking `{host}`: {why}")]
    Network {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// Signing in did not work.
    #[error("signing in: {0}")]
    SignIn(String),
}

/// A talk without an answer.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Unanswered {
    /// Why.
    pub error: Error,
    /// The end of what the server complained of, as it wrote it.
    pub complaints: String,
}

impl Error {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Placeholder { .. } => {
                "set the variable, or name one with `--env NAME`; for an input of an editor, `--input ID=VARIABLE`"
            }
            Self::Words(_) => "write it as a shell takes it, quotation marks closed",
            Self::Unreadable => "put it into a script, and start that",
            Self::Program { .. } => "install it, or put its folder into `PATH`",
            Self::Address { why, .. } if *why == PLAINTEXT => {
                "`--allow-plaintext` sends it in the clear all the same"
            }
            Self::Folder(_) => "name another in `cwd`, or make it",
            Self::Variable(_) => "set it, or name another",
            Self::Header(_) => "headers of the protocol are not for the file to set",
            Self::Sandbox(_) => "install bubblewrap, or say `--sandbox off`",
            Self::Address { .. }
            | Self::Network { .. }
            | Self::Start { .. }
            | Self::Prepare(_)
            | Self::Interrupted => return None,
            Self::Ended(_) => {
                "`--show-stderr` shows what it complained of; in a sandbox, `--allow-network` lets it download"
            }
            Self::Slow { .. } => {
                "`--start-limit`, `--request-limit` and `--time-limit` give it longer; `--show-stderr` shows what it \
                 complained of"
            }
            Self::TooMuch(_) | Self::Protocol(_) | Self::Refused { .. } => {
                "nothing of it was used; `--show-stderr` shows what it complained of"
            }
            Self::Unauthorized => "`--bearer-env VARIABLE` sends a token, `--oauth` signs in with a browser",
            Self::SignIn(_) => "no token was kept",
        })
    }
}

/// Why a plain address is not asked.
pub(crate) const PLAINTEXT: &str = "`http://` to another machine is readable on the way";

fn said(status: Option<&str>) -> String {
    status.map(|it| format!(" ({it})")).unwrap_or_default()
}

fn seconds(limit: Duration) -> String {
    let seconds = limit.as_secs_f64();
    if seconds.fract() == 0.0 { format!("{seconds:.0} s") } else { format!("{seconds:.1} s") }
}

fn odd(lines: usize) -> String {
    match lines {
        0 => String::new(),
        1 => "; it wrote a line that is no message".to_owned(),
        _ => format!("; it wrote {lines} lines that are no messages"),
    }
}
