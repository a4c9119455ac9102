//! A peer that speaks the wire's frames but means no good: it harms itself.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use podsix::{Channel, Connection, Error, Event, Server, Value, data, network_handler};

const NAME: u32 = 129;
const DICT: u32 = 133;
const DIFFERS: u32 = 134;

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToServer {
    Say { text: String },
    Score { points: u8 },
}

#[derive(podsix::Message, Clone, Debug, PartialEq)]
enum ToClient {
    Said { text: String },
}

#[derive(Default)]
struct Chat {
    texts: Vec<String>,
    errors: Vec<String>,
    ends: Vec<String>,
    values: usize,
    last: Value,
}

#[network_handler(ToServer)]
impl Chat {
    fn network_say(&mut self, channel: &mut Channel<()>, text: String) {
        channel.broadcast(&ToClient::Said { text: text.clone() });
        self.texts.push(text);
    }

    fn network_score(&mut self, points: u8) {
        self.texts.push(points.to_string());
    }

    fn network_error(&mut self, error: &Error) {
        self.errors.push(error.to_string());
    }

    fn network_disconnected(&mut self, reason: &podsix::Reason) {
        self.ends.push(reason.to_string());
    }

    fn network(&mut self, event: &Event) {
        self.values += usize::from(event.value().is_ok());
        self.last = event.value().cloned().unwrap_or_default();
    }
}

fn varint(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn frame(code: u32, body: &[u8]) -> Vec<u8> {
    [&*varint(body.len() as u32), &varint(code), body].concat()
}

fn dict(action: &str, body: &[u8]) -> Vec<u8> {
    let length = varint(action.len() as u32);
    frame(DICT, &[&*length, action.as_bytes(), body].concat())
}

fn name(number: u32, action: &str, shape: &[u8]) -> Vec<u8> {
    let body = [
        &*varint(number),
        &varint(action.len() as u32),
        action.as_bytes(),
        shape,
    ];
    frame(NAME, &body.concat())
}

/// A server with an honest client and a raw one.
struct Scene {
    server: Server<()>,
    chat: Chat,
    honest: Connection,
    raw: TcpStream,
    /// Whether the raw one's connection is over.
    over: bool,
}

impl Scene {
    fn new() -> Self {
        let mut server = Server::<()>::bind("127.0.0.1:0").unwrap();
        let honest = Connection::local(&mut server);
        let mut raw = TcpStream::connect(server.addr().unwrap()).unwrap();
        raw.set_nonblocking(true).unwrap();
        raw.write_all(&[0xF6, b'p', b'd', b'6', 1]).unwrap();
        raw.write_all(&frame(128, &varint(1 << 20))).unwrap();
        let mut scene = Self {
            server,
            chat: Chat::default(),
            honest,
            raw,
            over: false,
        };
        scene.until(|scene| scene.server.channels().len() == 2);
        scene
    }

    fn turn(&mut self) {
        self.server.wait(Some(Duration::from_millis(1))).unwrap();
        self.server.dispatch(&mut self.chat);
        self.honest.pump().unwrap();
        let mut buffer = [0; 4096];
        match self.raw.read(&mut buffer) {
            Ok(0) => self.over = true,
            Err(error) if error.kind() != ErrorKind::WouldBlock => self.over = true,
            _ => {}
        }
    }

    fn until(&mut self, happened: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        while !happened(self) {
            let chat = &self.chat;
            assert!(
                Instant::now() < end,
                "{:?} {:?} {:?}",
                chat.texts,
                chat.errors,
                chat.ends
            );
            self.turn();
        }
    }

    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.over {
            match self.raw.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.turn(),
                Err(_) => self.over = true,
            }
        }
    }

    /// The honest one and, if it is still there, the raw one are heard.
    fn check(&mut self, raw_is_up: bool) {
        self.honest
            .send(&ToServer::Say {
                text: "honest".to_owned(),
            })
            .unwrap();
        self.until(|scene| scene.chat.texts.iter().any(|text| text == "honest"));
        if raw_is_up {
            let hi = [21, 1, 4, b't', b'e', b'x', b't', 15];
            self.write(&name(1000, "say", &hi));
            self.write(&frame(1032, &[4, b'm', b'e', b'a', b'n']));
            self.until(|scene| scene.chat.texts.iter().any(|text| text == "mean"));
            assert_eq!(self.chat.ends, [""; 0]);
        } else {
            self.until(|scene| scene.chat.ends.len() == 1 && scene.over);
        }
        assert!(self.honest.is_connected());
    }
}

