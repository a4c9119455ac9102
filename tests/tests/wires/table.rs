//! The table of `podsix::guide::wires`, each row of it against what happens.

use std::collections::BTreeMap;
use std::fmt::Debug;

use podsix::value::{Key, Map};
use podsix::{Data, Incoming, Message, Value, data};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::{Ends, Fault, Got};

const PAGE: &str = include_str!("../../../podsix/src/guide/wires.md");

const ARRIVES: &str = "arrives";
const NONE: &str = "arrives as `None`";
const TEXT: &str = "arrives as text";
const LIST: &str = "arrives as a list";
const TEXT_KEYS: &str = "arrives, the keys as text";
const NOT_SENT: &str = "not sent";
const NOT_READ: &str = "not read";
const REFUSED: &str = "refused at both ends";

/// A message with a field of any type.
#[derive(podsix::Message, Clone, Debug)]
enum One<T> {
    Take { it: T },
}

/// The same for who only sends, so that its names go with it.
#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum Named<T> {
    Take { it: T },
}

/// A variant that is what is in it.
#[derive(podsix::Message, Clone, Debug)]
enum Whole<T> {
    Take(T),
}

#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum NamedWhole<T> {
    Take(T),
}

/// The field is missing.
#[derive(podsix::Message, Clone, Debug)]
enum Without {
    Take,
}

#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum NamedWithout {
    Take,
}

/// There is another field.
#[derive(podsix::Message, Clone, Debug)]
enum More {
    Take { it: u8, more: String },
}

#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum NamedMore {
    Take { it: u8, more: String },
}

#[derive(Data, Clone, Debug)]
struct Point {
    x: i32,
    y: Option<i32>,
}

#[derive(Data, Clone, Debug)]
enum Shape {
    Dot,
    Line(u8, u8),
    Named(String),
    Circle { radius: f32 },
}

#[derive(Data, Clone, Debug)]
struct Marker;

/// Bytes, as `serde_bytes` has them.
#[derive(Clone, Debug)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

/// A line of the table: what is sent, and what becomes of it on each wire.
struct Row {
    kind: &'static str,
    cells: Vec<&'static str>,
}

/// Sends a message in both directions over each wire. What arrives is one of
/// `accepted`, to the last bit.
fn row<S, D, R>(kind: &'static str, sent: &S, named: &D, accepted: &[(&'static str, R)]) -> Row
where
    S: Message,
    D: Message,
    R: for<'de> Incoming<'de> + Debug,
{
    let cells = vec![
        cell("podsix", kind, sent, accepted),
        cell("podsix", kind, named, accepted),
        cell("podsixnet", kind, sent, accepted),
        cell("podsixnet+json", kind, sent, accepted),
        cell("ws", kind, sent, accepted),
    ];
    Row { kind, cells }
}

