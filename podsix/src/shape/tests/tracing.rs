//! Types that are hard to look at: they refuse values, change by value, or are named in another way than they look.

use std::marker::PhantomData;
use std::num::{NonZeroU8, NonZeroU32};

use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::{Fields, Shape};
use super::{round_trip, shape, text};

#[derive(Deserialize, Debug)]
#[serde(try_from = "String")]
struct Colour;

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let colour = text
            .strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.starts_with("ab"));
        if colour {
            Ok(Self)
        } else {
            Err(format!("`{text}` is no bright colour"))
        }
    }
}

/// Accepts what has a dot.
#[derive(Deserialize, Debug)]
#[serde(try_from = "String")]
struct Version;

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text.contains('.') {
            Ok(Self)
        } else {
            Err("no version")
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<u8>")]
struct NotEmpty;

impl TryFrom<Vec<u8>> for NotEmpty {
    type Error = &'static str;

    fn try_from(bytes: Vec<u8>) -> Result<Self, &'static str> {
        if bytes.is_empty() {
            Err("empty")
        } else {
            Ok(Self)
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "(u8, Option<u8>)")]
struct Some5;

impl TryFrom<(u8, Option<u8>)> for Some5 {
    type Error = &'static str;

    fn try_from(pair: (u8, Option<u8>)) -> Result<Self, &'static str> {
        if pair == (5, Some(5)) {
            Ok(Self)
        } else {
            Err("not five")
        }
    }
}

#[test]
fn another_value_is_tried_when_one_is_refused() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Picky {
        id: NonZeroU8,
        version: Version,
        bytes: NotEmpty,
        ids: Vec<NonZeroU32>,
        next: Option<Box<Picky>>,
        after: u16,
    }
    assert_eq!(
        text::<Picky>(),
        "{id: u8, version: string, bytes: [u8], ids: [u32], next: ?(as 2 levels up), after: u16}"
    );
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Number {
        Neg(Box<Number>, NonZeroU8),
        Plain { value: NonZeroU32, version: Version },
    }
    assert_eq!(
        text::<Number>(),
        "one of(Neg((as 2 levels up), u8), Plain{value: u32, version: string})"
    );
    assert_eq!(text::<(NotEmpty, u8)>(), "([u8], u8)");
    assert_eq!(text::<(Some5, u8)>(), "((u8, ?u8), u8)");
    assert_eq!(
        text::<Option<(NonZeroU8, Number, u8)>>(),
        format!("?(u8, {}, u8)", text::<Number>())
    );
}

/// What a type reads is certain also when it refuses each value of it. Only what comes after it is out of reach.
#[test]
fn a_type_that_refuses_everything_is_known_but_not_what_follows() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Last {
        n: u8,
        colour: Colour,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct First {
        colour: Colour,
        n: u8,
    }
    assert_eq!(text::<Colour>(), "string");
    assert_eq!(text::<Last>(), "{n: u8, colour: string}");
    assert_eq!(text::<First>(), "unknown");
    assert_eq!(
        text::<(u8, Option<First>, Vec<First>, u8)>(),
        "(u8, ?unknown, [unknown], u8)"
    );
    assert_eq!(text::<(u8, First, u8)>(), "unknown");
    assert_eq!(text::<Vec<Colour>>(), "[string]");
    assert_eq!(text::<Result<Colour, u8>>(), "one of(Ok(string), Err(u8))");
    let action = Shape::trace(|fields| {
        fields.field::<Colour>("colour");
        fields.field::<First>("first");
        fields.field::<NonZeroU8>("n");
        fields.field::<Last>("last");
    });
    assert_eq!(
        action.to_string(),
        "{colour: string, first: unknown, n: u8, last: {n: u8, colour: string}}"
    );
    assert!(!action.is_complete());
    round_trip(&action);
}

