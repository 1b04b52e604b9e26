//! Interrupts while a server runs. It has a session of its own, so the terminal's interrupt does not reach it: it is
//! ended first, and then the interrupt does to us what it always does.

#[cfg(unix)]
mod system {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    const ALL: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

    /// Whether nothing runs: then a signal does at once what it always does.
    static IDLE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

    /// Whether the system's own action has been put back.
    static PUT_BACK: OnceLock<bool> = OnceLock::new();

    /// Waits for interrupts, from now until it is dropped.
    #[derive(Debug)]
    pub(crate) struct Interrupts {
        signals: [Signal; 3],
        idle: Arc<AtomicBool>,
    }

    impl Interrupts {
        /// Needs a runtime.
        pub(crate) fn new() -> io::Result<Self> {
            let idle = match IDLE.get() {
                Some(it) => Arc::clone(it),
                None => Arc::clone(IDLE.get_or_init(|| Arc::new(AtomicBool::new(false)))),
            };
            // Once somebody listens to a signal, the system's own action is gone for good: it is put back by hand.
            PUT_BACK.get_or_init(|| {
                let kept =
                    ALL.map(|it| signal_hook::flag::register_conditional_default(it, Arc::clone(&idle)));
                kept.iter().all(Result::is_ok)
            });
            idle.store(false, Ordering::SeqCst);
            let [a, b, c] = ALL.map(|it| signal(SignalKind::from_raw(it)));
            Ok(Self { signals: [a?, b?, c?], idle })
        }

        /// Waits for one, and says which.
        pub(crate) async fn next(&mut self) -> i32 {
            let [interrupt, terminate, hang_up] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => SIGINT,
                _ = terminate.recv() => SIGTERM,
                _ = hang_up.recv() => SIGHUP,
            }
        }

        /// Lets `signal` do what it always does.
        pub(crate) fn take_effect(self, signal: i32) {
            drop(self);
            let _ended_by_now = signal_hook::low_level::emulate_default_handler(signal);
        }
    }

    impl Drop for Interrupts {
        fn drop(&mut self) {
            self.idle.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    /// Waits for interrupts.
    #[derive(Debug)]
    pub(crate) struct Interrupts;

    impl Interrupts {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) -> i32 {
            // Whoever shares our console is interrupted with us.
            std::future::pending().await
        }

        pub(crate) fn take_effect(self, _signal: i32) {}
    }
}

pub(crate) use system::Interrupts;
