//! What the machine can do, and how long something takes on it.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long something took: on the clock, and of all processors together, which a busy machine does not change much.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    pub wall: Duration,
    pub cpu: Duration,
}

impl Took {
    /// The better of both, by either.
    pub fn best(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }
}

impl std::ops::Add for Took {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }
}

/// Runs it once.
pub fn once<T>(run: impl FnOnce() -> T) -> (Took, T) {
    let (start, before) = (Instant::now(), cpu());
    let done = run();
    (Took { wall: start.elapsed(), cpu: cpu() - before }, done)
}

/// The best of several runs; the machine is shared, and nothing makes a run faster than it is.
pub fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Took, T) {
    let (mut least, mut last) = once(&mut run);
    for _ in 1..runs {
        drop(last);
        let (took, done) = once(&mut run);
        (least, last) = (least.best(took), done);
    }
    (least, last)
}

/// The best of several runs over something that is made beforehand for each of them, and is no part of it.
pub fn best_with<I, T>(runs: usize, input: impl Fn() -> I, run: impl Fn(I) -> T) -> (Took, T) {
    let first = input();
    let (mut least, mut last) = once(|| run(first));
    for _ in 1..runs {
        drop(last);
        let next = input();
        let (took, done) = once(|| run(next));
        (least, last) = (least.best(took), done);
    }
    (least, last)
}

/// What this process has had of all processors.
fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes the struct that it is given and nothing else.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Bytes a second that two threads read from memory.
pub fn bandwidth() -> f64 {
    let words: Vec<u64> = (0..1 << 26).collect();
    let (low, high) = words.split_at(words.len() / 2);
    let sum = |part: &[u64]| part.iter().fold(0_u64, |all, it| all ^ it);
    let (time, _) = best(7, || {
        std::thread::scope(|scope| {
            let low = scope.spawn(|| sum(black_box(low)));
            (black_box(sum(black_box(high))), black_box(low.join().expect("it sums")))
        })
    });
    (words.len() * 8) as f64 / time.wall.as_secs_f64()
}

/// The most memory that the process has had so far, in MiB.
pub fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
