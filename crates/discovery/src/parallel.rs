//! Work on many things that are independent of each other, on several threads. The order of the results is the order of the
//! things, so that threads never show.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So few are done sooner than a thread is started.
const FEW: usize = 64;
/// How many one thread takes at once.
const CHUNK: usize = 16;
/// What a scan takes of a large machine at the most.
const MOST_THREADS: usize = 8;

/// What `work` makes of each of `items`.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_THREADS);
    if items.len() < FEW || threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = items.chunks(CHUNK).nth(at) else { return done };
            done.push((at, chunk.iter().map(&work).collect::<Vec<R>>()));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut parts = take();
        for other in others {
            match other.join() {
                Ok(more) => parts.extend(more),
                // A panic in there is a bug; it must not swallow files silently.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts.sort_by_key(|it| it.0);
        parts.into_iter().flat_map(|it| it.1).collect()
    })
}

/// How much a call of [`each`] may use of the stack: values are followed through calls. What is not touched costs nothing.
const STACK: usize = 256 * 1024 * 1024;

/// What `work` makes of each of `items`, of which each takes long, in their order. `work` has a large stack.
pub(crate) fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_THREADS);
    let threads = threads.min(items.len());
    let items = Mutex::new(items.into_iter().enumerate());
    let take = || {
        let mut done = Vec::new();
        loop {
            let next = items.lock().ok().and_then(|mut it| it.next());
            let Some((at, item)) = next else { return done };
            done.push((at, work(item)));
        }
    };
    std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take);
        let others: Vec<_> = (0..threads).filter_map(|it| spawn(it).ok()).collect();
        // Where there is no room for another stack, this one has to do.
        let mut parts = if others.is_empty() { take() } else { Vec::new() };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        for many in [0, 1, 63, 64, 1000, 1601] {
            let items: Vec<usize> = (0..many).collect();
            assert_eq!(map(&items, |it| it * 2), items.iter().map(|it| it * 2).collect::<Vec<_>>());
            assert_eq!(each(items.clone(), |it| it), items);
        }
    }
}
