//! What a server may cost: time, bytes, numbers.

use std::time::Duration;

/// Bounds on one conversation. No server that people use comes near those on size and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until it has said which protocol it speaks. A launcher may download a package first.
    pub start: Duration,
    /// For each later answer.
    pub request: Duration,
    /// For all of it, without the time that a person takes to sign in.
    pub whole: Duration,
    /// For a person to sign in.
    pub sign_in: Duration,
    /// How long it is waited for after each request to end.
    pub grace: Duration,
    /// Bytes of one message.
    pub message: usize,
    /// Bytes of all messages: what is kept of them must fit into one file that `discovery` opens.
    pub total: usize,
    /// Pages of one list.
    pub pages: usize,
    /// Items of one list.
    pub items: usize,
    /// Bytes kept of what it writes to its standard error.
    pub complaints: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_mins(1),
            request: Duration::from_secs(30),
            whole: Duration::from_mins(3),
            sign_in: Duration::from_mins(5),
            grace: Duration::from_secs(2),
            message: 4 * 1024 * 1024,
            total: 8 * 1024 * 1024,
            pages: 100,
            items: 5000,
            complaints: 16 * 1024,
        }
    }
}
