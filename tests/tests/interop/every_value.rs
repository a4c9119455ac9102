//! A thousand messages each way, with values of every type, arrive as they were
//! sent: to the last bit, and with the exact type.

use podsix::Value;
use podsix::value::{Key, Map};
use serde_json::Value as Json;

use crate::ends::{Client, Host, until};
use crate::literal::shown;
use crate::python::Python;

const MESSAGES: usize = 1_000;

#[test]
fn from_a_python_client() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    let sent = Source::python().messages();
    for message in &sent {
        ann.send(message);
    }
    until!([host, ann], host.messages().len() == MESSAGES);
    are_same(&shown_all(&host.messages()), &sent, from_python);
}

#[test]
fn from_a_python_server() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    until!([host, ann], ann.connection.is_connected());
    let sent = Source::python().messages();
    for message in &sent {
        host.send(message);
    }
    until!([host, ann], ann.messages().len() == MESSAGES);
    are_same(&shown_all(&ann.messages()), &sent, from_python);
}

#[test]
fn to_a_python_client() {
    let Some(python) = Python::find() else { return };
    let mut host = Host::new();
    let mut ann = python.client(&host.podsixnet);
    until!([host, ann], ann.count("connected") == 1);
    let sent = Source::rust().messages();
    for message in &sent {
        host.broadcast(message);
    }
    // Two more are PodSixNet's own.
    until!([host, ann], ann.shown().len() == MESSAGES + 2);
    let got: Vec<Json> = ann.shown().into_iter().skip(2).cloned().collect();
    are_same(&got, &sent, to_python);
}

#[test]
fn to_a_python_server() {
    let Some(python) = Python::find() else { return };
    let (mut host, address) = python.host();
    let mut ann = Client::to_podsixnet(&address);
    let sent = Source::rust().messages();
    for message in &sent {
        ann.send(message);
    }
    until!([host, ann], host.shown().len() == MESSAGES);
    let got: Vec<Json> = host.shown().into_iter().cloned().collect();
    are_same(&got, &sent, to_python);
}

fn shown_all(values: &[&Value]) -> Vec<Json> {
    values.iter().map(|value| shown(value)).collect()
}

#[track_caller]
fn are_same(got: &[Json], sent: &[Value], arrives_as: fn(&Value) -> Value) {
    assert_eq!(got.len(), sent.len());
    for (got, sent) in got.iter().zip(sent) {
        assert_eq!(*got, shown(&arrives_as(sent)), "{sent}");
    }
}

/// What becomes of a value that Rust sends: bytes are text.
fn to_python(value: &Value) -> Value {
    change(value, &|value| match value {
        Value::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap().into(),
        other => other.clone(),
    })
}

/// What becomes of a value that Python sends: PodSixNet makes floats shorter,
/// and bytes that are text are text.
fn from_python(value: &Value) -> Value {
    change(value, &|value| match value {
        #[expect(clippy::cast_possible_truncation, reason = "that is what it does")]
        Value::Float(float) => f64::from(*float as f32).into(),
        Value::Bytes(bytes) => match String::from_utf8(bytes.clone()) {
            Ok(text) => text.into(),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    })
}

fn change(value: &Value, one: &dyn Fn(&Value) -> Value) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| change(item, one)).collect();
    match value {
        Value::List(items) => Value::List(all(items)),
        Value::Tuple(items) => Value::Tuple(all(items)),
        Value::Map(map) => {
            let entry = |(key, item): (&Key, &Value)| {
                let key = Key::try_from(change(key, one)).unwrap();
                (key, change(item, one))
            };
            Value::Map(map.iter().map(entry).collect::<Map>())
        }
        other => one(other),
    }
}

/// Where values come from: always the same ones.
struct Source {
    random: u64,
    /// Only what Python's PodSixNet can send: floats of 32 bits' range. It sends
    /// bytes that are no text, which podsix does not to it.
    python: bool,
}

impl Source {
    fn rust() -> Self {
        Self {
            random: 1,
            python: false,
        }
    }

    fn python() -> Self {
        Self {
            random: 2,
            python: true,
        }
    }

