//! What the README says of defaults and versions is what the code says.
//! (That its programs compile is a doctest of the crate.)

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

use std::collections::BTreeMap;

use podsix::Limits;

const README: &str = include_str!("../../README.md");
const COUNTS: &str = include_str!("../../podsix/src/stats/limits.rs");
const WORKSPACE: &str = include_str!("../../Cargo.toml");

/// The table of limits has a row for each field of `Limits`, and no other,
/// with the field's default.
#[test]
fn the_table_of_limits_is_that_of_the_code() {
    assert_eq!(printed(), in_code());
}

/// Its last column says what is counted where a limit is reached, as the
/// documentation of the counter does.
#[test]
fn the_table_of_limits_says_what_is_counted() {
    let last = |line: &str| {
        let name = line.strip_prefix("| `")?.split_once('`')?.0;
        let counted = line.strip_suffix(" |")?.rsplit(" | ").next()?;
        Some((name.to_owned(), counted.to_owned()))
    };
    let printed: BTreeMap<String, String> = limits().lines().filter_map(last).collect();
    let (_, counters) = COUNTS.split_once("pub struct LimitCounts {").unwrap();
    let (counters, _) = counters.split_once("\n}").unwrap();
    let mut documented = BTreeMap::new();
    let mut begun = None;
    for line in counters.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            begun = begun.or(words.split(' ').next());
        } else if let Some(field) = line.strip_prefix("pub ") {
            let (name, _) = field.split_once(':').unwrap();
            let word = begun.take().unwrap();
            documented.insert(name.to_owned(), word.to_lowercase());
        }
    }
    assert_eq!(printed, documented);
}

/// The line for `Cargo.toml` asks for the version that is there.
#[test]
fn the_dependency_is_the_version_that_is_here() {
    let version = WORKSPACE
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    let version = version.unwrap().trim_matches('"');
    let (minor, _patch) = version.rsplit_once('.').unwrap();
    assert!(
        README
            .lines()
            .any(|line| line == format!("podsix = \"{minor}\"")),
        "{minor}"
    );
}

/// The commands stand in the README as lines of their own, to be copied.
#[test]
fn the_commands_can_be_copied() {
    for command in [
        "cargo run --release --example quickstart",
        "cargo test --workspace",
    ] {
        assert!(README.lines().any(|line| line == command), "{command}");
    }
}

/// Name and default of each row ``| `name` | default | what it bounds |``.
fn printed() -> BTreeMap<String, String> {
    let row = |line: &str| {
        let mut columns = line.strip_prefix("| `")?.split(" | ");
        let name = columns.next()?.trim_end_matches('`');
        Some((name.to_owned(), value(columns.next()?)))
    };
    limits().lines().filter_map(row).collect()
}

fn limits() -> &'static str {
    let (_, section) = README.split_once("\n## Limits\n").unwrap();
    section.split_once("\n## ").unwrap().0
}

/// `1 MiB`, `65,536`, `10 s` or `off` as `Debug` prints it.
fn value(text: &str) -> String {
    if text == "off" {
        return "None".to_owned();
    }
    let text = text.replace(',', "");
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let number: u64 = number.parse().unwrap();
    match unit {
        "MiB" => (number << 20).to_string(),
        "KiB" => (number << 10).to_string(),
        "s" => format!("{number}s"),
        "" => number.to_string(),
        other => panic!("`{other}` is no unit that this test knows"),
    }
}

/// Name and default of each field, from `Limits { name: default, … }`.
fn in_code() -> BTreeMap<String, String> {
    let limits = format!("{:?}", Limits::default());
    let fields = limits
        .strip_prefix("Limits { ")
        .unwrap()
        .strip_suffix(" }")
        .unwrap();
    let field = |field: &str| {
        let (name, value) = field.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    };
    fields.split(", ").map(field).collect()
}
