//! Shapes as no type in these tests has them, bodies of them, and pairs of them as two versions of a game might have.
//!
//! - [`shapes`] makes shapes, and [`changes`] makes others of them,
//! - [`bodies`] makes bodies, and the values that they should be read as,
//! - [`typed`] reads a value as a type of a shape would read itself,
//! - [`fits`] says what should come of that, without reading.

mod bodies;
mod changes;
mod fits;
mod shapes;
mod typed;

use super::super::Shape;
use super::{Random, check, decoded, encoded};
use crate::Error;
use crate::value::Value;
use bodies::body;
use changes::Change;
use fits::{Fit, fit};
use shapes::Shapes;

/// How many random shapes each test looks at.
const CASES: u64 = 3000;

/// A shape and those around it, so that one inside itself can be followed.
#[derive(Clone, Copy)]
struct At<'a> {
    shape: &'a Shape,
    outer: Option<&'a Self>,
}

impl<'a> At<'a> {
    fn top(shape: &'a Shape) -> Self {
        Self { shape, outer: None }
    }

    fn inner(&'a self, shape: &'a Shape) -> Self {
        Self {
            shape,
            outer: Some(self),
        }
    }

    fn resolved(self) -> Self {
        let Shape::Recursive(levels) = self.shape else {
            return self;
        };
        (0..*levels).fold(self, |level, _| *level.outer.expect("inside the shape"))
    }
}

/// Runs a test for each seed, and says which one it failed for.
fn for_each_seed(test: impl Fn(&mut Random)) {
    struct Seed(u64);
    impl Drop for Seed {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("this was the seed {}", self.0);
            }
        }
    }
    for seed in 1..=CASES {
        let seed = Seed(seed);
        // So that seeds next to each other begin differently.
        test(&mut Random(seed.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    }
}

#[test]
fn shapes_arrive_whole_or_not_at_all() {
    for_each_seed(|random| {
        let shape = Shapes::new(random).endless();
        let bytes = encoded(&shape);
        assert_eq!(decoded(&bytes).as_ref(), Ok(&shape));
        assert!(shape.is_complete());
        assert!(shape.takes(&shape), "{shape}");
        for length in 0..bytes.len() {
            assert!(decoded(&bytes[..length]).is_err(), "{shape} cut");
        }
        for _ in 0..10 {
            check(&changed(&bytes, random));
        }
    });
}

/// The same bytes but for a few of them.
fn changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(changed.len() + 1);
        match (random.below(4), changed.get_mut(at)) {
            (0, _) => changed.insert(at, random.next() as u8),
            (1, Some(_)) => drop(changed.remove(at)),
            (_, Some(byte)) => *byte = random.next() as u8 >> random.below(8),
            (_, None) => {}
        }
    }
    changed
}

#[test]
fn bodies_are_read_to_the_last_byte() {
    for_each_seed(|random| {
        let shape = Shapes::new(random).finite();
        for _ in 0..3 {
            let (bytes, value) = body(&shape, random);
            assert_eq!(shape.read(&bytes).as_ref(), Ok(&value), "{shape}");
            assert_eq!(shape.check(&bytes), Ok(()), "{shape}");
            assert!(shape.check(&[&bytes[..], &[0]].concat()).is_err());
            for length in 0..bytes.len() {
                assert!(shape.check(&bytes[..length]).is_err(), "{shape} cut");
            }
            for _ in 0..10 {
                let other = changed(&bytes, random);
                if let Ok(value) = shape.read(&other) {
                    let most = (1 << 16) + 32 * other.len();
                    assert!(values(&value) <= most, "{shape} from {other:?}");
                }
            }
            // A type of this shape reads the same from it.
            let typed = value.read_from_body(typed::Typed(At::top(&shape)));
            assert_eq!(typed, Ok(value), "{shape}");
        }
    });
}

fn values(value: &Value) -> usize {
    let inside = match value {
        Value::List(items) | Value::Tuple(items) => items.iter().map(values).sum(),
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| values(key) + values(value))
            .sum(),
        _ => 0,
    };
    inside + 1
}

/// Reads a body of the shape `theirs` as a type of the shape `ours`, which takes it; what came of it has to be right.
fn cross(ours: &Shape, theirs: &Shape, random: &mut Random) -> Fit {
    let (bytes, _) = body(theirs, random);
    let value = theirs.read(&bytes).expect("its own body");
    let fit = fit(At::top(ours), At::top(theirs), &value);
    let read = value.read_from_body(typed::Typed(At::top(ours)));
    match &fit {
        Fit::Reads(expected) => {
            assert_eq!(read.as_ref(), Ok(expected), "{ours} from {theirs}: {value}");
        }
        Fit::Refused => assert!(read.is_err(), "{ours} from {theirs}: {value}"),
        Fit::Either => {}
        Fit::Never(why) => panic!("{ours} should not take {theirs}: {why}"),
    }
    fit
}

#[test]
fn other_versions_are_read_by_name() {
    for_each_seed(|random| {
        let old = Shapes::new(random).finite();
        let new = Shapes::new(random).changed(&old, Change::Compatible);
        // Fields came, went, and stand elsewhere: each value of the one is one of the other.
        for (ours, theirs) in [(&new, &old), (&old, &new), (&old, &old)] {
            assert!(ours.takes(theirs), "{ours} from {theirs}");
            for _ in 0..3 {
                let fit = cross(ours, theirs, random);
                assert!(
                    matches!(fit, Fit::Reads(_)),
                    "{ours} from {theirs}: {fit:?}"
                );
            }
        }
    });
}

#[test]
fn what_can_not_be_read_is_refused_in_words() {
    for_each_seed(|random| {
        let old = Shapes::new(random).finite();
        let new = Shapes::new(random).changed(&old, Change::Incompatible);
        assert!(!new.takes(&old), "{new} from {old}");
        assert!(!old.takes(&new), "{old} from {new}");
        let error = Error::ShapesDiffer {
            action: "play".to_owned(),
            ours: new.to_string(),
            theirs: old.to_string(),
            sent: false,
        };
        let words = format!("play: the other end sends {old}, this end expects {new}");
        assert!(error.to_string().starts_with(&words), "{error}");

        // A field that has to be there is enough. The other way round it is one more.
        if let Some(more) = Shapes::new(random).with_required_field(&old) {
            assert!(!more.takes(&old), "{more} from {old}");
            assert!(old.takes(&more), "{old} from {more}");
        }
    });
}

#[test]
fn what_is_taken_is_read_and_nothing_arrives_as_another_value() {
    let count = std::cell::Cell::new([0_u64; 4]);
    let note = |outcome: usize| {
        let mut counts = count.get();
        counts[outcome] += 1;
        count.set(counts);
    };
    for_each_seed(|random| {
        let ours = Shapes::new(random).finite();
        let theirs = match random.below(4) {
            0 => Shapes::new(random).small(),
            _ => Shapes::new(random).changed(&ours, Change::Any),
        };
        let ours = Shapes::new(random).with_leniency(ours);
        for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours)] {
            if !ours.takes(theirs) {
                note(0);
                continue;
            }
            for _ in 0..4 {
                match cross(ours, theirs, random) {
                    Fit::Reads(_) => note(1),
                    Fit::Refused => note(2),
                    _ => note(3),
                }
            }
        }
    });
    // Each outcome is met often, or the test would show little.
    assert!(
        count.get().iter().all(|&count| count > CASES / 20),
        "{count:?}"
    );
}
