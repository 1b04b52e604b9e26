//! What the machine can do, and how long something takes on it.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The best of several runs; the machine is shared, and nothing makes a run faster than it is.
pub fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut best = Duration::MAX;
    let mut last = None;
    for _ in 0..runs.max(1) {
        drop(last.take());
        let start = Instant::now();
        last = Some(run());
        best = best.min(start.elapsed());
    }
    (best, last.expect("at least one run"))
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
    (words.len() * 8) as f64 / time.as_secs_f64()
}

/// The most memory that the process has had so far, in MiB.
pub fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
