//! The terminal and the process's surroundings: streams, colours, the user's home.
#![expect(clippy::disallowed_methods, reason = "only the command reads its environment and writes files")]

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::arguments::{Color, Global};

/// Whether to colour what goes to standard output.
pub(crate) fn wants_color(global: &Global) -> bool {
    match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()) && std::io::stdout().is_terminal()
        }
    }
}

/// Columns of the terminal; 100 where there is none.
pub(crate) fn width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    stated.unwrap_or(100)
}

/// The user's home folder.
pub(crate) fn home() -> Option<PathBuf> {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os(variable).map(PathBuf::from).filter(|it| it.is_absolute())
}

/// Reads a file that the user named.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))
}

/// Writes to `path`, or to standard output where there is none.
pub(crate) fn write(path: Option<&Path>, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(path) = path {
        return std::fs::write(path, bytes).with_context(|| format!("writing `{}`", path.display()));
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // The reader has seen enough: `ambit scan | head` is no failure, and its exit code stays.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("writing to standard output"),
    }
}

/// Writes a file that Ambit keeps at the root of a project. Whoever wrote the project may have put a link there: what is no
/// ordinary file is not written through.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let there = std::fs::symlink_metadata(path);
    if there.is_ok_and(|it| !it.is_file()) {
        bail!("`{}` is no ordinary file: nothing was written (remove it first)", path.display());
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // A link may take its place in between.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.with_context(|| format!("writing `{}`", path.display()))
}

/// Says what went wrong, on standard error, and what to do about it where that is known.
pub(crate) fn complain(error: &anyhow::Error) {
    let shown = |it: String| ambit_report::visible::visible(&it).into_owned();
    let help = error.downcast_ref::<Help>();
    let causes = error.chain().skip(usize::from(help.is_some())).map(|it| shown(it.to_string()));
    let mut text = format!("error: {}", causes.collect::<Vec<_>>().join(": "));
    if let Some(Help(help)) = help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let _nobody_is_left_to_tell = writeln!(std::io::stderr(), "{text}");
}

/// What to do about an error: its outermost context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Help(pub(crate) &'static str);

impl std::fmt::Display for Help {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Ends the process with `code` at the first panic: scripts take any other code for an answer.
#[expect(clippy::exit, reason = "nothing is left to do, and an aborted process has no exit code of ours")]
pub(crate) fn fail_when_panicking(code: u8) {
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.to_string();
        let said = ambit_report::visible::visible(&said);
        let _nobody_is_left_to_tell =
            writeln!(std::io::stderr(), "error: a bug in Ambit, please report it: {said}");
        std::process::exit(i32::from(code));
    }));
}

/// Asks a person on the terminal. Whoever cannot be asked has not agreed.
#[cfg(feature = "live")]
pub(crate) fn agree(question: &str) -> anyhow::Result<()> {
    use std::io::{BufRead, Read};
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        bail!("nobody can be asked here: there is no terminal (`--yes` agrees to what is shown above)");
    }
    let mut err = std::io::stderr();
    write!(err, "{question} [y/N] ").and_then(|()| err.flush()).context("asking on the terminal")?;
    let mut answer = String::new();
    let mut input = std::io::stdin().lock().take(1024);
    input.read_line(&mut answer).context("reading an answer from the terminal")?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("you did not agree: nothing was started and nothing was connected to"),
    }
}

/// What surrounds the process, for servers that the user named.
#[cfg(feature = "live")]
pub(crate) fn surroundings() -> anyhow::Result<ambit_connect::Surroundings> {
    let folder = std::env::current_dir().context("finding the current folder")?;
    let text = |it: std::ffi::OsString| it.into_string().ok();
    let environment = std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
    Ok(ambit_connect::Surroundings { environment: environment.collect(), home: home(), folder })
}

/// Whether [`save`] would refuse, before anything is done for it.
#[cfg(feature = "live")]
pub(crate) fn may_save(path: &Path, replace: bool) -> anyhow::Result<()> {
    if !replace && path.symlink_metadata().is_ok() {
        bail!("`{}` is there already: nothing was started (`--force` replaces it)", path.display());
    }
    Ok(())
}

/// Writes a new file. One that is there stays unless `replace`, and nothing is written through a link.
#[cfg(feature = "live")]
pub(crate) fn save(path: &Path, bytes: &[u8], replace: bool) -> anyhow::Result<()> {
    if replace {
        return keep(path, bytes);
    }
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    match made.and_then(|mut file| file.write_all(bytes)) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("`{}` is there already: nothing was written (`--force` replaces it)", path.display());
        }
        done => done.with_context(|| format!("writing `{}`", path.display())),
    }
}

/// Says something that is not a result, on standard error.
pub(crate) fn note(text: &str) {
    let _nobody_is_left_to_tell = writeln!(std::io::stderr(), "{}", ambit_report::visible::visible(text));
}

/// Says several lines that are no result, and that hide nothing any more, on standard error.
pub(crate) fn block(text: &str) {
    let _nobody_is_left_to_tell = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// The current day, in UTC.
pub(crate) fn today() -> Option<ambit_model::stated::Date> {
    ambit_model::stated::Date::new(&chrono::Utc::now().date_naive().to_string())
}
