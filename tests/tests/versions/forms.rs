//! What a type may be: shapes that are not complete, types that write
//! themselves otherwise than they read themselves, refused dummy values,
//! recursion, generics inside themselves, types of other crates.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU8;
use std::time::Duration;

use podsix::{Error, Incoming, Message, Value, data};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::support::{Crossing, Ends, Fault, WAYS, Way};

/// Sends `messages`, which have to arrive as `expected` both ways.
fn arrive<S: Message + Debug, R>(messages: &[S], expected: &[R])
where
    R: for<'de> Incoming<'de> + PartialEq + Debug,
{
    for way in WAYS {
        let crossing: Crossing<R> = Ends::new().cross(way, messages);
        assert_eq!(crossing.receiver, []);
        assert_eq!(crossing.sender, []);
        assert_eq!(crossing.got, expected);
    }
}

mod v1 {
    use super::*;

    #[derive(podsix::Data, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    pub(super) enum Target {
        Player(u32),
        Place { x: i32, y: i32 },
    }

    #[derive(podsix::Data, Clone, Debug, PartialEq)]
    pub(super) struct Pair<T> {
        pub(super) one: T,
        pub(super) other: T,
    }

    #[derive(podsix::Data, Clone, Debug, PartialEq)]
    pub(super) struct Tree {
        pub(super) leaf: u8,
        pub(super) inner: Vec<Self>,
    }

    #[derive(podsix::Message, Clone, Debug, PartialEq)]
    pub(super) enum M {
        Any {
            name: String,
            value: Value,
        },
        All(Value),
        Marks(HashMap<String, String>),
        Shoot {
            target: Target,
            power: u8,
        },
        Lives {
            lives: NonZeroU8,
            name: String,
        },
        Nested {
            pair: Pair<Pair<u16>>,
            number: u16,
        },
        Grow {
            tree: Tree,
        },
        Wire {
            from: IpAddr,
            to: SocketAddr,
            after: Duration,
            up: Option<Duration>,
        },
        Renamed {
            #[serde(rename = "colour")]
            color: String,
            size: u8,
        },
    }
}

mod v2 {
    use super::*;

    #[derive(podsix::Data, Clone, Debug, PartialEq)]
    pub(super) struct Tree {
        pub(super) inner: Vec<Self>,
        pub(super) leaf: u32,
        #[serde(default)]
        pub(super) height: u8,
    }

    #[derive(podsix::Data, Clone, Debug, PartialEq)]
    pub(super) struct Pair<T> {
        pub(super) other: T,
        pub(super) one: T,
    }

    #[derive(podsix::Message, Clone, Debug, PartialEq)]
    pub(super) enum M {
        Any {
            value: Value,
            name: String,
            more: Option<Value>,
        },
        All(Value),
        Marks(BTreeMap<String, String>),
        Shoot {
            power: u32,
            target: v1::Target,
        },
        Lives {
            name: String,
            lives: u16,
        },
        Nested {
            number: u32,
            pair: Pair<Pair<u32>>,
        },
        Grow {
            tree: Tree,
            #[serde(default)]
            garden: u8,
        },
        Wire {
            up: Option<Duration>,
            after: Duration,
            to: SocketAddr,
            from: IpAddr,
        },
        Renamed {
            size: u16,
            colour: String,
        },
    }
}

fn ones() -> Vec<v1::M> {
    use v1::*;
    let leaf = |leaf| Tree {
        leaf,
        inner: vec![],
    };
    let localhost = IpAddr::V6(Ipv6Addr::LOCALHOST);
    vec![
        M::Any {
            name: "a".into(),
            value: data! { "x": [1, (2, "b"), None] },
        },
        M::All(data! { "x": 1, "data": 2 }),
        M::All(Value::from(3)),
        M::Marks(HashMap::from([("a".into(), "b".into())])),
        M::Shoot {
            target: Target::Player(70_000),
            power: 2,
        },
        M::Shoot {
            target: Target::Place { x: -1, y: 2 },
            power: 2,
        },
        M::Lives {
            lives: NonZeroU8::MAX,
            name: "ann".into(),
        },
        M::Nested {
            pair: Pair {
                one: Pair { one: 1, other: 2 },
                other: Pair {
                    one: 3,
                    other: 60_000,
                },
            },
            number: 5,
        },
        M::Grow {
            tree: Tree {
                leaf: 1,
                inner: vec![
                    leaf(2),
                    Tree {
                        leaf: 3,
                        inner: vec![leaf(4)],
                    },
                ],
            },
        },
        M::Wire {
            from: localhost,
            to: SocketAddr::new(localhost, 31425),
            after: Duration::new(3, 500),
            up: None,
        },
        M::Renamed {
            color: "red".into(),
            size: 3,
        },
    ]
}

