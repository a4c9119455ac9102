//! What is told of a message that can't be sent: its action, the field, what is
//! wrong with it, and what to do.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use podsix::value::{Key, Map};
use podsix::{Data, Event, Message, Value, data, network_handler};
use serde::ser::{Serialize, Serializer};

use crate::support::{Ends, WIRES};

/// A message with a field that holds another.
#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum Take<T> {
    Take { it: Vec<Inner<T>> },
}

#[derive(Data, Clone, Debug)]
struct Inner<T> {
    inner: T,
}

/// A message that is what is in it.
#[derive(podsix::Message, Clone, Debug)]
#[message(send_only)]
enum Whole<T> {
    Take(T),
}

#[derive(Data, Clone, Debug, PartialEq, Eq, Hash)]
enum Square {
    At(u8, u8),
}

#[derive(Clone, Debug)]
struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// What `send` says on each of these wires.
#[track_caller]
fn told(message: &impl Message, wires: &[&str]) -> String {
    let mut told = Vec::new();
    for wire in wires {
        let ends = Ends::new(&[wire]);
        let error = ends.clients[0].send(message).unwrap_err();
        assert!(error.connection_is_up());
        told.push(error.to_string());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "they differ: {told:#?}");
    told.remove(0)
}

/// The same for a value inside the field `it`.
#[track_caller]
fn told_of<T>(inner: T, wires: &[&str]) -> String
where
    Take<T>: Message,
{
    let it = vec![Inner { inner }];
    let told = told(&Take::Take { it }, wires);
    let problem = told.strip_prefix("`take` was not sent: field `it[0].inner");
    problem.unwrap_or_else(|| panic!("{told}")).to_owned()
}

const PYTHON: [&str; 2] = ["podsixnet", "podsixnet+json"];
const JSON: [&str; 2] = ["podsixnet+json", "ws"];
/// All of them but podsix's own.
const DICTS: [&str; 3] = ["podsixnet", "podsixnet+json", "ws"];

#[test]
fn what_no_dict_holds() {
    assert_eq!(
        told_of(Some(None::<u8>), &WIRES),
        "`: `Some` that holds nothing (`Some(None)`, `Some(())`) can't be told from `None` by name: write an enum \
         with a variant for each case"
    );
    assert_eq!(
        told_of(HashMap::from([(vec![1_u8], 1_u8)]), &DICTS),
        "`: expected a key, which is text, a number or a tuple of these, found a list"
    );
    assert_eq!(
        told_of(HashMap::from([(Square::At(1, 2), 1_u8)]), &DICTS),
        "`: expected a key, which is text, a number or a tuple of these, found the variant `At` with data, which is \
         a dict"
    );
    assert_eq!(
        told(&Whole::Take(Bytes(b"\xff\0")), &DICTS),
        "`take` was not sent: field `data`: expected text, found 2 bytes that are not UTF-8: send them as a list of \
         numbers, as a `Vec<u8>` is"
    );
}

#[test]
fn what_ends_a_message_of_podsixnet() {
    let wire = &["podsixnet"];
    let words = ": it contains the five characters `\\0---\\0`, where PodSixNet ends a message: leave them out";
    assert_eq!(told_of("a\0---\0b".to_owned(), wire), format!("`{words}"));
    let key = HashMap::from([("a\0---\0b".to_owned(), 1_u8)]);
    let place = r".a\u{0}---\u{0}b`";
    assert_eq!(told_of(key, wire), format!("{place}{words}"));
    assert_eq!(
        told_of(f64::from_bits(0x0100_2d2d_2d00_0001), wire),
        "`: it is a float with the bytes 00 2D 2D 2D 00, where PodSixNet ends a message: send the next one"
    );
}

#[test]
fn what_json_and_browsers_do_not_have() {
    assert_eq!(
        told_of(f64::NAN, &JSON),
        "`: JSON has no NaN and no infinities, found NaN: send `None` instead"
    );
    assert_eq!(
        told_of(u64::MAX, &["ws"]),
        "`: expected an integer from -9007199254740991 to 9007199254740991, which JavaScript holds exactly, found \
         18446744073709551615: send it as text"
    );
    assert_eq!(
        told_of(HashMap::from([((1_u8, 2_u8), 1_u8)]), &JSON),
        "`: expected a key that is text or an integer, as JSON has no others, found a tuple"
    );
    assert_eq!(
        told_of(data! { 1: 1, "1": 2 }, &JSON),
        "`: integers and text of digits are keys of one dict, and JSON can't tell them apart: use one kind"
    );
}

