//! Handlers without an enum, and those that see everything.

use std::collections::BTreeMap;

use podsix::testing::{Game, Lifecycle};
use podsix::{Channel, Connection, Error, Event, EventKind, Reason, Value, data, network_handler};

#[derive(podsix::Message, Clone, Debug, PartialEq)]
#[message(rename_all = "kebab-case")]
enum Linked {
    StartLine {
        x: i32,
        y: i32,
        #[serde(rename = "color")]
        colour: Option<String>,
    },
    Chat(Line),
    Paint(Tool),
    Marks(BTreeMap<String, u8>),
    Number(u32),
    Connected {
        at: u8,
    },
    Quit,
}

#[derive(podsix::Data, Clone, Debug, PartialEq)]
struct Line {
    who: String,
    text: String,
}

#[derive(podsix::Data, Clone, Debug, PartialEq)]
enum Tool {
    Eraser,
    Pen { width: u8 },
}

fn line() -> Line {
    Line {
        who: "ann".to_owned(),
        text: "hi".to_owned(),
    }
}

fn messages() -> Vec<Linked> {
    vec![
        Linked::StartLine {
            x: 1,
            y: -2,
            colour: Some("red".to_owned()),
        },
        Linked::Chat(line()),
        Linked::Paint(Tool::Pen { width: 3 }),
        Linked::Paint(Tool::Eraser),
        Linked::Marks(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])),
        Linked::Number(7),
        Linked::Connected { at: 9 },
        Linked::Quit,
    ]
}

#[derive(podsix::Data, Debug)]
struct Start {
    x: f64,
    color: Option<String>,
    #[serde(default)]
    width: u8,
}

#[derive(Default)]
struct Loose {
    seen: Vec<String>,
    all: Vec<(String, bool, String)>,
}

#[network_handler]
impl Loose {
    #[action("start-line")]
    fn start(&mut self, _channel: &mut Channel<()>, start: &Start) {
        self.seen.push(format!("{start:?}"));
    }

    fn network_chat(&mut self, line: Line) {
        self.seen.push(format!("{line:?}"));
    }

    fn network_paint(&mut self, tool: Value) {
        self.seen.push(tool.to_string());
    }

    fn network_marks(&mut self, marks: &Value) {
        self.seen.push(marks.to_string());
    }

    #[allow(non_snake_case)]
    fn Network_quit(&mut self, channel: &mut Channel<()>) {
        self.seen.push("quit".to_owned());
        channel.send(&data! { "action": "bye", "things": [3, 4] });
    }

    fn network_number(&mut self, text: &str) {
        self.seen.push(text.to_owned());
    }

    fn network_connected(&mut self) {
        self.seen.push("connected".to_owned());
    }

    fn network_error(&mut self, error: &Error) {
        self.seen.push(format!("error {error}"));
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.seen.push(format!("disconnected {reason}"));
    }

    fn network(&mut self, event: &Event) {
        let value = event
            .value()
            .map_or_else(|error| error.to_string(), Value::to_string);
        self.all
            .push((event.action().to_owned(), event.handled(), value));
    }
}

