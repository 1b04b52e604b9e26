//! Reading, with a bar on the terminal for a person who waits longer than half a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use ambit_catalog::Catalog;
use ambit_discovery::{Progress, Settings, Source};
use ambit_model::Inventory;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes less is over before anybody reads a bar.
const PATIENCE: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(100);

static QUIET: AtomicBool = AtomicBool::new(false);

/// Shows no bar from here on.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// What `source` holds, as [`ambit_discovery::read`] has it.
pub(crate) fn read(source: &dyn Source, catalog: &Catalog, settings: &Settings) -> Inventory {
    if QUIET.load(Ordering::Relaxed) || !std::io::stderr().is_terminal() {
        return ambit_discovery::read(source, catalog, settings);
    }
    let progress = Arc::new(Progress::default());
    let settings = Settings { progress: Some(Arc::clone(&progress)), ..settings.clone() };
    let (done, over) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if over.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
                bar.set_style(style);
            }
            while over.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
                show(&bar, &progress);
            }
            bar.finish_and_clear();
        });
        let inventory = ambit_discovery::read(source, catalog, &settings);
        drop(done);
        inventory
    })
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let (files, done) = (progress.files() as u64, progress.done() as u64);
    let message = match (files, progress.modules()) {
        (0, _) => "listing files".to_owned(),
        (_, 0) => "reading files".to_owned(),
        (_, modules) => format!("following code of {modules} files"),
    };
    bar.set_message(message);
    bar.set_length(files);
    bar.set_position(done);
    bar.tick();
}
