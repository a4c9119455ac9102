//! Every body with its seeds, and with many changes of them.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use super::choices::Chance;
use super::{TARGETS, Target};

/// How many changed seeds each body gets.
const CHANGES: usize = 1500;

/// The seeds that are kept beside the fuzz targets. The packaged crate has none
/// of them: there an empty input is all that is changed.
fn seeds(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut seeds = vec![("nothing".to_owned(), Vec::new())];
    if folder.exists() {
        let files = fs::read_dir(folder.join(target.name)).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "{} has no seeds", target.name);
        seeds.extend(paths.into_iter().map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        }));
    }
    seeds
}

fn run(target: &Target, name: &str, data: &[u8]) {
    let took = catch_unwind(AssertUnwindSafe(|| {
        allocation_counter::measure(|| (target.body)(data)).bytes_max
    }));
    match took {
        Ok(took) if target.may_take(took, data.len()) => {}
        Ok(took) => panic!("{}: {took} bytes of memory for {name}", target.name),
        Err(panic) => {
            eprintln!("{}: this was {name}: {data:02X?}", target.name);
            resume_unwind(panic);
        }
    }
}

/// Some of the things that fuzzers do.
fn change(data: &mut Vec<u8>, others: &[(String, Vec<u8>)], chance: &mut Chance) {
    let at = chance.below(data.len() + 1);
    let end = (at + 1 + chance.below(8)).min(data.len());
    let odd = [0, 1, 0x7F, 0x80, 0xFF, chance.next() as u8][chance.below(6)];
    match chance.below(8) {
        0 => data.insert(at, odd),
        1 => drop(data.drain(at..end)),
        2 => data.truncate(at),
        3 => data.extend_from_within(at..end),
        4 => {
            let (_, other) = &others[chance.below(others.len())];
            let from = chance.below(other.len() + 1);
            data.splice(at..end, other[from..].iter().copied());
        }
        5 if at < data.len() => data[at] ^= 1 << chance.below(8),
        6 if at < data.len() => data[at] = data[at].wrapping_add(odd),
        _ if at < data.len() => data[at] = odd,
        _ => data.push(odd),
    }
    data.truncate(4096);
}

fn play(name: &str) {
    let target = Target::named(name).unwrap();
    let seeds = seeds(target);
    for (name, data) in &seeds {
        run(target, name, data);
    }
    let mut chance = Chance(1);
    for number in 0..CHANGES {
        let (seed, data) = &seeds[number % seeds.len()];
        let mut data = data.clone();
        for _ in 0..=chance.below(4) {
            change(&mut data, &seeds, &mut chance);
        }
        run(target, &format!("a change of {seed}"), &data);
    }
}

/// One test for each body, so that they run side by side.
macro_rules! play {
    ($($(#[$when:meta])* $name:ident),*) => {
        $($(#[$when])* #[test]
        fn $name() {
            play(stringify!($name));
        })*

        #[test]
        fn none_is_left_out() {
            let played = [$($(#[$when])* stringify!($name)),*];
            let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(played, targets[..]);
        }
    };
}

play!(
    addresses,
    bodies,
    frames,
    #[cfg(feature = "json")]
    json,
    link_native,
    link_podsixnet,
    #[cfg(feature = "json")]
    link_json,
    #[cfg(feature = "websocket")]
    link_websocket,
    network,
    rencode,
    shapes,
    values
);