#[test]
fn a_loose_handler_takes_native_messages_by_name() {
    let mut game = Game::<(), _>::new(Loose::default());
    let ann = game.join();
    for message in messages() {
        game.send(ann, &message);
    }
    game.leave(ann, "enough");
    let Loose { seen, all } = game.handler();
    assert_eq!(
        *seen,
        [
            "connected",
            r#"Start { x: 1.0, color: Some("red"), width: 0 }"#,
            r#"Line { who: "ann", text: "hi" }"#,
            r#"{"action": "paint", "Pen": {"width": 3}}"#,
            r#"{"action": "paint", "data": "Eraser"}"#,
            r#"{"action": "marks", "a": 1, "b": 2}"#,
            "error `number`: expected a string, found {\"action\": \"number\", \"data\": 7}; the \
             message was dropped, the connection is still up",
            "quit",
            "disconnected closed by the other end: `enough`",
        ]
    );
    let all: Vec<String> = all
        .iter()
        .map(|(action, handled, value)| format!("{action} {handled} {value}"))
        .collect();
    assert_eq!(
        all,
        [
            r#"connected true {"action": "connected"}"#,
            r#"start-line true {"action": "start-line", "x": 1, "y": -2, "color": "red"}"#,
            r#"chat true {"action": "chat", "who": "ann", "text": "hi"}"#,
            r#"paint true {"action": "paint", "Pen": {"width": 3}}"#,
            r#"paint true {"action": "paint", "data": "Eraser"}"#,
            r#"marks true {"action": "marks", "a": 1, "b": 2}"#,
            r#"number false {"action": "number", "data": 7}"#,
            r#"error true {"action": "error", "error": "`number`: expected a string, found {\"action\": \"number\", \"data\": 7}; the message was dropped, the connection is still up"}"#,
            r#"connected false {"action": "connected", "at": 9}"#,
            r#"quit true {"action": "quit"}"#,
            r#"disconnected true {"action": "disconnected", "reason": "closed by the other end: `enough`"}"#,
        ]
    );
}

#[test]
fn dicts_reach_loose_handlers_and_linked_ones_alike() {
    let mut game = Game::<(), _>::new(Loose::default());
    let ann = game.join();
    game.send(
        ann,
        &data! { "action": "start-line", "x": 2.5, "width": 4, "more": [1] },
    );
    game.send(ann, &data! { "action": "quit" });
    game.send(ann, &data! { "action": "connected", "reason": "faked" });
    game.send(ann, &data! { "action": "nobody", "n": 1 });
    assert_eq!(
        game.handler().seen,
        [
            "connected",
            "Start { x: 2.5, color: None, width: 4 }",
            "quit"
        ]
    );
    let values: Vec<&str> = game
        .handler()
        .all
        .iter()
        .map(|(_, _, value)| value.as_str())
        .collect();
    assert_eq!(
        values,
        [
            r#"{"action": "connected"}"#,
            r#"{"action": "start-line", "x": 2.5, "width": 4, "more": [1]}"#,
            r#"{"action": "quit"}"#,
            r#"{"action": "connected", "reason": "faked"}"#,
            r#"{"action": "nobody", "n": 1}"#,
        ]
    );
    let handled: Vec<bool> = game
        .handler()
        .all
        .iter()
        .map(|(_, handled, _)| *handled)
        .collect();
    assert_eq!(handled, [true, true, true, false, false]);
}

/// Sends everything on, whatever it is.
struct Relay;

#[network_handler]
impl Relay {
    fn network(&mut self, channel: &mut Channel<()>, event: &Event) -> podsix::Result<()> {
        if let EventKind::Message = event.kind() {
            channel.channels().except(channel.id()).send(event.value()?);
        }
        Ok(())
    }
}

#[test]
fn relayed_values_reach_linked_readers_by_name() {
    let mut game = Game::<(), _>::new(Relay);
    let (ann, bob) = (game.join(), game.join());
    for message in messages() {
        game.send(ann, &message);
    }
    assert_eq!(game.received::<Linked>(bob), messages());
    // Once more around, as a dict from the start.
    let dict = data! { "action": "start-line", "y": -2, "x": 1, "color": "red" };
    game.send(ann, &dict);
    game.send(ann, &data! { "action": "chat", "who": "ann", "text": "hi" });
    game.send(ann, &data! { "action": "number", "data": 7 });
    assert_eq!(
        game.received::<Linked>(bob),
        [
            messages()[0].clone(),
            messages()[1].clone(),
            messages()[5].clone()
        ]
    );
    assert_eq!(game.lifecycle(bob), [Lifecycle::Connected]);
}

/// All of the enum.
#[derive(Default)]
struct Typed {
    seen: Vec<Linked>,
    errors: Vec<String>,
    all: Vec<(String, bool)>,
}

