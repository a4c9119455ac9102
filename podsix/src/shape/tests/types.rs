//! What each kind of type looks like, and that a body of it can be read by its shape.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::num::{NonZeroI64, NonZeroU8};
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::super::{Fields, Shape};
use super::{named, round_trip, shape, text};
use crate::codec::bincode::encode;
use crate::value::Value;

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Copy, Default)]
struct Point {
    x: f32,
    y: f32,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Kind {
    A,
    B { x: u8 },
    C(u8),
    D(Point),
    E(u8, String),
    F(()),
    G {},
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Pair<T> {
    one: T,
    two: T,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Expr {
    Add(Box<Expr>, Box<Expr>),
    Neg(Box<Expr>),
    Call { name: String, arguments: Vec<Expr> },
    Num(NonZeroI64),
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Default)]
struct List {
    id: u8,
    next: Option<Box<List>>,
    after: u16,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Tree {
    children: Vec<Tree>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Wrapper(Option<Box<Wrapper>>);

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(transparent)]
struct Nested {
    lists: Vec<Nested>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
struct Folder {
    name: String,
    entries: BTreeMap<String, Entry>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Entry {
    Folder(Folder),
    Link { to: Box<Entry> },
    File(u32),
}

type Name = String;

#[test]
fn each_kind_of_type() {
    assert_eq!(shape::<bool>(), Shape::Bool);
    assert_eq!(
        text::<(i8, i16, i32, i64, i128, isize)>(),
        "(i8, i16, i32, i64, i128, i64)"
    );
    assert_eq!(
        text::<(u8, u16, u32, u64, u128, usize)>(),
        "(u8, u16, u32, u64, u128, u64)"
    );
    assert_eq!(
        text::<(f32, f64, char, (), bool)>(),
        "(f32, f64, char, (), bool)"
    );
    assert_eq!(
        text::<(String, &str, Cow<'_, str>, Box<str>)>(),
        "[string; 4]"
    );
    assert_eq!(text::<(&[u8], PathBuf, Name)>(), "(bytes, string, string)");
    assert_eq!(text::<Option<Option<u8>>>(), "??u8");
    assert_eq!(text::<Vec<Vec<u8>>>(), "[[u8]]");
    assert_eq!(text::<BTreeSet<u8>>(), "[u8]");
    assert_eq!(text::<[u16; 3]>(), "(u16, u16, u16)");
    assert_eq!(text::<[Point; 32]>(), "[{x: f32, y: f32}; 32]");
    assert_eq!(text::<[u8; 0]>(), "()");
    assert_eq!(
        text::<HashMap<u16, Option<Point>>>(),
        "map(u16: ?{x: f32, y: f32})"
    );
    assert_eq!(
        text::<Option<Vec<HashMap<String, (u8, u8)>>>>(),
        "?[map(string: (u8, u8))]"
    );
    assert_eq!(
        text::<Kind>(),
        "one of(A, B{x: u8}, C(u8), D{x: f32, y: f32}, E(u8, string), F, G{})"
    );
    assert_eq!(
        shape::<Kind>(),
        Shape::Enum(vec![
            named("A", Shape::Unit),
            named("B", Shape::Struct(vec![named("x", Shape::U8)])),
            named("C", Shape::U8),
            named(
                "D",
                Shape::Struct(vec![named("x", Shape::F32), named("y", Shape::F32)])
            ),
            named("E", Shape::Tuple(vec![Shape::U8, Shape::Str])),
            named("F", Shape::Unit),
            named("G", Shape::Struct(vec![])),
        ])
    );
}

#[test]
fn types_of_the_standard_library() {
    assert_eq!(text::<Duration>(), "{secs: u64, nanos: u32}");
    assert_eq!(
        text::<SystemTime>(),
        "{secs_since_epoch: u64, nanos_since_epoch: u32}"
    );
    assert_eq!(text::<Range<u8>>(), "{start: u8, end: u8}");
    assert_eq!(text::<Result<u8, String>>(), "one of(Ok(u8), Err(string))");
    assert_eq!(
        text::<IpAddr>(),
        "one of(V4(u8, u8, u8, u8), V6(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8))"
    );
    assert_eq!(
        text::<std::ops::Bound<u8>>(),
        "one of(Unbounded, Included(u8), Excluded(u8))"
    );
    assert_eq!(
        text::<(
            NonZeroU8,
            std::sync::atomic::AtomicU8,
            std::num::Wrapping<u8>
        )>(),
        "(u8, u8, u8)"
    );
    assert_eq!(text::<std::cell::RefCell<Box<u8>>>(), "u8");
}

#[test]
fn an_action() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Inner {
        v: u8,
    }
    let action = Shape::trace(|fields| {
        fields.field::<&'static str>("who");
        fields.field::<u32>("n");
        fields.field::<Point>("at");
        fields.field::<HashMap<u16, Option<Inner>>>("m");
        fields.field::<Vec<String>>("names");
        fields.field::<(u8, u8)>("pair");
    });
    assert_eq!(
        action.to_string(),
        "{who: string, n: u32, at: {x: f32, y: f32}, m: map(u16: ?{v: u8}), names: [string], pair: (u8, u8)}"
    );
    assert!(action.is_complete());
    round_trip(&action);
    assert_eq!(Shape::trace(|_| {}), Shape::Struct(vec![]));
    assert_eq!(Shape::trace(Fields::inner::<Point>), shape::<Point>());
    // A name twice has no form on a connection.
    fn twice(fields: &mut Fields<'static>) {
        fields.field::<u8>("a");
        fields.field::<u8>("a");
    }
    assert_eq!(Shape::trace(twice), Shape::Unknown);
}

#[test]
fn a_type_inside_itself() {
    assert_eq!(
        text::<List>(),
        "{id: u8, next: ?(as 2 levels up), after: u16}"
    );
    assert_eq!(text::<Tree>(), "{children: [(as 2 levels up)]}");
    assert_eq!(text::<Wrapper>(), "?(as 1 levels up)");
    assert_eq!(text::<Nested>(), "[(as 1 levels up)]");
    assert_eq!(
        text::<Expr>(),
        "one of(Add((as 2 levels up), (as 2 levels up)), Neg((as 1 levels up)), \
         Call{name: string, arguments: [(as 3 levels up)]}, Num(i64))"
    );
    assert_eq!(
        text::<Folder>(),
        "{name: string, entries: map(string: one of(Folder((as 3 levels up)), Link{to: (as 2 levels up)}, File(u32)))}"
    );
    assert_eq!(
        text::<Entry>(),
        "one of(Folder{name: string, entries: map(string: (as 3 levels up))}, Link{to: (as 2 levels up)}, File(u32))"
    );
    // A generic type inside itself is not the same type.
    assert_eq!(
        text::<Pair<Pair<u16>>>(),
        "{one: {one: u16, two: u16}, two: {one: u16, two: u16}}"
    );
    assert!(shape::<Vec<Expr>>().is_complete());
}

#[test]
fn a_type_without_end() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Endless {
        inner: Box<Endless>,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Itself(Box<Itself>);
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Both {
        again: Option<Box<Both>>,
        never: Itself,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Loop {
        A(Box<Loop>),
        B(Box<Loop>, u8),
    }
    // None of these has a value. What matters is that it ends.
    assert_eq!(text::<Endless>(), "{inner: (as 1 levels up)}");
    assert_eq!(text::<Itself>(), "unknown");
    assert_eq!(text::<Both>(), "{again: ?(as 2 levels up), never: unknown}");
    assert_eq!(text::<Loop>(), "one of(A((as 1 levels up)), B(unknown))");
    assert_eq!(
        text::<Option<Loop>>(),
        "?one of(A((as 1 levels up)), B(unknown))"
    );
    let endless = shape::<Endless>();
    assert!(endless.read(&[1; 1000]).is_err());
}

/// Writes a value as a body and reads it by the shape of its type: every byte is accounted for, and the type reads
/// itself from what comes out.
fn reads<T: Serialize + Deserialize<'static>>(value: &T) {
    let shape = shape::<T>();
    assert!(shape.is_complete(), "{shape}");
    let mut body = Vec::new();
    encode(value, &mut body, usize::MAX).unwrap();
    let read = shape.read(&body).expect("its own body");
    let read: &Value = Box::leak(Box::new(read));
    let again: T = read.to_data_from_body().expect("its own value");
    assert_eq!(Value::from_data(&again), Value::from_data(value), "{shape}");
    for length in 0..body.len() {
        assert!(
            shape.read(&body[..length]).is_err(),
            "{shape} from {length} bytes"
        );
    }
}

#[test]
fn a_body_can_be_read() {
    reads(&(true, -3_i8, 300_i16, 70_000_i32, i64::MIN, i128::MAX));
    reads(&(
        1_u8,
        300_u16,
        70_000_u32,
        u64::MAX,
        u128::MAX,
        1.5_f32,
        1e300_f64,
        'é',
        (),
        "grüße".to_owned(),
    ));
    reads(&vec![Some(1_u8), None]);
    reads(&[[1_u8, 2], [3, 4]]);
    reads(&HashMap::from([
        (1_u16, Some(vec!["a".to_owned()])),
        (2, None),
    ]));
    for kind in [
        Kind::A,
        Kind::B { x: 1 },
        Kind::C(2),
        Kind::D(Point { x: 1.0, y: 2.0 }),
        Kind::E(3, "e".into()),
        Kind::F(()),
        Kind::G {},
    ] {
        reads(&kind);
        reads(&vec![Some((kind.clone(), 7_u8)), None, Some((kind, 8))]);
    }
    let num = |n| Box::new(Expr::Num(NonZeroI64::new(n).unwrap()));
    let call = Expr::Call {
        name: "max".into(),
        arguments: vec![*num(1), Expr::Neg(num(-300))],
    };
    reads(&Expr::Add(Box::new(call), num(3)));
    let mut list = List::default();
    for id in 0..20 {
        list = List {
            id,
            next: Some(Box::new(list)),
            after: 500,
        };
    }
    reads(&list);
    reads(&Tree {
        children: vec![
            Tree { children: vec![] },
            Tree {
                children: vec![Tree { children: vec![] }],
            },
        ],
    });
    reads(&Wrapper(None));
    // As a value it would be `None`, which is another one.
    let nothing_inside = Wrapper(Some(Box::new(Wrapper(None))));
    let mut body = Vec::new();
    encode(&nothing_inside, &mut body, usize::MAX).unwrap();
    assert!(shape::<Wrapper>().read(&body).is_err());
    assert_eq!(shape::<Wrapper>().check(&body), Ok(()));
    reads(&Nested {
        lists: vec![Nested { lists: vec![] }],
    });
    let file = Entry::Link {
        to: Box::new(Entry::File(3)),
    };
    reads(&Folder {
        name: "/".into(),
        entries: [("a".into(), file)].into(),
    });
    reads(&(
        Duration::from_millis(3),
        SystemTime::UNIX_EPOCH,
        IpAddr::from([1, 2, 3, 4]),
        1..9_u8,
        NonZeroU8::MIN,
    ));
    reads(&Pair {
        one: Pair { one: 1_u16, two: 2 },
        two: Pair { one: 300, two: 4 },
    });
}
