//! Which types of one program can be read as those of another: what the structs inside require, and what they don't.

use std::collections::BTreeMap;
use std::num::NonZeroU8;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::Shape;
use super::shape;

/// The names of the fields that are known to be required, of all structs in the shape.
fn required(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Option(inner) | Shape::Seq(inner) => required(inner),
        Shape::Tuple(shapes) => shapes.iter().flat_map(required).collect(),
        Shape::Map(entry) => [required(&entry.0), required(&entry.1)].concat(),
        Shape::Struct(members) | Shape::Enum(members) => {
            let member = |member: &'_ super::Named| member.leniency.required;
            let names = members.iter().flat_map(|named| {
                let own = member(named).then_some(&*named.name);
                own.into_iter().chain(required(&named.shape))
            });
            names.collect()
        }
        _ => vec![],
    }
}

fn requires<T: Deserialize<'static>>(names: &[&str]) {
    let shape = shape::<T>();
    assert!(shape.is_complete(), "{shape}");
    assert_eq!(required(&shape), names, "{shape}");
}

fn takes<Ours: Deserialize<'static>, Theirs: Deserialize<'static>>() -> bool {
    shape::<Ours>().takes(&shape::<Theirs>())
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Card {
    suit: u8,
    rank: u8,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct GoldCard {
    gold: bool,
    suit: u8,
    rank: u8,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct DefaultCard {
    suit: u8,
    #[serde(default)]
    gold: bool,
    rank: u8,
    #[serde(default = "seven")]
    worth: u8,
    owner: Option<String>,
    #[serde(skip)]
    seen: bool,
}

fn seven() -> u8 {
    7
}

#[derive(Deserialize, Default)]
#[serde(default)]
#[allow(dead_code)]
struct Defaults {
    suit: u8,
    rank: u8,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Renamed {
    #[serde(alias = "suit", alias = "colour")]
    kind: u8,
    rank: u8,
    #[serde(default, alias = "worth")]
    value: u8,
}

#[test]
fn a_field_without_a_default_is_required() {
    requires::<Card>(&["suit", "rank"]);
    requires::<DefaultCard>(&["suit", "rank"]);
    requires::<Defaults>(&[]);
    requires::<Renamed>(&["kind", "rank"]);
    requires::<Vec<Option<(u8, BTreeMap<u8, Card>)>>>(&["suit", "rank"]);

    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Tool {
        Line {
            width: u8,
            #[serde(default)]
            dashes: bool,
        },
        Stamp(Card),
        Pen,
    }
    requires::<Tool>(&["width", "suit", "rank"]);

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Maybe(Option<u8>);
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Odd {
        // serde asks for it although it may hold nothing.
        maybe: Maybe,
        #[serde(deserialize_with = "maybe")]
        with: Option<u8>,
        unit: (),
    }
    fn maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
        Option::deserialize(deserializer)
    }
    requires::<Odd>(&["maybe", "with", "unit"]);
}

#[test]
fn it_is_found_out_also_where_values_are_refused_and_types_are_in_themselves() {
    #[derive(Deserialize)]
    #[serde(try_from = "u8")]
    struct Seven;
    impl TryFrom<u8> for Seven {
        type Error = &'static str;
        fn try_from(number: u8) -> Result<Self, &'static str> {
            (number == 100).then_some(Self).ok_or("not 100")
        }
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Picky {
        id: NonZeroU8,
        #[serde(default = "none")]
        seven: Option<Seven>,
        seven_too: Seven,
        #[serde(default)]
        list: Vec<Picky>,
        after: u16,
    }
    fn none() -> Option<Seven> {
        None
    }
    requires::<Picky>(&["id", "seven_too", "after"]);

    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Expr {
        Add { left: Box<Expr>, right: Box<Expr> },
        Num { number: NonZeroU8 },
    }
    requires::<Expr>(&["left", "right", "number"]);
    requires::<(Option<Box<Expr>>, Card)>(&["left", "right", "number", "suit", "rank"]);
}

/// A struct written by hand, which has to have one of two fields. `read` reads a field of a map.
struct Angle<V>(V);

impl<'de, V: Value<'de>> Deserialize<'de> for Angle<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<V>(std::marker::PhantomData<V>);
        impl<'de, V: Value<'de>> Visitor<'de> for Fields<V> {
            type Value = Angle<V>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("degrees or radians")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Angle<V>, A::Error> {
                fields.next_element::<u16>()?;
                fields.next_element::<f32>()?;
                Ok(Angle(V::default()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Angle<V>, A::Error> {
                let mut found = None;
                while let Some(name) = fields.next_key::<String>()? {
                    found = Some(V::read(&name, &mut fields)?);
                }
                found
                    .map(Angle)
                    .ok_or_else(|| Error::missing_field("degrees"))
            }
        }
        let fields = Fields(std::marker::PhantomData);
        deserializer.deserialize_struct("Angle", &["degrees", "radians"], fields)
    }
}

trait Value<'de>: Default {
    fn read<A: MapAccess<'de>>(name: &str, fields: &mut A) -> Result<Self, A::Error>;
}

#[derive(Default)]
struct Typed;

impl<'de> Value<'de> for Typed {
    fn read<A: MapAccess<'de>>(name: &str, fields: &mut A) -> Result<Self, A::Error> {
        match name {
            "degrees" => fields.next_value::<u16>().map(drop)?,
            _ => fields.next_value::<f32>().map(drop)?,
        }
        Ok(Self)
    }
}

/// Skips by name what it reads in order.
#[derive(Default)]
struct Skipped;

impl<'de> Value<'de> for Skipped {
    fn read<A: MapAccess<'de>>(_: &str, fields: &mut A) -> Result<Self, A::Error> {
        fields.next_value::<IgnoredAny>().map(|_| Self)
    }
}

