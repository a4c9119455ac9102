//! The figures as the `metrics` crate has them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};

use crate::table::*;

/// Keeps what it is given, by name and labels as they are printed.
#[derive(Default)]
struct Notebook {
    figures: Mutex<BTreeMap<String, Arc<Figure>>>,
    described: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Figure(AtomicU64);

impl CounterFn for Figure {
    fn increment(&self, _: u64) {
        panic!("the figures are counted elsewhere");
    }

    fn absolute(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

impl GaugeFn for Figure {
    fn increment(&self, _: f64) {
        panic!("the figures are counted elsewhere");
    }

    fn decrement(&self, _: f64) {
        panic!("the figures are counted elsewhere");
    }

    fn set(&self, value: f64) {
        self.0.store(value as u64, Ordering::Relaxed);
    }
}

impl Notebook {
    fn figure(&self, key: &Key) -> Arc<Figure> {
        let labels = key.labels();
        let labels = labels.map(|label| format!(" {}={}", label.key(), label.value()));
        let name = format!("{}{}", key.name(), labels.collect::<String>());
        Arc::clone(self.figures.lock().unwrap().entry(name).or_default())
    }

    fn describe(&self, name: &KeyName) {
        self.described
            .lock()
            .unwrap()
            .push(name.as_str().to_owned());
    }

    fn get(&self, name: &str) -> Option<u64> {
        let figures = self.figures.lock().unwrap();
        figures
            .get(name)
            .map(|figure| figure.0.load(Ordering::Relaxed))
    }
}

impl Recorder for Notebook {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&name);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&name);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.figure(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.figure(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

const GUIDE: &str = include_str!("../../../podsix/src/guide/figures.md");

#[test]
fn a_recorder_gets_the_figures() {
    let notebook = Notebook::default();
    let mut table = Table::of(&["podsix", "podsixnet"]);
    for _ in 0..2 {
        table.say(0, "hi");
        table.client(1).send(&ToServer::Wave).unwrap();
        table.turns(5);
        // Again and again, as a game does.
        metrics::with_local_recorder(&notebook, || {
            table.server.stats().record_metrics(&[("room", "7")]);
            table.client(0).stats().record_metrics(&[]);
        });
    }
    let get = |name: &str| notebook.get(name);
    assert_eq!(get("podsix_channels room=7"), Some(2));
    assert_eq!(get("podsix_clients_total room=7"), Some(2));
    assert_eq!(get("podsix_ended_total room=7 reason=timed_out"), Some(0));
    let action = |name: &str, action: &str| get(&format!("{name} room=7 action={action}"));
    assert_eq!(action("podsix_messages_received_total", "say"), Some(2));
    assert_eq!(action("podsix_messages_received_total", "wave"), Some(2));
    assert_eq!(action("podsix_messages_unhandled_total", "wave"), Some(2));
    assert_eq!(action("podsix_messages_sent_total", "said"), Some(4));
    assert_eq!(get("podsix_messages_sent_total action=say"), Some(2));
    assert_eq!(get("podsix_messages_received_total action=said"), Some(2));
    let bytes = table.client(0).stats().link.bytes_received;
    assert_eq!(get("podsix_bytes_received_total"), Some(bytes));
}

/// The table in the guide has each name, and no other; each is described.
#[test]
fn the_guide_has_each_name() {
    let notebook = Notebook::default();
    let mut table = Table::new(podsix::Server::builder().time_handlers());
    table.sit_down("podsix", podsix::Connection::builder());
    table.turns(5);
    table.say(0, "hi");
    table.turns(5);
    metrics::with_local_recorder(&notebook, || table.server.stats().record_metrics(&[]));

    let printed = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| `podsix_"));
    let mut printed: Vec<String> = printed
        .map(|row| format!("podsix_{}", row.split_once('`').unwrap().0))
        .collect();
    printed.sort();
    let figures = notebook.figures.lock().unwrap();
    let mut recorded: Vec<String> = figures
        .keys()
        .map(|name| name.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    recorded.dedup();
    recorded.sort();
    recorded.dedup();
    assert_eq!(recorded, printed);
    let mut described = notebook.described.lock().unwrap().clone();
    described.sort();
    assert_eq!(described, printed);
}