#[test]
fn differences_of_unknown_actions_mean_nothing() {
    let mut scene = Scene::new();
    // The server's one action has the number 0 once it was sent.
    scene
        .honest
        .send(&ToServer::Say {
            text: "first".to_owned(),
        })
        .unwrap();
    scene.until(|scene| scene.chat.texts.len() == 1);
    let mut bytes = Vec::new();
    for number in [1, 127, 128, 5000, u32::MAX] {
        bytes.extend(frame(
            DIFFERS,
            &[&*varint(number), b"{text: \x1b[31m\xFF}"].concat(),
        ));
    }
    for broken in [
        &[][..],
        &[0xFF],
        &[0xFF; 5],
        &[0x80, 0x80, 0x80, 0x80, 0x7F],
    ] {
        bytes.extend(frame(DIFFERS, broken));
    }
    scene.write(&bytes);
    scene.check(true);
    assert_eq!(scene.chat.errors, [""; 0]);
}

#[test]
fn a_difference_that_is_repeated_is_told_once() {
    let mut scene = Scene::new();
    scene
        .honest
        .send(&ToServer::Say {
            text: "first".to_owned(),
        })
        .unwrap();
    scene.until(|scene| scene.chat.texts.len() == 1);
    let words = [&[0][..], &[b'x'; 100_000]].concat();
    scene.write(&frame(DIFFERS, &words));
    for _ in 0..20 {
        scene.write(&frame(DIFFERS, b"\0{}").repeat(1000));
        scene.turn();
    }
    for number in 0..5000 {
        scene.write(&frame(DIFFERS, &varint(number)));
    }
    scene.check(true);
    let [error] = &*scene.chat.errors else {
        panic!("{} errors", scene.chat.errors.len())
    };
    assert!(
        error.starts_with("said: this end sends {text: string}, "),
        "{error}"
    );
    assert!(error.len() < 2000, "{}", error.len());
}

#[test]
fn broken_dicts_are_errors_and_too_many_of_them_the_end() {
    let bodies: [&[u8]; 9] = [
        &[],
        &[0],
        &[0xE0],
        &[0xFF; 40],
        &[0xB1],
        &[0xEE, 255, 255, 255, 255, 15],
        &[0xEA, 255, 255, 255, 255, 15],
        &[0x81; 3000],
        &[0xEC; 3000],
    ];
    let mut scene = Scene::new();
    for body in bodies {
        scene.write(&dict("say", body));
        scene.write(&dict("score", body));
    }
    scene.until(|scene| scene.chat.errors.len() == 18);
    scene.check(true);
    scene.write(&dict("say", &[255; 40]).repeat(200));
    scene.check(false);
    assert!(
        scene.chat.ends[0].contains("bad messages"),
        "{:?}",
        scene.chat.ends
    );
}

#[test]
fn a_dict_without_a_sound_name_is_the_end() {
    let long = "x".repeat(256);
    let frames = [
        frame(DICT, &[]),
        frame(DICT, &[0]),
        frame(DICT, &[200, 1, b'x']),
        frame(DICT, &[2, 0xFF, 0xFE, 0]),
        dict(&long, &[0]),
    ];
    for bytes in frames {
        let mut scene = Scene::new();
        scene.write(&bytes);
        scene.check(false);
        assert!(
            scene.chat.ends[0].contains("without a sound name"),
            "{:?}",
            scene.chat.ends
        );
    }
}

