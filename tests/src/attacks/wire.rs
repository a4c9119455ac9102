//! How somebody speaks each wire who does not use podsix: the bytes, written
//! down anew from their description.

/// One of the wires that a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// podsix's own.
    Native,
    /// PodSixNet's, with rencode.
    PodSixNet,
    /// PodSixNet's, with JSON.
    Json,
    /// WebSocket.
    WebSocket,
}

use Wire::{Json, Native, PodSixNet, WebSocket};

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// A `u32`.
    Number(u32),
    /// An `f64`.
    Float(f64),
    /// Text without characters that JSON would escape.
    Text(&'a str),
}

/// What the native wire begins with: the magic and the version.
pub const MAGIC_AND_VERSION: [u8; 5] = [0xF6, b'p', b'd', b'6', 1];

/// What is behind each message on PodSixNet's wire.
pub const TERMINATOR: &[u8] = b"\0---\0";

/// Codes of frames on the native wire.
pub const HELLO: u32 = 128;
/// The name of an action.
pub const NAME: u32 = 129;
/// A ping.
pub const PING: u32 = 130;
/// The answer to a ping.
pub const PONG: u32 = 131;
/// A goodbye.
pub const GOODBYE: u32 = 132;
/// A message that carries its own names.
pub const DICT: u32 = 133;

/// The actions of the game that is attacked, with their shapes: the numbers that
/// an attacker gives them are their places here.
const ACTIONS: [(&str, &[u8]); 6] = [
    ("ask", b"\x15\x01\x06number\x09"),
    ("say", b"\x15\x01\x04text\x0f"),
    ("place", b"\x15\x01\x01x\x0d"),
    ("give", b"\x15\x01\x05bytes\x09"),
    ("fail", b"\x15\x00"),
    ("panic", b"\x15\x00"),
];

impl Wire {
    /// All wires.
    pub const ALL: &[Self] = &[Native, PodSixNet, Json, WebSocket];

