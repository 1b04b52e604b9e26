//! A program that runs, and how it is ended.

use std::process::{ChildStderr, ChildStdin, ChildStdout, ExitStatus};
use std::time::Duration;

use process_wrap::std::ChildWrapper;

use super::{kill_group, leaders};

/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(5);
/// The same while it talks, when its streams say so first.
const LOOK_ASIDE: Duration = Duration::from_millis(50);

/// A program that runs. Dropped, it is ended at once, and all that it started.
#[derive(Debug)]
pub(crate) struct Running {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

/// What it is talked to through.
#[derive(Debug)]
pub(crate) struct Pipes {
    pub(crate) input: tokio::process::ChildStdin,
    pub(crate) output: tokio::process::ChildStdout,
    pub(crate) complaints: tokio::process::ChildStderr,
}

impl Pipes {
    pub(super) fn of(child: &mut dyn ChildWrapper) -> std::io::Result<Self> {
        let missing = || std::io::Error::other("a stream of the program is missing");
        let input: ChildStdin = child.stdin().take().ok_or_else(missing)?;
        let output: ChildStdout = child.stdout().take().ok_or_else(missing)?;
        let complaints: ChildStderr = child.stderr().take().ok_or_else(missing)?;
        Ok(Self {
            input: tokio::process::ChildStdin::from_std(input)?,
            output: tokio::process::ChildStdout::from_std(output)?,
            complaints: tokio::process::ChildStderr::from_std(complaints)?,
        })
    }
}

impl Running {
    pub(super) fn new(child: Box<dyn ChildWrapper>) -> Self {
        Self { child, ended: false }
    }

    /// Ends it: it has `grace` to end of its own accord now that nobody listens, as long again after it was asked to,
    /// and is then killed with its group. Gives how it ended, where it did so by itself.
    pub(crate) async fn end(mut self, grace: Duration) -> Option<String> {
        let by_itself = self.wait(grace).await;
        if by_itself.is_none() {
            self.ask();
            self.wait(grace).await;
        }
        self.kill();
        self.wait(grace).await;
        self.sweep();
        by_itself.map(|it| it.to_string())
    }

    /// Waits until it has ended of its own accord.
    pub(crate) async fn gone(&mut self) {
        while matches!(self.child.try_wait(), Ok(None)) {
            tokio::time::sleep(LOOK_ASIDE).await;
        }
    }

    #[cfg(test)]
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    #[cfg(test)]
    pub(super) fn is_there(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    async fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let ended = async {
            loop {
                match self.child.try_wait() {
                    Ok(Some(status)) => return Some(status),
                    Ok(None) => tokio::time::sleep(LOOK).await,
                    Err(_) => return None,
                }
            }
        };
        tokio::time::timeout(limit, ended).await.ok().flatten()
    }

    /// Asks it to end, and all of its group.
    fn ask(&mut self) {
        #[cfg(unix)]
        super::signal_group(self.child.id(), nix::sys::signal::Signal::SIGTERM);
    }

    fn kill(&mut self) {
        let _gone_already = self.child.start_kill();
        kill_group(self.child.id());
    }

    /// Ends what left the group.
    fn sweep(&mut self) {
        self.ended = true;
        leaders(|it| it.remove(&self.child.id()));
        #[cfg(target_os = "linux")]
        super::orphans::end();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.kill();
        // A killed process is gone in a moment; one that the system itself holds is not waited for.
        for _ in 0..400 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(LOOK);
        }
        self.sweep();
    }
}
