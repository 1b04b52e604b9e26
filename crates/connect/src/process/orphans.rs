//! Processes that left the group of their server: they made a session of their own, and their parents are gone. Linux
//! gives them to us when we ask for it; elsewhere they cannot be told from others.

use std::time::Duration;

use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{Pid, getpid, getsid};

/// How often it is looked for more: each that is ended may leave others behind.
const ROUNDS: usize = 200;

/// Asks the system to give us what descendants leave behind.
pub(super) fn adopt() {
    // An old kernel says no; then the group is all that is ended.
    let _unknown_to_the_system = set_child_subreaper(true);
}

/// Ends all that was left behind. What has our own session was not started by a server.
pub(super) fn end() {
    let Ok(own_session) = getsid(None) else { return };
    for _ in 0..ROUNDS {
        let leaders = super::leaders(|it| it.clone());
        let left: Vec<Pid> = children()
            .into_iter()
            .filter(|it| it.session != own_session.as_raw() && !is_leader(&leaders, it.id))
            .map(|it| Pid::from_raw(it.id))
            .collect();
        if left.is_empty() {
            return;
        }
        for id in &left {
            let _gone_already = kill(*id, Signal::SIGKILL);
        }
        for id in &left {
            let _not_yet = waitpid(*id, Some(WaitPidFlag::WNOHANG));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn is_leader(leaders: &std::collections::BTreeSet<u32>, id: i32) -> bool {
    u32::try_from(id).is_ok_and(|it| leaders.contains(&it))
}

struct Child {
    id: i32,
    session: i32,
}

/// Our children, by what the system says of all processes.
#[expect(clippy::disallowed_methods, reason = "the system's own account of processes is no scanned file")]
fn children() -> Vec<Child> {
    let own = getpid().as_raw();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|it| it.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let all = ids.filter_map(|id| {
        let (parent, session) =
            parent_and_session(&std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?;
        (parent == own).then_some(Child { id, session })
    });
    all.collect()
}

/// `12 (name) S PARENT GROUP SESSION …`; the name may hold anything.
fn parent_and_session(line: &str) -> Option<(i32, i32)> {
    let mut rest = line.rsplit_once(')')?.1.split_whitespace().skip(1);
    let parent = rest.next()?.parse().ok()?;
    let session = rest.nth(1)?.parse().ok()?;
    Some((parent, session))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_is_passed_over() {
        assert_eq!(parent_and_session("7 (a) b) S 12 34 56 0 -1"), Some((12, 56)));
        assert_eq!(parent_and_session("7 (a"), None);
    }
}
