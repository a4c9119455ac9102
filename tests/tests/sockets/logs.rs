//! What podsix logs.

use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};

use log::{Level, LevelFilter, Log, Metadata, Record};

/// All lines of the whole process; tests run side by side, each in a thread of
/// its own.
static LINES: Mutex<Vec<(ThreadId, Level, String)>> = Mutex::new(Vec::new());

struct Notebook;

impl Log for Notebook {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("podsix")
    }
    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = (
                thread::current().id(),
                record.level(),
                record.args().to_string(),
            );
            LINES
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }
    fn flush(&self) {}
}

/// Notes down from now on what this test's thread makes podsix log.
pub(crate) struct Logs(usize);

impl Logs {
    pub(crate) fn begin() -> Self {
        static SET: Once = Once::new();
        SET.call_once(|| {
            log::set_logger(&Notebook).expect("nobody else logs here");
            log::set_max_level(LevelFilter::Info);
        });
        Self(LINES.lock().unwrap_or_else(PoisonError::into_inner).len())
    }

    /// The lines since then, each with its level in front.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        let here = thread::current().id();
        let new = lines.iter().skip(self.0);
        new.filter(|(thread, _, _)| *thread == here)
            .map(|(_, level, line)| format!("{level}: {line}"))
            .collect()
    }

    /// How many lines contain these words.
    pub(crate) fn count(&self, words: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.contains(words)).count()
    }
}