#[test]
fn serde_attributes() {
    mod seconds {
        use super::{Deserialize, Deserializer};

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(
            seconds: D,
        ) -> Result<std::time::Duration, D::Error> {
            Ok(std::time::Duration::from_secs(
                u32::deserialize(seconds)?.into(),
            ))
        }
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", rename = "Other", default)]
    #[allow(dead_code)]
    #[derive(Default)]
    struct Renamed {
        long_name: u8,
        #[serde(rename = "type")]
        kind: u16,
        #[serde(skip)]
        skipped: Vec<u8>,
        #[serde(with = "seconds")]
        wait: std::time::Duration,
        marker: PhantomData<u8>,
    }
    assert_eq!(
        text::<Renamed>(),
        "{longName: u8, type: u16, wait: u32, marker: ()}"
    );
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[allow(dead_code)]
    enum Kind {
        TwoWords,
        #[serde(rename = "x", rename_all = "UPPERCASE")]
        Named {
            field: u8,
        },
    }
    assert_eq!(text::<Kind>(), "one of(two_words, x{FIELD: u8})");
    #[derive(Deserialize)]
    #[serde(transparent)]
    #[allow(dead_code)]
    struct Id {
        id: u32,
    }
    assert_eq!(text::<Vec<Id>>(), "[u32]");
}

#[test]
fn aliases_are_told_from_names() {
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Aliased {
        #[serde(alias = "z", alias = "a")]
        who: NonZeroU8,
        #[serde(alias = "alpha")]
        text: String,
        plain: Option<u8>,
        #[serde(default, alias = "aa", alias = "zz")]
        last: Vec<u8>,
    }
    assert_eq!(
        text::<Aliased>(),
        "{who: u8, text: string, plain: ?u8, last: [u8]}"
    );
    assert_eq!(
        text::<(Option<Aliased>, u8)>(),
        "(?{who: u8, text: string, plain: ?u8, last: [u8]}, u8)"
    );
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Kind {
        Named {
            #[serde(alias = "b")]
            a: u8,
        },
        Other,
    }
    assert_eq!(text::<Kind>(), "one of(Named{a: u8}, Other)");
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Ambiguous {
        #[serde(alias = "Old")]
        New,
        Other,
    }
    assert_eq!(text::<Ambiguous>(), "unknown");
    assert_eq!(text::<(Option<Ambiguous>, u8)>(), "(?unknown, u8)");
}

#[test]
fn what_asks_for_the_format_is_unknown() {
    #[derive(Deserialize)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum Untagged {
        A(u8),
        B(String),
    }
    #[derive(Deserialize)]
    #[serde(tag = "type")]
    #[allow(dead_code)]
    enum Tagged {
        A { x: u8 },
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Flat {
        a: u8,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, u8>,
    }
    #[derive(Deserialize)]
    #[allow(dead_code)]
    enum Open {
        A,
        #[serde(other)]
        Other,
    }
    assert_eq!(text::<IgnoredAny>(), "unknown");
    assert_eq!(text::<Untagged>(), "unknown");
    assert_eq!(text::<Tagged>(), "unknown");
    assert!(!shape::<Flat>().is_complete());
    assert_eq!(text::<Open>(), "unknown");
    assert_eq!(text::<Vec<Untagged>>(), "[unknown]");
    assert_eq!(
        text::<(u8, Vec<Untagged>, Option<IgnoredAny>, u8)>(),
        "(u8, [unknown], ?unknown, u8)"
    );
    assert_eq!(
        text::<Result<u8, IgnoredAny>>(),
        "one of(Ok(u8), Err(unknown))"
    );
}

/// Reads another type after a first byte that is not 0; the 1 comes to it because it refuses the 0 at first.
struct ByValue;

impl<'de> Deserialize<'de> for ByValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = ByValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a pair")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<ByValue, A::Error> {
                match pair.next_element::<u8>()? {
                    Some(0) => {
                        pair.next_element::<String>()?;
                        Err(A::Error::custom("not this"))
                    }
                    _ => {
                        pair.next_element::<u64>()?;
                        Ok(ByValue)
                    }
                }
            }
        }
        deserializer.deserialize_tuple(2, Pair)
    }
}

/// A type that makes errors of its own of all errors, and one that swallows them.
struct Rude;

impl<'de> Deserialize<'de> for Rude {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match <(NonZeroU8, Option<Version>, Vec<String>)>::deserialize(deserializer) {
            Ok(_) => Ok(Self),
            Err(error) => Err(D::Error::custom(format!("rude: {error}"))),
        }
    }
}

struct Careless;

impl<'de> Deserialize<'de> for Careless {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _ = <(Vec<u8>, Colour)>::deserialize(deserializer);
        Ok(Self)
    }
}

#[test]
fn odd_types_do_no_harm() {
    assert_eq!(text::<(ByValue, u8)>(), "unknown");
    assert_eq!(
        text::<(u8, Option<(ByValue, u8)>, u8)>(),
        "(u8, ?unknown, u8)"
    );
    assert_eq!(text::<(Rude, u8)>(), "((u8, ?string, [string]), u8)");
    assert_eq!(text::<(Careless, u8)>(), "(([u8], string), u8)");
}

#[test]
fn types_of_one_name_are_not_the_same() {
    fn outer(fields: &mut Fields<'static>) {
        macro_rules! same_name {
            ($($field:ident: $type:ty),*) => {{
                #[derive(Deserialize)]
                #[allow(dead_code)]
                struct Same {
                    $($field: $type),*
                }
                Same::name
            }};
        }
        #[derive(Deserialize)]
        #[allow(dead_code)]
        struct Same {
            a: inner::Same,
        }
        mod inner {
            #[derive(serde::Deserialize)]
            #[allow(dead_code)]
            pub(super) struct Same {
                b: u8,
            }
        }
        trait HasName {
            fn name() {}
        }
        impl<T> HasName for T {}
        let _ = same_name!(c: u8);
        fields.inner::<Same>();
    }
    assert_eq!(Shape::trace(outer).to_string(), "{a: {b: u8}}");
}
