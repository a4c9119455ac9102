//! What the guide says is what the code does, as far as no example shows it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use podsix::{Connection, Server, network_handler};

const TROUBLE: &str = include_str!("../../podsix/src/guide/trouble.md");
const HOSTILE: &str = include_str!("../HOSTILE.md");
const REASON: &str = include_str!("../../podsix/src/reason.rs");
const ERROR: &str = include_str!("../../podsix/src/error.rs");

/// The page of troubles has a row for each reason, in the order of the enum,
/// and no other.
#[test]
fn each_reason_is_explained() {
    assert_eq!(rows("# Each reason"), variants(REASON, "pub enum Reason"));
}

/// The same for the errors.
#[test]
fn each_error_is_explained() {
    assert_eq!(rows("# Each error"), variants(ERROR, "pub enum Error"));
}

/// Each test that the page of hostile cases names is there.
#[test]
fn each_hostile_case_has_its_test() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
    let rows = HOSTILE.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| case ") && !line.starts_with("| --- "));
    let mut count = 0;
    for row in rows {
        let test = row.trim_end_matches("` |").rsplit('`').next().unwrap();
        let (file, name) = test
            .split_once("::")
            .unwrap_or_else(|| panic!("no test: {row}"));
        let source = std::fs::read_to_string(format!("{root}{file}")).unwrap_or_default();
        let is_there = source.contains(&format!("#[test]\nfn {name}()"))
            || source.contains(&format!("#[test]\n    fn {name}()"))
            // In the list of a macro that makes tests.
            || source.contains(&format!("\n    {name}\n"));
        assert!(is_there, "there is no {test}");
        count += 1;
    }
    assert!(count > 100, "{count} rows");
}

/// The first column of the tables below a heading.
fn rows(heading: &str) -> Vec<&'static str> {
    let (_, section) = TROUBLE.split_once(heading).unwrap();
    let section = section
        .split_once("\n# ")
        .map_or(section, |(first, _)| first);
    let name = |line: &'static str| Some(line.strip_prefix("| `")?.split_once('`')?.0);
    section.lines().filter_map(name).collect()
}

/// The variants of an enum, from its source.
fn variants(source: &'static str, head: &str) -> Vec<&'static str> {
    let (_, body) = source.split_once(head).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let name = |line: &'static str| {
        let name = line.strip_prefix("    ")?;
        let end = name.find(|char: char| !char.is_ascii_alphanumeric());
        let name = name.get(..end.unwrap_or(name.len()))?;
        name.starts_with(|char: char| char.is_ascii_uppercase())
            .then_some(name)
    };
    body.lines().filter_map(name).collect()
}

#[derive(podsix::Message)]
enum Both {
    Tick,
}

#[derive(Default)]
struct Counter(u32);

#[network_handler(Both)]
impl Counter {
    fn network_tick(&mut self) {
        self.0 += 1;
    }
}

/// "A listener that you dispatch to twice between two pumps hears everything
/// twice"; on a server each type hears it once.
#[test]
fn what_a_second_dispatch_shows() {
    let mut server = Server::<()>::new();
    let mut connection = Connection::local(&mut server);
    connection.send(&Both::Tick).unwrap();
    let (mut first, mut second) = (Counter::default(), Counter::default());
    for _ in 0..5 {
        connection.pump().unwrap();
        server.pump().unwrap();
        server.dispatch(&mut first);
        server.dispatch(&mut second);
        server.dispatch(&mut first);
    }
    assert_eq!((first.0, second.0), (1, 0));

    server.channels().broadcast(&Both::Tick);
    let (mut first, mut second) = (Counter::default(), Counter::default());
    for _ in 0..5 {
        server.pump().unwrap();
        connection.pump().unwrap();
        connection.dispatch(&mut first);
        connection.dispatch(&mut second);
        connection.dispatch(&mut first);
    }
    assert_eq!((first.0, second.0), (2, 1));
}
