//! Work on many things that are independent of each other, on several threads. The order of the results is the order of the
//! things, so that threads never show.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So few are done sooner than a thread is started.
const FEW: usize = 64;
/// How many one thread takes at once.
const CHUNK: usize = 16;
/// What Ambit takes of a large machine at the most.
const MOST_THREADS: usize = 8;

/// What `work` makes of each of `items`, of which each is soon done.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() < FEW {
        return items.iter().map(work).collect();
    }
    map_in(items, CHUNK, || (), |(), it| work(it))
}

/// What `work` makes of each of `items`, of which each takes longer than starting a thread. A thread that takes any first
/// makes what it works with by `start`.
pub fn map_with<T: Sync, S, R: Send>(
    items: &[T],
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    map_in(items, 1, start, work)
}

fn map_in<T: Sync, S, R: Send>(
    items: &[T],
    chunk: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = threads.min(MOST_THREADS).min(items.len().div_ceil(chunk)).max(1);
    let next = AtomicUsize::new(0);
    let take = || {
        let (mut done, mut with) = (Vec::new(), None);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = items.chunks(chunk).nth(at) else { return done };
            let with = with.get_or_insert_with(&start);
            done.push((at, chunk.iter().map(|it| work(with, it)).collect::<Vec<R>>()));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut parts = take();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                // A panic in there is a bug; it must not swallow results silently.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts.sort_by_key(|it| it.0);
        parts.into_iter().flat_map(|it| it.1).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        for many in [0, 1, 2, 63, 64, 1000, 1601] {
            let items: Vec<usize> = (0..many).collect();
            let doubled: Vec<usize> = items.iter().map(|it| it * 2).collect();
            assert_eq!(map(&items, |it| it * 2), doubled);
            assert_eq!(map_with(&items, || 2, |by, it| *by * it), doubled);
        }
    }
}