/// Also at the message's own level, where a second `action` would be another
/// message.
#[test]
fn text_and_the_same_bytes_as_keys() {
    let words =
        "text and the same bytes are two keys here, and would arrive as one: rename one of them";
    for name in ["who", "action"] {
        let mut message = Map::from([("action", "take"), ("who", "Ann")]);
        let bytes = Value::Bytes(name.as_bytes().to_vec());
        message.insert(Key::try_from(bytes).unwrap(), "other");
        let message = Value::Map(message);
        assert_eq!(
            told(&message, &DICTS),
            format!("`take` was not sent: field `{name}`: {words}")
        );
        assert_eq!(told_of(message, &DICTS), format!(".{name}`: {words}"));
    }
}

#[test]
fn what_is_too_large_or_too_deep() {
    assert_eq!(
        told(&Whole::Take("x".repeat(2 << 20)), &WIRES),
        "`take` was not sent: it takes at least 1048577 bytes, the limit is 1048576; send it in pieces, or raise \
         `max_message_bytes` at both ends"
    );
    let mut deep = Value::List(vec![]);
    for _ in 0..128 {
        deep = Value::List(vec![deep]);
    }
    let told = told_of(deep, &WIRES);
    assert!(
        told.ends_with(": values are nested more than 128 levels deep"),
        "{told}"
    );
    assert!(told.starts_with("[0][0][0]"), "{told}");
}

#[test]
fn what_has_no_action() {
    for message in [
        data! { "text": "hi" },
        data! { "action": "" },
        data! { "action": 7 },
    ] {
        assert_eq!(
            told(&message, &DICTS),
            "a message without an action was not sent: a value that is sent is a map with an `action` that is text, \
             as in `data! { \"action\": \"hello\" }`"
        );
    }
    let long = data! { "action": ("x".repeat(256)) };
    assert!(
        told(&long, &WIRES)
            .ends_with("field `action`: an action has at most 255 bytes, this one has 256")
    );
}

/// A value that is passed on has the names that a peer gave it.
#[test]
fn a_name_can_do_nothing_to_a_terminal() {
    let message = data! { "action": "\u{1b}[31m", "\r\nforged": [(Value::Bytes(vec![0xff]))] };
    let told = told(&message, &PYTHON);
    assert!(!told.contains(char::is_control), "{told:?}");
    assert!(told.contains(r"field `\r\nforged[0]`"), "{told}");
}

/// The name of a message is never one of its fields.
#[test]
fn a_field_that_is_called_action() {
    #[derive(podsix::Message, Clone, Debug, PartialEq)]
    enum Both {
        Take(BTreeMap<String, String>),
        Other { who: String },
    }
    let map = [("action", "other"), ("who", "Ann")];
    let map = map.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let message = Both::Take(map.into());
    let mut ends = Ends::new(&WIRES);
    ends.broadcast(&message);
    let (_, clients) = ends.turns::<Both>();
    for (got, wire) in clients.iter().zip(WIRES) {
        assert_eq!(got.messages, std::slice::from_ref(&message), "{wire}");
    }

    // Nor is it in a message that is seen as a value, to be sent on.
    #[derive(Default)]
    struct Relay(Vec<Value>);
    #[network_handler]
    impl Relay {
        fn network(&mut self, event: &Event) -> podsix::Result<()> {
            self.0.push(event.value()?.clone());
            Ok(())
        }
    }
    ends.broadcast(&message);
    ends.server.pump().unwrap();
    ends.network.advance(Duration::from_millis(1));
    let data = data! { "action": "other", "who": "Ann" };
    let expected = data! { "action": "take", "data": data };
    for client in &mut ends.clients {
        let mut relay = Relay::default();
        client.pump().unwrap();
        client.dispatch(&mut relay);
        assert_eq!(relay.0, std::slice::from_ref(&expected));
    }
}
