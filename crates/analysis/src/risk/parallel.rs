//! Work on several threads. What comes of it stands in the order of what was to be done, so that threads never show.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one map takes of a large machine at the most.
const MOST_THREADS: usize = 8;
/// How many parts there are to a thread: some take longer than others.
const PARTS: usize = 8;

/// What `work` makes of parts of so many things, each by the places of its own.
pub(crate) fn chunks<R: Send>(many: usize, work: &(dyn Fn(Range<usize>) -> R + Sync)) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_THREADS);
    if threads < 2 || many < 2 {
        return vec![work(0..many)];
    }
    let size = many.div_ceil(threads * PARTS).max(1);
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let first = next.fetch_add(1, Ordering::Relaxed) * size;
            if first >= many {
                return done;
            }
            done.push((first, work(first..many.min(first + size))));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut parts = take();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts.sort_by_key(|it| it.0);
        parts.into_iter().map(|it| it.1).collect()
    })
}

/// What `work` makes of each of `items`.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let parts = chunks(items.len(), &|range| -> Vec<R> {
        items.get(range).unwrap_or_default().iter().map(&work).collect()
    });
    parts.into_iter().flatten().collect()
}
