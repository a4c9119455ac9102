//! A value as data of its own: inside structs, and in other formats.

use std::collections::BTreeMap;

use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::{Deserialize, Serialize};

use super::super::{Key, MAX_LEVELS, Map, Value};
use super::{Random, is_same, words};
use crate::codec::bincode;
use crate::data;
use crate::shape::{Fields, Shape};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Holder {
    before: u8,
    any: Value,
    map: Map,
    keys: Vec<Key>,
    optional: Option<Value>,
}

#[test]
fn a_value_stands_in_a_struct_as_it_is() {
    let holder = Holder {
        before: 1,
        any: data! { "list": [1], "tuple": (1, (2,)), "big": u128::MAX, 5: Value::Bytes(vec![255]), 1.5: 2.0 },
        map: Map::from([((1, 2), data! { "5": "text" })]),
        keys: vec![(1, "a").into(), true.into(), u64::MAX.into()],
        optional: None,
    };
    let value = Value::from_data(&holder).unwrap();
    assert_eq!(value["any"], holder.any);
    assert_eq!(
        value["keys"].to_string(),
        r#"[(1, "a"), true, 18446744073709551615]"#
    );
    assert_eq!(value.to_data::<Holder>().unwrap(), holder);
    assert_eq!(
        words(data! { "before": 1, "any": 1, "map": [1] }.to_data::<Holder>()),
        "field `map`: expected a map, found [1]"
    );
    assert_eq!(
        words(data! { "before": 1, "any": 1, "map": {}, "keys": [[1]] }.to_data::<Holder>()),
        "field `keys[0]`: expected a key, which holds no list and no map, found [1]"
    );
}

#[test]
fn every_value_passes_serde_unchanged() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..3000 {
        let value = random.value(4);
        assert!(
            is_same(&Value::from_data(&value).unwrap(), &value),
            "{value}"
        );
        assert!(
            is_same(&value.to_data::<Value>().unwrap(), &value),
            "{value}"
        );
        let boxed = value.to_data::<Vec<Box<Option<Value>>>>();
        assert_eq!(boxed.is_ok(), value.as_list().is_some());
    }
}

/// A type with a `Value` in it can't be read without its sender's help.
#[test]
fn a_value_makes_a_shape_incomplete() {
    let shape = Shape::trace(|fields: &mut Fields<'static>| fields.inner::<Holder>());
    assert!(!shape.is_complete(), "{shape}");
    let mut body = Vec::new();
    bincode::encode(&data! { "a": 1 }, &mut body, 1000).unwrap();
    assert!(bincode::Decoder::new(&body).next::<Value>().is_err());
}

#[test]
fn other_formats_give_lists_and_numbers() {
    let list = SeqDeserializer::<_, Error>::new([1_u64, u64::MAX].into_iter());
    assert_eq!(
        Value::deserialize(list).unwrap().to_string(),
        "[1, 18446744073709551615]"
    );
    let map =
        MapDeserializer::<_, Error>::new(BTreeMap::from([("a", 1.5), ("b", 2.0)]).into_iter());
    assert_eq!(
        Value::deserialize(map).unwrap(),
        data! { "a": 1.5, "b": 2.0 }
    );
    for (given, expected) in [
        (
            Value::deserialize(IntoDeserializer::<Error>::into_deserializer('x')),
            Value::from("x"),
        ),
        (
            Value::deserialize(IntoDeserializer::<Error>::into_deserializer(())),
            Value::None,
        ),
        (
            Value::deserialize(IntoDeserializer::<Error>::into_deserializer(-5_i8)),
            (-5).into(),
        ),
        (
            Value::deserialize(IntoDeserializer::<Error>::into_deserializer(u128::MAX)),
            u128::MAX.into(),
        ),
        (
            Value::deserialize(IntoDeserializer::<Error>::into_deserializer(&[1_u8, 2][..])),
            Value::Bytes(vec![1, 2]),
        ),
    ] {
        assert_eq!(given.unwrap(), expected);
    }
}

/// Another format's nesting is bounded as well.
#[test]
fn other_formats_cannot_nest_without_end() {
    #[derive(Clone)]
    struct Endless;
    impl<'de> serde::Deserializer<'de> for Endless {
        type Error = Error;
        fn deserialize_any<V: serde::de::Visitor<'de>>(
            self,
            visitor: V,
        ) -> Result<V::Value, Error> {
            visitor.visit_seq(SeqDeserializer::new(std::iter::repeat(Self)))
        }
        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }
    impl IntoDeserializer<'_> for Endless {
        type Deserializer = Self;
        fn into_deserializer(self) -> Self {
            self
        }
    }
    let error = Value::deserialize(Endless).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("values are nested more than {MAX_LEVELS} levels deep")
    );
}
