//! What the server under attack logs: it runs in a thread of its own, which
//! keeps its own lines.

use std::cell::RefCell;
use std::sync::Once;

use log::{LevelFilter, Log, Metadata, Record};

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Notebook;

impl Log for Notebook {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("podsix")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            LINES.with_borrow_mut(|lines| lines.push(record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

/// Keeps from now on what this thread logs as `info` or above.
pub(crate) fn begin() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        log::set_logger(&Notebook).unwrap();
        log::set_max_level(LevelFilter::Info);
    });
    LINES.take();
}

/// The lines of this thread.
pub(crate) fn take() -> Vec<String> {
    LINES.take()
}