fn twos() -> Vec<v2::M> {
    use v2::*;
    let leaf = |leaf| Tree {
        leaf,
        inner: vec![],
        height: 0,
    };
    let localhost = IpAddr::V6(Ipv6Addr::LOCALHOST);
    vec![
        M::Any {
            name: "a".into(),
            value: data! { "x": [1, (2, "b"), None] },
            more: None,
        },
        M::All(data! { "x": 1, "data": 2 }),
        M::All(Value::from(3)),
        M::Marks(BTreeMap::from([("a".into(), "b".into())])),
        M::Shoot {
            target: v1::Target::Player(70_000),
            power: 2,
        },
        M::Shoot {
            target: v1::Target::Place { x: -1, y: 2 },
            power: 2,
        },
        M::Lives {
            lives: 255,
            name: "ann".into(),
        },
        M::Nested {
            pair: Pair {
                one: Pair { one: 1, other: 2 },
                other: Pair {
                    one: 3,
                    other: 60_000,
                },
            },
            number: 5,
        },
        M::Grow {
            tree: Tree {
                leaf: 1,
                inner: vec![
                    leaf(2),
                    Tree {
                        leaf: 3,
                        inner: vec![leaf(4)],
                        height: 0,
                    },
                ],
                height: 0,
            },
            garden: 0,
        },
        M::Wire {
            from: localhost,
            to: SocketAddr::new(localhost, 31425),
            after: Duration::new(3, 500),
            up: None,
        },
        M::Renamed {
            colour: "red".into(),
            size: 3,
        },
    ]
}

#[test]
fn every_form_arrives_at_its_own_version_and_at_the_other() {
    arrive(&ones(), &ones());
    arrive(&twos(), &twos());
    arrive(&ones(), &twos());
    arrive(&twos(), &ones());
}

#[derive(podsix::Message, Debug)]
#[message(send_only)]
enum Lent<'a> {
    Players { names: &'a [&'a str] },
    Line { from: &'a (u8, u8), text: &'a str },
}

#[derive(podsix::Message, Debug, PartialEq)]
enum Owned {
    Players {
        names: Vec<String>,
    },
    Line {
        text: String,
        from: (i32, i32),
        #[serde(default)]
        width: u8,
    },
}

#[test]
fn what_can_only_be_sent_is_read_by_name() {
    arrive(
        &[
            Lent::Players {
                names: &["ann", "bob"],
            },
            Lent::Line {
                from: &(1, 2),
                text: "hi",
            },
        ],
        &[
            Owned::Players {
                names: vec!["ann".into(), "bob".into()],
            },
            Owned::Line {
                text: "hi".into(),
                from: (1, 2),
                width: 0,
            },
        ],
    );
}

/// Writes a text and reads a number.
#[derive(Clone, Debug)]
struct TwoFaced;

impl Serialize for TwoFaced {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("two")
    }
}

impl<'de> Deserialize<'de> for TwoFaced {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u64::deserialize(from).map(|_| Self)
    }
}

#[derive(podsix::Message, Clone, Debug)]
enum Faulty {
    Say { before: u8, two: TwoFaced },
    Fine,
}

#[test]
fn a_type_that_reads_itself_otherwise_is_found_when_it_is_sent() {
    let mut ends = Ends::new();
    let faulty = Faulty::Say {
        before: 1,
        two: TwoFaced,
    };
    for _ in 0..2 {
        let error = ends.client.send(&faulty).unwrap_err();
        assert!(matches!(error, Error::Encode { .. }));
        let words = error.to_string();
        assert!(words.starts_with("`say` was not sent: "), "{words}");
        assert!(
            words.contains("its `Serialize` and `Deserialize` differ"),
            "{words}"
        );
        assert!(words.contains("field `two`"), "{words}");
    }
    ends.client.send(&Faulty::Fine).unwrap();
    let crossing: Crossing<Faulty> = ends.cross(Way::ToClient, &[faulty, Faulty::Fine]);
    assert!(matches!(&*crossing.got, [Faulty::Fine]), "{crossing:?}");
    assert!(
        matches!(&*crossing.sender, [Fault::Other(_)]),
        "{crossing:?}"
    );
}

