//! Entries in order, found by their keys.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::super::{Key, Map, Value};
use super::{Random, words};
use crate::data;

fn hash(key: &Key) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn insert_replaces_a_value_in_its_first_position() {
    for others in [0, 10, 1000] {
        let mut map = Map::new();
        assert!(map.is_empty());
        assert_eq!(map.insert("first", 1), None);
        for other in 0..others {
            assert_eq!(map.insert(other, other), None);
        }
        assert_eq!(map.insert("last", 2), None);
        assert_eq!(map.insert("first", 3), Some(1.into()));
        assert_eq!(map.len(), others + 2);
        let (key, value) = map.iter().next().unwrap();
        assert!(*key == "first".into() && value == &3);
        assert_eq!(map.values().next_back().unwrap(), &2);
        assert_eq!(map.get("last").unwrap(), &2);
        assert_eq!(map.get("none"), None);
    }
}

#[test]
fn any_key_is_found_as_itself() {
    let mut map = Map::new();
    let keys: Vec<Key> = vec![
        "text".into(),
        "".into(),
        Key::none(),
        true.into(),
        0.into(),
        (-7).into(),
        i64::MAX.into(),
        u64::MAX.into(),
        i128::MIN.into(),
        0.5.into(),
        f64::NAN.into(),
        f64::INFINITY.into(),
        1e300.into(),
        'x'.into(),
        (1, 2).into(),
        (1, (2, "a")).into(),
        (0, 0).into(),
        Value::Tuple(vec![]).try_into().unwrap(),
        Value::Bytes(vec![255]).try_into().unwrap(),
        Value::Bytes(b"text".to_vec()).try_into().unwrap(),
    ];
    for (number, key) in keys.iter().enumerate() {
        map.insert(key, number);
    }
    assert_eq!(map.len(), keys.len());
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(map.get(key).unwrap(), &number, "{key}");
        assert_eq!(map.get(key.as_value()).unwrap(), &number, "{key}");
    }
    assert!(map.contains_key((1, 2)) && map.contains_key((1_u8, (2_i64, String::from("a")))));
    assert!(map.contains_key("text") && map.contains_key(String::from("text")));
    assert!(!map.contains_key(data! { "list": [1] }["list"].clone()));
    assert!(!map.contains_key(Value::Map(Map::new())));
}

#[test]
fn numbers_that_are_equal_are_one_key_as_in_python() {
    for [first, second] in [
        [Key::from(1), Key::from(true)],
        [Key::from(1), Key::from(1.0)],
        [Key::from(0.0), Key::from(-0.0)],
        [Key::from(0), Key::from(false)],
        [Key::from((1, 0.0)), Key::from((true, 0))],
        [Key::from(i64::MIN), Key::from(i64::MIN as f64)],
        [Key::from(f64::NAN), Key::from(-f64::NAN)],
    ] {
        assert_eq!(first, second);
        assert_eq!(hash(&first), hash(&second), "{first} and {second}");
        let map = Map::from([(&first, "a"), (&second, "b")]);
        // The key stays the first one, the value is the last one.
        assert_eq!(map.to_string(), format!(r#"{{{first}: "b"}}"#));
    }
    for [first, second] in [
        [Key::from(1), Key::from("1")],
        [Key::from(i64::MAX), Key::from(i64::MAX as f64)],
        [Key::from(u64::MAX), Key::from(u64::MAX as f64)],
        [
            Key::from("a"),
            Value::Bytes(b"a".to_vec()).try_into().unwrap(),
        ],
        [Key::from((1, 2)), Key::from((1, 2, 3))],
        [Key::from((1,)), Key::from(1)],
        [Key::none(), Key::from(0)],
    ] {
        assert_ne!(first, second);
        assert_eq!(Map::from([(first, 1), (second, 2)]).len(), 2);
    }
}

#[test]
fn lists_and_maps_are_no_keys() {
    for value in [
        Value::List(vec![]),
        data! {},
        Value::Tuple(vec![1.into(), Value::List(vec![])]),
        Value::Tuple(vec![Value::Tuple(vec![data! {}])]),
    ] {
        let error = words(Key::try_from(value.clone()));
        assert_eq!(
            error,
            format!("expected a key, which holds no list and no map, found {value}")
        );
    }
    assert_eq!(Key::from((1, "a")).into_value(), Value::from((1, "a")));
}

/// A map does what a list of entries does that is searched from its beginning.
#[test]
fn it_is_as_a_searched_list_under_random_operations() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for keys in [5, 20, 200] {
        let mut map = Map::new();
        let mut list: Vec<(Key, Value)> = Vec::new();
        for step in 0..4000 {
            let key: Key = match random.below(3) {
                0 => random.below(keys).into(),
                1 => format!("k{}", random.below(keys)).into(),
                _ => (random.below(keys), true).into(),
            };
            let place = list.iter().position(|(other, _)| *other == key);
            if random.below(5) < 3 {
                let old = match place {
                    Some(place) => Some(std::mem::replace(&mut list[place].1, step.into())),
                    None => {
                        list.push((key.clone(), step.into()));
                        None
                    }
                };
                assert_eq!(map.insert(key, step), old);
            } else {
                assert_eq!(map.remove(&key), place.map(|place| list.remove(place).1));
                assert_eq!(map.get(&key), None);
            }
            if step % 16 == 0 {
                assert!(
                    map.iter()
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .eq(list.clone())
                );
                for (key, value) in &list {
                    assert_eq!(map.get(key), Some(value));
                }
                list.reverse();
                let reversed: Map = list.drain(..).collect();
                assert_eq!(reversed, map);
                list.extend(map.clone());
            }
        }
    }
}

#[test]
fn entries_are_walked_changed_and_taken_out() {
    let mut map: Map = [("a", 1), ("b", 2)].into_iter().collect();
    map.extend([("c", 3)]);
    for (key, value) in &mut map {
        *value = format!("{}{value}", key.as_str().unwrap()).into();
    }
    *map.get_mut("a").unwrap() = None::<u8>.into();
    assert_eq!(map.to_string(), r#"{"a": None, "b": "b2", "c": "c3"}"#);
    assert!(map.get_mut("d").is_none() && map.remove("d").is_none());
    assert_eq!(
        map.keys().map(ToString::to_string).collect::<Vec<_>>(),
        [r#""a""#, r#""b""#, r#""c""#]
    );
    assert_eq!(map.iter().rev().len(), 3);
    assert_eq!(
        format!("{:?}", map.iter()),
        r#"[("a", None), ("b", "b2"), ("c", "c3")]"#
    );
    assert_eq!(map.iter_mut().next_back().unwrap().1, "c3");
    assert_eq!(map.remove("a"), Some(Value::None));
    let entries: Vec<(Key, Value)> = map.clone().into_iter().collect();
    assert_eq!(
        entries,
        [("b".into(), "b2".into()), ("c".into(), "c3".into())]
    );
    map.clear();
    assert!(map.is_empty() && map == Map::default());
}

/// Keys that collide under a hash that a peer can compute; ours it can't.
#[test]
fn very_many_keys_take_no_quadratic_time() {
    let start = std::time::Instant::now();
    let mut map = Map::new();
    for number in 0..20_000_u64 {
        map.insert(number << 44, number);
        map.insert(format!("{number:032}"), number);
    }
    assert_eq!(map.len(), 40_000);
    for number in 0..20_000_u64 {
        assert!(map.contains_key(number << 44));
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