/// Asks by name for other types than in order.
#[derive(Default)]
struct Widened;

impl<'de> Value<'de> for Widened {
    fn read<A: MapAccess<'de>>(_: &str, fields: &mut A) -> Result<Self, A::Error> {
        fields.next_value::<f64>().map(|_| Self)
    }
}

#[test]
fn what_is_not_known_for_certain_is_not_required() {
    requires::<Angle<Typed>>(&[]);
    requires::<(Angle<Skipped>, Card)>(&["suit", "rank"]);
    requires::<(Angle<Widened>, Card)>(&["suit", "rank"]);

    // No value can be made of it, so nothing can be asked.
    #[derive(Deserialize)]
    #[serde(try_from = "u8")]
    struct Never;
    impl TryFrom<u8> for Never {
        type Error = &'static str;
        fn try_from(_: u8) -> Result<Self, &'static str> {
            Err("never")
        }
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Stuck {
        number: u8,
        never: Never,
    }
    requires::<Stuck>(&[]);
}

#[test]
fn a_struct_inside_is_taken_with_all_that_it_requires() {
    assert!(takes::<Card, Card>());
    assert!(takes::<Card, GoldCard>());
    assert!(!takes::<GoldCard, Card>());
    assert!(takes::<DefaultCard, Card>());
    assert!(takes::<DefaultCard, GoldCard>());
    assert!(takes::<Defaults, ()>() == takes::<Card, ()>());
    assert!(!takes::<Vec<(u8, Option<GoldCard>)>, Vec<(u8, Option<Card>)>>());
    assert!(takes::<
        Vec<(u8, Option<GoldCard>)>,
        Vec<(u8, Option<GoldCard>)>,
    >());
    assert!(!takes::<BTreeMap<String, GoldCard>, BTreeMap<String, Card>>());
    assert!(!takes::<[GoldCard; 2], Vec<Card>>());

    // Under an alias it is there.
    assert!(takes::<Renamed, Card>());
    assert!(!takes::<Card, Renamed>());
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Text {
        suit: String,
        rank: u8,
    }
    assert!(!takes::<Renamed, Text>());

    // Of a shape that came from a peer, nothing else is known: it requires nothing.
    let theirs = Shape::decode(&super::encoded(&shape::<GoldCard>())).unwrap();
    assert_eq!(theirs, shape::<GoldCard>());
    assert!(required(&theirs).is_empty());
    assert!(theirs.takes(&shape::<Card>()));
}

#[test]
fn a_variant_is_taken_with_all_that_it_requires() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Old {
        Pen,
        Line { width: u8 },
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum New {
        Line {
            width: u8,
            #[serde(default)]
            dashes: bool,
        },
        Pen,
        Eraser,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Strict {
        Line { width: u8, dashes: bool },
        Pen,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Other {
        Brush,
    }
    assert!(takes::<New, Old>() && takes::<Old, New>());
    assert!(takes::<Old, Strict>() && !takes::<Strict, Old>());
    assert!(!takes::<Old, Other>());
}

#[test]
fn what_differs_behind_types_inside_themselves_is_found() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Tree<T> {
        left: Option<Box<Tree<T>>>,
        right: Option<Box<Tree<T>>>,
        inner: Vec<Tree<T>>,
        value: T,
    }
    assert!(takes::<Tree<u8>, Tree<u32>>());
    assert!(!takes::<Tree<u8>, Tree<String>>());
    assert!(!takes::<(Tree<u8>, GoldCard), (Tree<u8>, Card)>());
    assert!(!takes::<Tree<GoldCard>, Tree<Card>>());
    assert!(takes::<Tree<Card>, Tree<GoldCard>>());
}