/// Leaves a field out now and then, as serde can be told to.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Sparse {
    #[serde(default, skip_serializing_if = "is_zero")]
    x: u8,
    y: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(x: &u8) -> bool {
    *x == 0
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
struct Holey {
    sparse: Sparse,
    list: Vec<u8>,
}

#[test]
fn a_field_that_is_left_out_is_never_taken_for_another_one() {
    let mut ends = Ends::new();
    let full = Holey {
        sparse: Sparse { x: 5, y: 1 },
        list: vec![0],
    };
    let sparse = Holey {
        sparse: Sparse { x: 0, y: 5 },
        list: vec![0],
    };
    ends.client.send(&full).unwrap();
    let error = ends.client.send(&sparse).unwrap_err().to_string();
    assert!(error.contains('x'), "{error}");
    let [(got, faults), _] = ends.turns::<Holey>();
    assert_eq!((got, faults), (vec![full], vec![]));
}

mod options {
    #[derive(podsix::Message, Clone, Debug, PartialEq)]
    pub(super) enum Old {
        Bid { bid: Option<Option<u8>>, who: u8 },
    }

    #[derive(podsix::Message, Clone, Debug, PartialEq)]
    pub(super) enum New {
        Bid { who: u8, bid: Option<Option<u8>> },
    }
}

#[test]
fn an_option_in_an_option_is_never_another_one() {
    use options::{New, Old};
    for bid in [None, Some(None), Some(Some(3))] {
        arrive(&[Old::Bid { bid, who: 1 }], &[Old::Bid { bid, who: 1 }]);
        for way in WAYS {
            let crossing: Crossing<New> = Ends::new().cross(way, &[Old::Bid { bid, who: 1 }]);
            assert!(
                crossing.got.is_empty() || crossing.got == [New::Bid { who: 1, bid }],
                "{crossing:?}"
            );
        }
    }
}

/// A message whose fields have no complete shape crosses with their names.
#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Named {
    Bid {
        bids: Vec<Option<Option<u8>>>,
        pass: Option<()>,
        note: Option<Value>,
    },
}

#[test]
fn some_of_nothing_is_not_sent_with_names() {
    let bid = |bid, pass, note| Named::Bid {
        bids: vec![None, bid],
        pass,
        note,
    };
    let whole = [
        bid(None, None, None),
        bid(Some(Some(3)), None, Some(Value::from(1))),
    ];
    arrive(&whole, &whole);

    let mut ends = Ends::new();
    for (message, place) in [
        (bid(Some(None), None, None), "`bids[1]`"),
        (bid(None, Some(()), None), "`pass`"),
        (bid(None, None, Some(Value::None)), "`note`"),
    ] {
        let error = ends.client.send(&message).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`bid` was not sent: field {place}: `Some` that holds nothing (`Some(None)`, `Some(())`) can't \
                 be told from `None` by name: write an enum with a variant for each case"
            )
        );
        assert!(matches!(error, Error::Encode { .. }));
        ends.server.channels().broadcast(&message);
    }
    // A server is told by the channel's error, and nothing has crossed.
    let [(_, at_server), (got, at_client)] = ends.turns::<Named>();
    assert_eq!((at_server.len(), got, at_client), (3, vec![], vec![]));
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Typed {
    Set { value: u8, name: String },
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum Free {
    Set { name: Value, value: Value },
}

#[test]
fn a_value_takes_what_a_type_sends_and_a_type_what_a_value_holds() {
    let typed = [Typed::Set {
        value: 3,
        name: "x".into(),
    }];
    let free = [Free::Set {
        value: Value::from(3),
        name: Value::from("x"),
    }];
    arrive(&typed, &free);
    arrive(&free, &typed);
}
