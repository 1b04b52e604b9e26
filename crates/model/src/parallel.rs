//! Work on things that are independent of each other, on several threads. What comes of it stands in the order of the things,
//! so that threads never show.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

/// So few are done sooner than a thread is started.
const FEW: usize = 64;
/// How many one thread takes at once.
const CHUNK: usize = 16;
/// How many parts there are to a thread: some take longer than others.
const PARTS: usize = 8;
/// What Ambit takes of a large machine at the most.
const MOST_THREADS: usize = 8;
/// How much a call of [`each`] may use of the stack: values are followed through calls. What is not touched costs nothing.
const STACK: usize = 256 * 1024 * 1024;

/// What `work` makes of each of `items`, of which each is soon done.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() < FEW {
        return items.iter().map(work).collect();
    }
    by_parts(items.len(), CHUNK, || (), |(), part| slice(items, part).iter().map(&work).collect::<Vec<R>>())
        .into_iter()
        .flatten()
        .collect()
}

/// What `work` makes of each of `items`, of which each takes longer than starting a thread. A thread that takes any first
/// makes what it works with by `start`.
pub fn map_with<T: Sync, S, R: Send>(
    items: &[T],
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let one = |with: &mut S, part| slice(items, part).iter().map(|it| work(with, it)).collect::<Vec<R>>();
    by_parts(items.len(), 1, start, one).into_iter().flatten().collect()
}

/// What `work` makes of each part of so many things, told by the places of its own.
pub fn parts<R: Send>(many: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let size = many.div_ceil(threads() * PARTS).max(1);
    by_parts(many, size, || (), |(), part| work(part))
}

/// What `work` makes of each of `items`, of which each takes long. `work` has a large stack. One half of the threads begins with
/// the last of them: where the first take most room, few of those are held at once.
pub fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = threads().min(items.len());
    let items = Mutex::new(items.into_iter().enumerate());
    let take = |from_front: bool| {
        let mut done = Vec::new();
        loop {
            let next =
                items.lock().ok().and_then(|mut it| if from_front { it.next() } else { it.next_back() });
            let Some((at, item)) = next else { return done };
            done.push((at, work(item)));
        }
    };
    std::thread::scope(|scope| {
        let spawn = |no: usize| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, move || take(no.is_multiple_of(2)))
        };
        let others: Vec<_> = (0..threads).filter_map(|it| spawn(it).ok()).collect();
        // Where there is no room for another stack, this one has to do.
        let own = if others.is_empty() { take(true) } else { Vec::new() };
        in_order(own, others)
    })
}

/// What comes of two pieces of work at the same time.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_THREADS)
}

fn slice<T>(items: &[T], part: Range<usize>) -> &[T] {
    items.get(part).unwrap_or_default()
}

fn by_parts<S, R: Send>(
    many: usize,
    size: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Range<usize>) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let (mut done, mut with) = (Vec::new(), None);
        loop {
            let first = next.fetch_add(1, Ordering::Relaxed).saturating_mul(size);
            if first >= many {
                return done;
            }
            let with = with.get_or_insert_with(&start);
            done.push((first, work(with, first..many.min(first + size))));
        }
    };
    std::thread::scope(|scope| {
        let others = (1..threads().min(many.div_ceil(size))).map(|_| scope.spawn(take)).collect();
        in_order(take(), others)
    })
}

fn in_order<R>(mut done: Vec<(usize, R)>, others: Vec<ScopedJoinHandle<'_, Vec<(usize, R)>>>) -> Vec<R> {
    for other in others {
        match other.join() {
            Ok(more) => done.extend(more),
            // A panic in there is a bug; it must not swallow results silently.
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    done.sort_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
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
            assert_eq!(each(items.clone(), |it| it), items);
            let told: Vec<usize> = parts(many, Iterator::collect::<Vec<usize>>).concat();
            assert_eq!(told, items);
        }
    }
}
