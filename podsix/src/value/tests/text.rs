//! Text, be it short or long.

use std::collections::HashMap;

use crate::value::{Key, Map, Text, Value};

/// Of all lengths around that from which on it is kept apart, with characters of one to four bytes.
fn texts() -> impl Iterator<Item = String> {
    ["a", "é", "日", "🎲"]
        .into_iter()
        .flat_map(|character| (0..=30).map(move |count| character.repeat(count)))
}

#[test]
fn text_is_what_it_was_made_of() {
    for text in texts() {
        for made in [Text::from(&*text), Text::from(text.clone())] {
            assert_eq!(made.as_str(), text);
            assert_eq!(made, *text);
            assert_eq!(made, Text::from_utf8(text.as_bytes()).unwrap());
            assert_eq!(made.to_string(), text);
            assert_eq!(format!("{made:?}"), format!("{text:?}"));
            assert_eq!(
                made.heap_bytes(),
                if text.len() > 22 { text.len() } else { 0 }
            );
            assert_eq!(String::from(made), text);
        }
        if Text::is_easy(text.as_bytes()) {
            let mut value = Value::None;
            value.put_text(text.as_bytes());
            assert_eq!(value, Value::from(&*text));
        }
    }
    assert_eq!(Text::from_utf8(b"a\xFF"), None);
    assert_eq!(Text::from_utf8(&[0xFF; 40]), None);
    assert_eq!(Text::from('é'), "é");
    assert_eq!(size_of::<Text>(), size_of::<String>());
}

#[test]
fn texts_are_ordered_and_found_as_strings_are() {
    let mut strings: Vec<String> = texts().chain(["b".to_owned(), "aZ\0".to_owned()]).collect();
    let mut made: Vec<Text> = strings.iter().map(|text| Text::from(&**text)).collect();
    let places: HashMap<Text, usize> = made.iter().cloned().zip(0..).collect();
    for (place, text) in strings.iter().enumerate() {
        assert_eq!(strings[places[text.as_str()]], strings[place]);
    }
    strings.sort();
    made.sort();
    assert!(made.iter().eq(strings.iter()));
}

/// The map that is filled by whoever decodes is the one that a game fills.
#[test]
fn places_are_those_of_the_keys() {
    let keys: Vec<String> = texts().chain(texts().take(50)).collect();
    for count in 0..keys.len() {
        let (mut filled, mut inserted) = (Map::new(), Map::new());
        for (number, key) in keys[..count].iter().enumerate() {
            let place = match number % 5 {
                0 => filled.place(Key::from(&**key)),
                _ => filled.text_place(key.as_bytes()),
            };
            let place = place.unwrap();
            assert_eq!(*place, Value::None);
            *place = number.into();
            inserted.insert(&**key, number);
        }
        assert!(filled.iter().eq(inserted.iter()));
        for (key, value) in &inserted {
            assert_eq!(filled.get(key), Some(value));
        }
    }
    assert!(Map::new().text_place(b"\xFF").is_none());
    assert!(Map::new().text_place(&[0xFF; 40]).is_none());
}