    /// The scheme of its addresses.
    pub fn scheme(self) -> &'static str {
        match self {
            Native => "podsix",
            PodSixNet => "podsixnet",
            Json => "podsixnet+json",
            WebSocket => "ws",
        }
    }

    /// What a client says before it is let in.
    pub fn opening(self) -> Vec<u8> {
        match self {
            Native => {
                let mut bytes = MAGIC_AND_VERSION.to_vec();
                bytes.extend(frame(HELLO, &varint(1 << 20)));
                for (number, (action, shape)) in (0..).zip(ACTIONS) {
                    bytes.extend(name(number, action.as_bytes(), shape));
                }
                bytes
            }
            PodSixNet | Json => Vec::new(),
            WebSocket => b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\n\
                Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                .to_vec(),
        }
    }

    /// What a client hears at least that was let in.
    pub fn greeting(self) -> &'static [u8] {
        match self {
            Native => &MAGIC_AND_VERSION,
            PodSixNet | Json => b"connected",
            WebSocket => b"\r\n\r\n",
        }
    }

    /// A whole message.
    pub fn message(self, action: &str, fields: &[(&str, Field<'_>)]) -> Vec<u8> {
        match self {
            Native => {
                let known = ACTIONS.iter().position(|(known, _)| *known == action);
                match known {
                    Some(number) => frame(number as u32, &bincode(fields)),
                    None => dict(action, &self.fields(fields)),
                }
            }
            _ => self.framed(&self.body(action, fields)),
        }
    }

    /// The body of a message that carries its own names.
    pub fn body(self, action: &str, fields: &[(&str, Field<'_>)]) -> Vec<u8> {
        let with_action = [&[("action", Field::Text(action))], fields].concat();
        self.fields(&with_action)
    }

    /// A body of whatever bytes, as this wire marks its end. On the native wire
    /// it is that of an action `made_up`.
    pub fn framed(self, body: &[u8]) -> Vec<u8> {
        match self {
            Native => dict("made_up", body),
            PodSixNet | Json => [body, TERMINATOR].concat(),
            WebSocket => web_frame(0x81, body),
        }
    }

    /// A question that the game answers.
    pub fn question(self) -> Vec<u8> {
        self.message("ask", &[("number", Field::Number(QUESTION))])
    }

    /// What its answer contains.
    pub fn answer(self) -> Vec<u8> {
        match self {
            Native => QUESTION.to_le_bytes().to_vec(),
            PodSixNet => QUESTION.to_be_bytes().to_vec(),
            Json | WebSocket => QUESTION.to_string().into_bytes(),
        }
    }

    /// Something that the game tells to everybody.
    pub fn say(self, text: &str) -> Vec<u8> {
        self.message("say", &[("text", Field::Text(text))])
    }

    fn fields(self, fields: &[(&str, Field<'_>)]) -> Vec<u8> {
        match self {
            Native => {
                let mut bytes = vec![0xB0 + fields.len() as u8];
                for (key, field) in fields {
                    value_text(key, &mut bytes);
                    match field {
                        Field::Number(number) => {
                            bytes.push(0xE6);
                            bytes.extend(u64::from(*number).to_le_bytes());
                        }
                        Field::Float(float) => {
                            bytes.push(0xE8);
                            bytes.extend(float.to_le_bytes());
                        }
                        Field::Text(text) => value_text(text, &mut bytes),
                    }
                }
                bytes
            }
            PodSixNet => {
                let mut bytes = vec![0x66 + fields.len() as u8];
                for (key, field) in fields {
                    bytes.extend(rencode_text(key.as_bytes()));
                    match field {
                        Field::Number(number) => {
                            bytes.push(0x41);
                            bytes.extend(u64::from(*number).to_be_bytes());
                        }
                        Field::Float(float) => {
                            bytes.push(0x2c);
                            bytes.extend(float.to_be_bytes());
                        }
                        Field::Text(text) => bytes.extend(rencode_text(text.as_bytes())),
                    }
                }
                bytes
            }
            Json | WebSocket => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(key, field)| match field {
                        Field::Number(number) => format!("\"{key}\":{number}"),
                        Field::Float(float) => format!("\"{key}\":{float:e}"),
                        Field::Text(text) => format!("\"{key}\":\"{text}\""),
                    })
                    .collect();
                format!("{{{}}}", fields.join(",")).into_bytes()
            }
        }
    }
}

/// The number in [`Wire::question`]: nothing else contains its bytes.
const QUESTION: u32 = 0xDEAD_BEEF;

/// An unsigned LEB128.
pub fn varint(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A frame of the native wire.
pub fn frame(code: u32, body: &[u8]) -> Vec<u8> {
    [&*varint(body.len() as u32), &varint(code), body].concat()
}

/// The name and the shape of an action.
pub fn name(number: u32, name: &[u8], shape: &[u8]) -> Vec<u8> {
    let length = varint(name.len() as u32);
    frame(NAME, &[&*varint(number), &length, name, shape].concat())
}

/// A message of the native wire that carries its own names.
pub fn dict(action: &str, fields: &[u8]) -> Vec<u8> {
    let length = varint(action.len() as u32);
    frame(DICT, &[&*length, action.as_bytes(), fields].concat())
}

/// A frame of a WebSocket's client; its mask changes nothing.
pub fn web_frame(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match body.len() {
        0..126 => bytes.push(0x80 | body.len() as u8),
        126..65536 => {
            bytes.push(0x80 | 126);
            bytes.extend((body.len() as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((body.len() as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend_from_slice(body);
    bytes
}

/// A text as rencode has it.
pub fn rencode_text(text: &[u8]) -> Vec<u8> {
    let head = match text.len() {
        length @ 0..64 => vec![0x80 + length as u8],
        length => format!("{length}:").into_bytes(),
    };
    [&*head, text].concat()
}

/// A text in a message of the native wire that carries its own names.
fn value_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        length @ 0..64 => out.push(0x40 + length as u8),
        length => {
            out.push(0xEA);
            out.extend(varint(length as u32));
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn bincode(fields: &[(&str, Field<'_>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (_, field) in fields {
        match field {
            Field::Number(number) => bincode_number(*number, &mut bytes),
            Field::Float(float) => bytes.extend(float.to_le_bytes()),
            Field::Text(text) => {
                bincode_number(text.len() as u32, &mut bytes);
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    bytes
}

fn bincode_number(number: u32, out: &mut Vec<u8>) {
    match number {
        0..251 => out.push(number as u8),
        251..65536 => {
            out.push(251);
            out.extend((number as u16).to_le_bytes());
        }
        _ => {
            out.push(252);
            out.extend(number.to_le_bytes());
        }
    }
}