#[test]
fn dicts_of_any_bytes_never_panic() {
    let mut seed = 0x5EED_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for _ in 0..20 {
        let mut scene = Scene::new();
        for _ in 0..90 {
            let length = random() % 40;
            // Many a map, text or list, few of them whole.
            let mut byte = || match random() % 3 {
                0 => random() as u8,
                1 => 0xB0 + (random() % 4) as u8,
                _ => 0x40 + (random() % 3) as u8,
            };
            let body: Vec<u8> = (0..length).map(|_| byte()).collect();
            scene.write(&dict("say", &body));
        }
        scene.check(true);
    }
}

#[test]
fn dicts_of_unknown_actions_are_counted_and_nothing_else() {
    let mut scene = Scene::new();
    let mut server = Server::<()>::new();
    let other = Connection::local(&mut server);
    // An empty dict, as podsix itself writes it, by way of what it costs.
    let size = other.send(&data! { "action": "x" }).unwrap();
    assert!(size < 20, "{size}");
    for number in 0..3000 {
        scene
            .honest
            .send(&data! { "action": format!("a{number}") })
            .unwrap();
        if number % 500 == 0 {
            scene.turn();
        }
    }
    scene.until(|scene| scene.chat.values >= 3000);
    scene.turn();
    scene.check(true);
    let unhandled: u64 = scene
        .server
        .channels()
        .iter()
        .map(|peer| peer.link().unhandled)
        .sum();
    assert_eq!(unhandled, 3000);
    assert_eq!(scene.chat.errors, [""; 0]);
}

#[test]
fn nested_and_huge_dicts_are_bounded() {
    let mut scene = Scene::new();
    let mut deep = Value::None;
    for _ in 0..200 {
        deep = Value::List(vec![deep]);
    }
    assert!(
        scene
            .honest
            .send(&data! { "action": "say", "text": deep })
            .is_err()
    );
    let mut many = data! { "action": "say", "text": "many" };
    for number in 0..20_000_i64 {
        // Keys that are near each other, and multiples of what tables are large.
        many.set(number << 32, number).unwrap();
    }
    let began = Instant::now();
    scene.honest.send(&many).unwrap();
    scene.until(|scene| scene.chat.texts == ["many"]);
    assert!(began.elapsed() < Duration::from_secs(20));
    scene.check(true);
}

#[test]
fn shapes_inside_themselves_are_compared_in_bounds() {
    // `score` with `points`: options and lists of themselves, in circles.
    const OPTION: u8 = 17;
    const SEQ: u8 = 18;
    const RECURSIVE: u8 = 23;
    let field = |shape: &[u8]| [&[21, 1, 6][..], b"points", shape].concat();
    let mut number = 0;
    let mut scene = Scene::new();
    for (outer, levels) in [(OPTION, 1), (OPTION, 2), (SEQ, 1), (SEQ, 2), (OPTION, 9)] {
        let circle: Vec<u8> = [vec![outer; levels.into()], vec![RECURSIVE, levels]].concat();
        scene.write(&name(number, "score", &field(&circle)));
        scene.write(&frame(number, &[0]));
        number += 1;
        for _ in 0..5 {
            scene.turn();
        }
        if scene.over {
            // A shape that leads nowhere may well be refused.
            assert_eq!(scene.chat.ends.len(), 1);
            scene.check(false);
            scene = Scene::new();
            number = 0;
        }
    }
    scene.check(true);
}

#[test]
fn an_action_inside_a_dict_is_not_the_one_that_counts() {
    let mut scene = Scene::new();
    let body = [
        &[0xB2, 0x46][..],
        b"action",
        &[0x45],
        b"score",
        &[0x44],
        b"text",
        &[0x42],
        b"hi",
    ];
    scene.write(&dict("say", &body.concat()));
    scene.until(|scene| scene.chat.texts == ["hi"]);
    assert_eq!(scene.chat.last, data! { "action": "say", "text": "hi" });
    assert_eq!(scene.chat.errors, [""; 0]);
    scene.check(true);
}