    fn messages(mut self) -> Vec<Value> {
        let message = |number| {
            let mut message = Map::new();
            message.insert("action", "value");
            message.insert("number", number);
            message.insert("value", self.value(number % KINDS, 3));
            Value::Map(message)
        };
        (0..MESSAGES).map(message).collect()
    }

    /// A value of one of the kinds, with so many levels below it.
    fn value(&mut self, kind: usize, levels: usize) -> Value {
        match kind {
            0 => Value::None,
            1 => (self.below(2) == 1).into(),
            2 => self.small_int(),
            3 => {
                let bits = self.below(64);
                (self.next().cast_signed() >> bits).into()
            }
            4 => self.big_int(),
            5 => self.float().into(),
            6 => self.text().into(),
            7 => self.bytes(),
            _ if levels == 0 => self.text().into(),
            8 => Value::List(self.items(levels)),
            9 => Value::Tuple(self.items(levels)),
            _ => {
                // More entries than the short form of a dict has, at times.
                let count = self.below(if levels == 3 { 40 } else { 4 });
                let entries = (0..count).map(|_| (self.key(), self.any(levels - 1)));
                Value::Map(entries.collect::<Map>())
            }
        }
    }

    fn any(&mut self, levels: usize) -> Value {
        let kind = self.below(KINDS);
        self.value(kind, levels)
    }

    fn items(&mut self, levels: usize) -> Vec<Value> {
        // More than the short form of a list has, at times.
        let count = self.below(if levels == 3 { 80 } else { 4 });
        (0..count).map(|_| self.any(levels - 1)).collect()
    }

    /// A key of any type that a key can have.
    fn key(&mut self) -> Key {
        let key = match self.below(6) {
            0 => self.small_int(),
            1 => self.big_int(),
            // 0.0 and -0.0 are one key, NaN is never one.
            2 => (self.float().abs().min(1e30) + 0.5).into(),
            3 => Value::Tuple(vec![self.small_int(), self.text().into()]),
            4 => Value::None,
            _ => self.text().into(),
        };
        Key::try_from(key).unwrap()
    }

    /// Around the ends of the shortest forms.
    fn small_int(&mut self) -> Value {
        let int = i64::try_from(self.below(600)).unwrap();
        (int - 300).into()
    }

    /// Beyond 64 bits, up to the longest that there can be.
    fn big_int(&mut self) -> Value {
        let digits = 20 + self.below(43);
        let mut text = if self.below(2) == 0 { "-" } else { "" }.to_owned();
        text.push('9');
        for _ in 1..digits {
            let digit = u8::try_from(self.below(10)).unwrap();
            text.push(char::from(b'0' + digit));
        }
        Value::parse_int(&text).unwrap()
    }

    fn float(&mut self) -> f64 {
        match self.below(8) {
            0 => 0.0,
            1 => -0.0,
            2 => f64::INFINITY,
            3 => f64::NEG_INFINITY,
            // Only the quiet one has a name in Python.
            4 => f64::NAN,
            5 => 1.5,
            _ if self.python => {
                let sign = if self.below(2) == 0 { -1.0 } else { 1.0 };
                #[expect(clippy::cast_precision_loss, reason = "any number will do")]
                let digits = self.next() as f64;
                let exponent = i32::try_from(self.below(50)).unwrap() - 40;
                sign * digits * 10f64.powi(exponent)
            }
            _ => {
                let float = f64::from_bits(self.next());
                if float.is_nan() { 0.1 } else { float }
            }
        }
    }

    fn text(&mut self) -> String {
        // At times longer than what the short form of a text has.
        let end = if self.below(4) == 0 { 200 } else { 12 };
        let count = self.below(end);
        let chars = ['a', 'Z', '"', '\\', '\n', '\t', '\0', '-', 'é', '€', '👋'];
        let mut text: String = (0..count).map(|_| chars[self.below(chars.len())]).collect();
        // PodSixNet can't send what looks like the end of a message.
        while let Some(at) = text.find("\0-") {
            text.remove(at);
        }
        text
    }

    fn bytes(&mut self) -> Value {
        let mut bytes = self.text().into_bytes();
        if self.python && self.below(2) == 0 {
            bytes.push(0xff);
        }
        Value::Bytes(bytes)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// The generator splitmix64.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// How many kinds of values there are.
const KINDS: usize = 11;