fn cell<S, R>(wire: &str, kind: &str, sent: &S, accepted: &[(&'static str, R)]) -> &'static str
where
    S: Message,
    R: for<'de> Incoming<'de> + Debug,
{
    let mut ends = Ends::new(&[wire]);
    let refused = ends.clients[0].send(sent).err();
    let (server, client) = ends.turns::<R>();
    let refused: Vec<Fault> = refused.iter().map(Fault::of).collect();
    let up = outcome(&server, &client[0].errors, &refused, accepted);
    ends.broadcast(sent);
    let (server, client) = ends.turns::<R>();
    let down = outcome(&client[0], &server.errors, &[], accepted);
    assert_eq!(up, down, "{kind} over {wire}");
    ends.all_are_up();
    up
}

/// What became of a message, by what its receiver and its sender were told.
fn outcome<R: Debug>(
    receiver: &Got<R>,
    sender: &[Fault],
    send: &[Fault],
    accepted: &[(&'static str, R)],
) -> &'static str {
    let faults: Vec<&Fault> = sender.iter().chain(send).collect();
    match (&*receiver.messages, &*receiver.errors, &*faults) {
        ([got], [], []) => {
            // What prints the same is the same, also -0.0 and NaN.
            let got = format!("{got:?}");
            let found = accepted.iter().find(|(_, one)| format!("{one:?}") == got);
            let Some((words, _)) = found else {
                panic!("it arrived as {got}, which is none of {accepted:?}");
            };
            words
        }
        ([], [], [fault]) if fault.kind == "Encode" => {
            assert!(fault.field.starts_with("it"), "{fault:?}");
            assert!(fault.words.contains("`take`"), "{fault:?}");
            NOT_SENT
        }
        ([], [fault], []) if fault.kind == "Decode" => {
            assert!(fault.field.starts_with("it"), "{fault:?}");
            assert!(fault.words.contains("`take`"), "{fault:?}");
            NOT_READ
        }
        ([], [there], [here]) if there.kind == "ShapesDiffer" && here.kind == "ShapesDiffer" => {
            REFUSED
        }
        _ => panic!("{receiver:?}, {faults:?}"),
    }
}

/// A field that arrives as it is wherever it arrives.
fn same<T>(kind: &'static str, it: T) -> Row
where
    T: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    become_one_of(kind, it.clone(), &[(ARRIVES, it)])
}

/// A field that is read as another type, or arrives changed.
fn become_one_of<S, R>(kind: &'static str, it: S, accepted: &[(&'static str, R)]) -> Row
where
    S: Serialize + DeserializeOwned + Clone + 'static,
    R: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    let accepted: Vec<(&str, One<R>)> = accepted
        .iter()
        .map(|(words, it)| (*words, One::Take { it: it.clone() }))
        .collect();
    let named = Named::Take { it: it.clone() };
    row(kind, &One::Take { it }, &named, &accepted)
}

/// A field that no end can read as `R`.
fn never<S, R>(kind: &'static str, it: S) -> Row
where
    S: Serialize + DeserializeOwned + Clone + 'static,
    R: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    become_one_of::<S, R>(kind, it, &[])
}

fn whole<T>(kind: &'static str, it: T) -> Row
where
    T: Serialize + DeserializeOwned + Clone + Debug + 'static,
{
    let named = NamedWhole::Take(it.clone());
    let sent = Whole::Take(it);
    row(kind, &sent, &named, &[(ARRIVES, sent.clone())])
}

fn numbers() -> Vec<Row> {
    vec![
        same("`bool`", [true, false]),
        same("`i8`, `u8`", (i8::MIN, i8::MAX, u8::MAX)),
        same("`i16`, `u16`", (i16::MIN, i16::MAX, u16::MAX)),
        same("`i32`, `u32`", (i32::MIN, i32::MAX, u32::MAX)),
        same(
            "`i64`, `u64`, up to 2⁵³",
            (-(1_i64 << 53) + 1, (1_u64 << 53) - 1),
        ),
        same("`i64`, `u64`, beyond 2⁵³", (i64::MIN, u64::MAX)),
        same("`i128`, `u128`, beyond 64 bits", (i128::MIN, u128::MAX)),
        same(
            "`f32`",
            [0.1_f32, -0.0, f32::MAX, f32::MIN_POSITIVE, 1e-45, 2.0],
        ),
        same(
            "`f64`",
            [0.1_f64, -0.0, 1e300, f64::MIN_POSITIVE, 5e-324, 2.0],
        ),
        same("NaN", f64::NAN),
        same("an infinity", f32::NEG_INFINITY),
    ]
}

fn texts() -> Vec<Row> {
    vec![
        same("`char`", ['x', 'é', '☃', '𝄞', '\0', '"']),
        same(
            "`String`",
            ["", "\"\\/\u{8}\t\r\n\u{7f}\u{2028}", "é☃𝄞"].map(str::to_owned),
        ),
        same("text with the terminator inside", "a\0---\0b".to_owned()),
        same("text that ends in `\\0---`", "a\0---".to_owned()),
        same("bytes that are UTF-8", Bytes(b"caf\xc3\xa9".to_vec())),
        same("bytes that are not", Bytes(vec![0xff, 0, 0xfe])),
        same("`Vec<u8>`", vec![0xff_u8, 0, 0xfe]),
    ]
}

fn compounds() -> Vec<Row> {
    let point = |x| Point { x, y: Some(1) };
    vec![
        same("`Some`", Some(5_u8)),
        same("`None`", None::<u8>),
        same("`Some(None)`", Some(None::<u8>)),
        same("`()`, a unit struct", ((), Marker)),
        same("`Vec`", vec![vec![1_u8, 2], vec![]]),
        same("an array", [[1_i32, 2], [3, 4]]),
        same("a tuple", (1_u8, "two".to_owned(), 3.5_f64)),
        same("numbers whose bytes are the terminator", [2_960_685_u32, 0]),
        same("a struct", vec![point(1), Point { x: 2, y: None }]),
        same("a variant without data", Shape::Dot),
        same(
            "a variant with data",
            vec![
                Shape::Line(1, 2),
                Shape::Named("it".to_owned()),
                Shape::Circle { radius: 0.5 },
            ],
        ),
        whole("a newtype variant of the message around a struct", point(3)),
        whole(
            "a newtype variant of the message around anything else",
            vec![1_u8, 2],
        ),
        whole(
            "a newtype variant of the message around a map with the key `action`",
            map(["action", "other"].map(str::to_owned)),
        ),
        same("a map with text as keys", map(["a", ""].map(str::to_owned))),
        same("a map with integers as keys", map([-1_i32, 0, i32::MAX])),
        same("a map with `bool`s as keys", map([false, true])),
        same("a map with tuples as keys", map([(0_u8, 0_u8), (8, 8)])),
    ]
}

/// A value that is no map, from one that is.
fn item(map: Value) -> Value {
    map["it"].clone()
}

fn map<K: Ord, const N: usize>(keys: [K; N]) -> BTreeMap<K, u8> {
    keys.into_iter().map(|key| (key, 7)).collect()
}

fn values() -> Vec<Row> {
    let same = |kind, it: Value| same(kind, it);
    let becomes = |kind, it: Value, words, other: Value| {
        become_one_of(kind, it.clone(), &[(ARRIVES, it), (words, other)])
    };
    let big = Value::parse_int("123456789012345678901234567890123456789012345678901").unwrap();
    let float_keys =
        [0.5, 2.0].map(|key| (Key::try_from(Value::from(key)).unwrap(), Value::from(1)));
    let text_and_bytes = ["key".into(), Value::Bytes(b"key".to_vec())]
        .map(|key| (Key::try_from(key).unwrap(), Value::from(1)));
    vec![
        same("`Value::None`", Value::None),
        same("`Value::Bool`", true.into()),
        same("`Value::Int`", 7.into()),
        same("`Value::BigInt`", big),
        same("`Value::Float`", item(data! { "it": [0.1, 2.0, -0.0] })),
        same("`Value::Str`", "text".into()),
        becomes(
            "`Value::Bytes` that are UTF-8",
            Value::Bytes(b"text".to_vec()),
            TEXT,
            "text".into(),
        ),
        same("`Value::Bytes` that are not", Value::Bytes(vec![0xff])),
        same("`Value::List`", item(data! { "it": [1, [2]] })),
        becomes(
            "`Value::Tuple`",
            item(data! { "it": (1, 2) }),
            LIST,
            item(data! { "it": [1, 2] }),
        ),
        same("`Value::Map` with text as keys", data! { "a": { "b": 1 } }),
        becomes(
            "`Value::Map` with integers as keys",
            data! { 1: "one", -2: "two" },
            TEXT_KEYS,
            data! { "1": "one", "-2": "two" },
        ),
        same(
            "`Value::Map` with floats as keys",
            Value::Map(float_keys.into_iter().collect::<Map>()),
        ),
        same("`Value::Map` with tuples as keys", data! { (1, 2): 3 }),
        same(
            "`Value::Map` with the keys `1` and `\"1\"`",
            data! { 1: 1, "1": 2 },
        ),
        same(
            "`Value::Map` with text and the same bytes as keys",
            Value::Map(text_and_bytes.into_iter().collect::<Map>()),
        ),
    ]
}

fn otherwise() -> Vec<Row> {
    vec![
        row(
            "nothing for an `Option`",
            &Without::Take,
            &NamedWithout::Take,
            &[(NONE, One::<Option<u8>>::Take { it: None })],
        ),
        row::<_, _, One<u8>>(
            "nothing for any other",
            &Without::Take,
            &NamedWithout::Take,
            &[],
        ),
        row(
            "a field that nobody asked for",
            &More::Take {
                it: 1,
                more: "more".to_owned(),
            },
            &NamedMore::Take {
                it: 1,
                more: "more".to_owned(),
            },
            &[(ARRIVES, One::Take { it: 1_u8 })],
        ),
        become_one_of("an integer for a float", 3_u8, &[(ARRIVES, 3.0_f64)]),
        become_one_of("a whole float for an integer", 3.0_f64, &[(ARRIVES, 3_u8)]),
        never::<f64, u8>("3.5 for an integer", 3.5),
        never::<i32, u8>("-1 or 300 for a `u8`", 300),
        never::<f64, f32>("1e300 for an `f32`", 1e300),
        never::<bool, u8>("a `bool` for an integer", true),
        never::<u8, bool>("an integer for a `bool`", 1),
        never::<u8, String>("an integer for text", 1),
        become_one_of(
            "a tuple for a `Vec`",
            (1_u8, 2_u8),
            &[(ARRIVES, vec![1_u8, 2])],
        ),
        become_one_of(
            "a `Vec` for a tuple",
            vec![1_u8, 2],
            &[(ARRIVES, (1_u8, 2_u8))],
        ),
        never::<Vec<u8>, (u8, u8)>("a `Vec` of another length for a tuple", vec![1, 2, 3]),
        become_one_of(
            "text of digits as keys for integers",
            map(["-1", "17"].map(str::to_owned)),
            &[(ARRIVES, map([-1_i32, 17]))],
        ),
        never::<String, Shape>(
            "a variant that the other end doesn't have",
            "Square".to_owned(),
        ),
    ]
}

#[test]
fn the_table_in_the_guide_is_what_happens() {
    let mut rows = numbers();
    rows.extend(texts());
    rows.extend(compounds());
    rows.extend(values());
    rows.extend(otherwise());
    let is: Vec<String> = rows
        .iter()
        .map(|row| format!("| {} | {} |", row.kind, row.cells.join(" | ")))
        .collect();
    let (_, table) = PAGE.split_once("# What becomes of a value").unwrap();
    let (table, _) = table.split_once("\n- ").unwrap();
    let lines = table.lines().filter(|line| line.starts_with('|'));
    let says: Vec<&str> = lines.skip(2).collect();
    assert_eq!(says, is, "the table should be\n{}\n", is.join("\n"));
}

/// What is out of range is named: action, field and number.
#[test]
fn a_number_out_of_range_is_shown() {
    for wire in crate::support::WIRES {
        let mut ends = Ends::new(&[wire]);
        for it in [300_i32, -1] {
            ends.clients[0].send(&One::Take { it }).unwrap();
            let (server, _) = ends.turns::<One<u8>>();
            let [fault] = &*server.errors else {
                panic!("{wire}: {server:?}");
            };
            for words in ["take", "`it`", &it.to_string()] {
                assert!(fault.words.contains(words), "{wire}: {fault:?}");
            }
        }
        ends.all_are_up();
    }
}
