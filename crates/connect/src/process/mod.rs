//! Programs that are started, and their end. Each gets a session of its own: it has no terminal to write to, and one
//! signal reaches all that it starts. Whatever happens here, what was started is ended: when the talk is over, on an
//! error, on a panic, on an interrupt.
//!
//! What lives here: starting and ending, the list of what runs, processes that left their group, interrupts.

#[cfg(target_os = "linux")]
mod orphans;
mod running;
mod signals;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, Once, PoisonError};

#[cfg(windows)]
use process_wrap::std::JobObject;
#[cfg(unix)]
use process_wrap::std::ProcessSession;
use process_wrap::std::{ChildWrapper, CommandWrap};
#[cfg(windows)]
use process_wrap::std::{JobObject, KillOnDrop};

use crate::error::Error;
use crate::plan::Start;
pub(crate) use running::{Pipes, Running};
pub(crate) use signals::Interrupts;

/// Leaders of what runs.
static LEADERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// The program, its words, its variables.
type Command = (PathBuf, Vec<OsString>, BTreeMap<String, String>);

/// Starts `start`.
pub(crate) fn start(start: &Start) -> Result<(Running, Pipes), Error> {
    end_all_on_panic();
    #[cfg(target_os = "linux")]
    orphans::adopt();
    let failed = |source| Error::Start { program: start.name(), source };
    let mut child = spawn(start.command(), start.folder(), &Stdio::piped).map_err(failed)?;
    let pipes = Pipes::of(&mut *child).map_err(failed)?;
    leaders(|it| it.insert(child.id()));
    Ok((Running::new(child), pipes))
}

/// Whether `command` starts and ends well. It is one of ours, not a server's.
pub(crate) fn works(command: Command) -> bool {
    let Ok(mut child) = spawn(command, Path::new("/"), &Stdio::null) else { return false };
    // A program that prints its version needs no time; one that does not end is no help.
    for _ in 0..500 {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(std::time::Duration::from_millis(10)),
            Err(_) => break,
        }
    }
    let _ended_or_not = child.start_kill();
    false
}

#[expect(clippy::disallowed_methods, reason = "this is the room that starts what the user named")]
fn spawn(
    (program, words, environment): Command,
    folder: &Path,
    stream: &dyn Fn() -> Stdio,
) -> std::io::Result<Box<dyn ChildWrapper>> {
    let mut command = std::process::Command::new(program);
    command.args(words).env_clear().envs(environment).current_dir(folder);
    command.stdin(stream()).stdout(stream()).stderr(stream());
    let mut wrapped = CommandWrap::from(command);
    #[cfg(unix)]
    wrapped.wrap(ProcessSession);
    #[cfg(windows)]
    wrapped.wrap(JobObject);
    let child = wrapped.spawn()?;
    // Its group is ended by name, and waiting is for the leader alone: others of the group may be ours by now.
    #[cfg(unix)]
    let child = child.into_inner();
    Ok(child)
}

fn leaders<T>(change: impl FnOnce(&mut BTreeSet<u32>) -> T) -> T {
    change(&mut LEADERS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A panic may end the process without anything being dropped.
fn end_all_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // The list may be held by whoever panics.
            let all = LEADERS.try_lock().map(|it| it.clone()).unwrap_or_default();
            all.into_iter().for_each(kill_group);
            before(panic);
        }));
    });
}

/// Ends the group of `leader` at once.
fn kill_group(leader: u32) {
    #[cfg(unix)]
    signal_group(leader, nix::sys::signal::Signal::SIGKILL);
    // On Windows a job is ended by whoever holds its handle.
    #[cfg(not(unix))]
    let _ = leader;
}

#[cfg(unix)]
fn signal_group(leader: u32, signal: nix::sys::signal::Signal) {
    // Zero would be our own group.
    if let Some(id) = i32::try_from(leader).ok().filter(|it| *it > 1) {
        let _gone_already = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), signal);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// A program that does not end by itself while a test lasts.
    fn sleeping() -> std::io::Result<Running> {
        let command = ("/bin/sleep".into(), vec!["1000".into()], BTreeMap::new());
        let child = spawn(command, Path::new("/"), &Stdio::null)?;
        leaders(|it| it.insert(child.id()));
        Ok(Running::new(child))
    }

    fn runs(id: u32) -> bool {
        Path::new("/proc").join(id.to_string()).exists()
    }

    #[test]
    fn what_is_dropped_is_ended() {
        let running = sleeping().expect("it starts");
        let id = running.id();
        assert!(runs(id));
        drop(running);
        assert!(!runs(id));
    }

    #[test]
    fn a_panic_anywhere_ends_what_runs() {
        end_all_on_panic();
        let mut running = sleeping().expect("it starts");
        assert!(running.is_there());
        let panicked = std::thread::spawn(|| panic!("a bug")).join();
        assert!(panicked.is_err());
        while running.is_there() {
            std::thread::yield_now();
        }
    }
}
