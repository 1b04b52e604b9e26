//! What a started server writes, with bounds: each line, all lines, and what it complains of.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use crate::error::Error;
use crate::limits::Limits;

/// What was seen of a server, kept while it talks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    /// Bytes of messages.
    bytes: usize,
    /// Lines that are no messages.
    junk: usize,
    /// Which bound it broke.
    broken: Option<String>,
    /// The end of what it complained of.
    complaints: Vec<u8>,
}

impl Watch {
    fn with<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts `bytes` of messages; false when they are more than `most`.
    pub(crate) fn count(&self, bytes: usize, most: usize) -> bool {
        self.with(|it| {
            it.bytes = it.bytes.saturating_add(bytes);
            if it.bytes > most {
                it.broken.get_or_insert_with(|| format!("more than {}", units(most)));
            }
            it.bytes <= most
        })
    }

    /// Notes that one message had more than `most` bytes.
    pub(crate) fn too_long(&self, most: usize) {
        self.with(|it| {
            it.broken.get_or_insert_with(|| format!("a message of more than {}", units(most))).len()
        });
    }

    /// The bound that it broke.
    pub(crate) fn broken(&self) -> Option<Error> {
        self.with(|it| it.broken.clone()).map(Error::TooMuch)
    }

    pub(crate) fn junk(&self) -> usize {
        self.with(|it| it.junk)
    }

    /// The end of what it complained of.
    pub(crate) fn complaints(&self) -> String {
        self.with(|it| String::from_utf8_lossy(&it.complaints).into_owned())
    }

    /// Reads what it complains of until there is no more. It must not be left unread, or the server would wait.
    pub(crate) async fn listen(self, mut from: impl AsyncRead + Unpin, most: usize) {
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            self.with(|it| {
                it.complaints.extend_from_slice(buffer.get(..count).unwrap_or_default());
                let surplus = it.complaints.len().saturating_sub(most);
                it.complaints.drain(..surplus);
            });
        }
    }
}

/// A size in the largest unit that says it exactly.
fn units(bytes: usize) -> String {
    const KIB: usize = 1024;
    match bytes {
        _ if bytes >= KIB * KIB && bytes.is_multiple_of(KIB * KIB) => format!("{} MiB", bytes / KIB / KIB),
        _ if bytes >= KIB && bytes.is_multiple_of(KIB) => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} bytes"),
    }
}

/// A stream of lines that ends where a bound is broken.
#[derive(Debug)]
pub(crate) struct Bounded<R> {
    from: R,
    limits: Limits,
    watch: Watch,
    /// Bytes of the line so far.
    line: usize,
    /// Whether the line has begun with something else than a message would.
    is_junk: bool,
}

impl<R> Bounded<R> {
    pub(crate) fn new(from: R, limits: Limits, watch: Watch) -> Self {
        Self { from, limits, watch, line: 0, is_junk: false }
    }

    fn check(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            if *byte == b'\n' {
                if self.is_junk {
                    self.watch.with(|it| it.junk = it.junk.saturating_add(1));
                }
                (self.line, self.is_junk) = (0, false);
                continue;
            }
            if self.line == 0 {
                self.is_junk = !matches!(byte, b'{' | b'[' | b' ' | b'\t' | b'\r' | 0xef);
            }
            self.line += 1;
            if self.line > self.limits.message {
                self.watch.too_long(self.limits.message);
                return Err(io::Error::other("a message is too long"));
            }
        }
        if self.watch.count(bytes.len(), self.limits.total) {
            return Ok(());
        }
        Err(io::Error::other("the messages are too long"))
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.from).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = read {
            let new = buffer.filled().get(before..).unwrap_or_default();
            return Poll::Ready(self.check(new));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(message: usize, total: usize) -> (Bounded<()>, Watch) {
        let watch = Watch::default();
        (Bounded::new((), Limits { message, total, ..Limits::default() }, watch.clone()), watch)
    }

    #[test]
    fn a_line_over_many_reads_is_one_line() {
        let (mut it, watch) = bounded(10, 1000);
        assert!(
            it.check(b"{12345").is_ok() && it.check(b"6789\n{").is_ok() && it.check(b"123456789").is_ok()
        );
        assert!(it.check(b"x").is_err());
        assert_eq!(
            watch.broken().map(|it| it.to_string()),
            Some("the server wrote a message of more than 10 bytes".into())
        );
    }

    #[test]
    fn all_lines_together_have_a_bound() {
        let (mut it, watch) = bounded(1024, 2048);
        let line = [b"{", vec![b' '; 1000].as_slice(), b"\n"].concat();
        assert!(it.check(&line).is_ok() && it.check(&line).is_ok() && it.check(&line).is_err());
        assert_eq!(watch.broken().map(|it| it.to_string()), Some("the server wrote more than 2 KiB".into()));
    }

    #[test]
    fn lines_that_are_no_messages_are_counted() {
        let (mut it, watch) = bounded(1024, 2048);
        assert!(it.check(b"Starting\n{\"a\":1}\n\n  {}\nready on 80").is_ok());
        assert_eq!(watch.junk(), 1);
        assert!(it.check(b"80\n").is_ok());
        assert_eq!(watch.junk(), 2);
    }
}