#[network_handler(Linked)]
impl Typed {
    fn network_start_line(&mut self, x: i32, y: i32, colour: Option<String>) {
        self.seen.push(Linked::StartLine { x, y, colour });
    }

    fn network_chat(&mut self, data: &Line) {
        self.seen.push(Linked::Chat(data.clone()));
    }

    fn network_paint(&mut self, data: Tool) {
        self.seen.push(Linked::Paint(data));
    }

    fn network_marks(&mut self, data: BTreeMap<String, u8>) {
        self.seen.push(Linked::Marks(data));
    }

    fn network_number(&mut self, data: u32) {
        self.seen.push(Linked::Number(data));
    }

    #[action(Connected)]
    fn on_connected(&mut self, at: u8) -> Result<(), String> {
        self.seen.push(Linked::Connected { at });
        Err("not that one".to_owned())
    }

    fn network_quit(&mut self) {
        self.seen.push(Linked::Quit);
    }

    fn network_error(&mut self, error: &Error) {
        self.errors.push(error.to_string());
    }

    fn network(&mut self, event: &Event) {
        self.all.push((event.action().to_owned(), event.handled()));
    }
}

#[test]
fn linked_handlers_take_values() {
    let mut game = Game::<(), _>::new(Typed::default());
    let ann = game.join();
    for message in messages() {
        game.send(ann, &as_dict(&message));
    }
    assert_eq!(game.handler().seen, messages());
    assert_eq!(
        game.handler().errors,
        ["the handler of `connected` failed: not that one"]
    );
    game.handler_mut().all.clear();
    game.send(ann, &data! { "action": "number", "data": true });
    game.send(ann, &data! { "action": "start-line", "x": 1 });
    game.send(ann, &data! { "action": "nobody" });
    let all = &game.handler().all;
    assert_eq!(
        all.iter()
            .map(|(action, handled)| (action.as_str(), *handled))
            .collect::<Vec<_>>(),
        [
            ("number", false),
            ("error", true),
            ("start-line", false),
            ("error", true),
            ("nobody", false)
        ]
    );
    assert_eq!(
        game.handler().errors[1..],
        [
            "`number`: field `data`: expected u32, found true; the message was dropped, the \
             connection is still up",
            "`start-line`: field `y`: it is missing; the message was dropped, the connection is \
             still up",
        ]
    );
    let link = game.server().channels().iter().next().unwrap().link();
    assert_eq!(link.unhandled, 1);
}

/// The dict that this message is.
fn as_dict(message: &Linked) -> Value {
    match message {
        Linked::StartLine { x, y, colour } => {
            data! { "action": "start-line", "x": *x, "y": *y, "color": colour.clone() }
        }
        Linked::Chat(line) => {
            data! { "action": "chat", "who": line.who.clone(), "text": line.text.clone() }
        }
        Linked::Paint(tool) => data! { "action": "paint", "data": Value::from_data(tool).unwrap() },
        Linked::Marks(marks) => {
            data! { "action": "marks", "data": Value::from_data(marks).unwrap() }
        }
        Linked::Number(number) => data! { "action": "number", "data": *number },
        Linked::Connected { at } => data! { "action": "connected", "at": *at },
        Linked::Quit => data! { "action": "quit" },
    }
}

#[test]
fn a_value_without_an_action_is_refused() {
    let mut server = podsix::Server::<()>::new();
    let connection = Connection::local(&mut server);
    for value in [
        Value::None,
        Value::from(3),
        data! { "hello": 1 },
        data! { "action": 3 },
        data! { "action": "" },
        data! { "action": "x".repeat(256) },
    ] {
        let error = connection.send(&value).unwrap_err();
        assert!(
            matches!(&error, Error::Encode { field, .. } if field == "action"),
            "{value}: {error}"
        );
    }
    connection
        .send(&data! { "action": "x".repeat(255) })
        .unwrap();
}
