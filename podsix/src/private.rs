//! What the macros' output calls, beside the types of the runtime itself.

mod field;

use std::borrow::Cow;
use std::error::Error as StdError;

use serde::{Deserialize, Deserializer};

pub use self::field::{AllFields, Field, Payload, Written};
use crate::message::{Action, Incoming, Table};
use crate::{Error, Event};

/// What a handler method may return.
#[diagnostic::on_unimplemented(
    message = "a handler returns nothing or `Result<(), E>`, not `{Self}`",
    label = "`{Self}` means nothing here",
    note = "the error of a `Result` comes to `network_error`"
)]
pub trait Outcome {
    /// Whether the handler of this event did what it should.
    ///
    /// # Errors
    ///
    /// [`Error::Handler`] with what the handler returned.
    fn outcome(self, event: &Event) -> Result<(), Error>;
}

impl Outcome for () {
    fn outcome(self, _: &Event) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: HandlerError> Outcome for Result<(), E> {
    fn outcome(self, event: &Event) -> Result<(), Error> {
        self.map_err(|error| Error::Handler {
            action: event.action().to_owned(),
            source: error.into_source(),
        })
    }
}

/// The error of a handler method.
#[diagnostic::on_unimplemented(
    message = "a handler can't return the error `{Self}`",
    label = "`{Self}` can't be passed on to `network_error`",
    note = "write an error type that is `Send + Sync`, `String`, or \
            `Box<dyn std::error::Error + Send + Sync>`"
)]
pub trait HandlerError {
    /// The error as [`Error::Handler`] has it.
    fn into_source(self) -> Box<dyn StdError + Send + Sync>;
}

// Otherwise the compiler would tell why `Box` can't be made from it.
#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn StdError + Send + Sync>>> HandlerError for E {
    fn into_source(self) -> Box<dyn StdError + Send + Sync> {
        self.into()
    }
}

/// A `Cow<'a, str>` that borrows where it can; by itself serde always copies.
#[derive(Debug)]
pub struct CowStr<T>(pub T);

impl<'de: 'a, 'a> Deserialize<'de> for CowStr<Cow<'a, str>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Borrowed<'b>(#[serde(borrow)] Cow<'b, str>);

        let Borrowed(text) = Borrowed::deserialize(deserializer)?;
        Ok(Self(text))
    }
}

/// The table of an enum that a handler is linked to.
#[must_use]
pub const fn table_of<'de, M: Linked<'de>>() -> &'static Table {
    M::TABLE
}

/// An enum that a handler can be linked to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a podsix message that can be received",
    label = "this can't be received",
    note = "put `#[derive(podsix::Message)]` on `{Self}`, without `#[message(send_only)]`"
)]
pub trait Linked<'de>: Incoming<'de> {}

// Otherwise the compiler would speak of the other trait.
#[diagnostic::do_not_recommend]
impl<'de, M: Incoming<'de>> Linked<'de> for M {}

/// The wire names of those actions in `table` that have one of the `N` arms:
/// so many as the number says.
#[must_use]
pub const fn wire_names<const N: usize>(
    table: &'static Table,
    arms: &[&str],
) -> ([&'static str; N], usize) {
    let mut names = [""; N];
    let mut count = 0;
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        if contains(arms, action.method) && count < N {
            names[count] = action.name;
            count += 1;
        }
        slot += 1;
    }
    (names, count)
}

/// What [`wire_names`] found, as a slice.
#[must_use]
pub const fn filled<const N: usize>(
    found: &'static ([&'static str; N], usize),
) -> &'static [&'static str] {
    found.0.split_at(found.1).0
}

/// Stops the compiler if an action in `table` has no arm. `context` is what the
/// block's handlers have as their context: `, channel: &mut Channel<Player>`.
///
/// It says nothing where an arm fits no action: then the compiler has an error
/// already, a misspelt name, which would make this one misleading.
///
/// # Panics
///
/// At compile time, with the methods that are missing.
#[track_caller]
#[expect(clippy::panic, reason = "it stops the compiler, never a program")]
pub const fn all_handled(
    table: &'static Table,
    arms: &[&str],
    handler: &str,
    context: &str,
    linked: &str,
) {
    let mut arm = 0;
    while arm < arms.len() {
        if !arms[arm].is_empty() && !has_method(table.actions, arms[arm]) {
            return;
        }
        arm += 1;
    }
    let mut missing = 0;
    let mut slot = 0;
    while slot < table.actions.len() {
        if !contains(arms, table.actions[slot].method) {
            missing += 1;
        }
        slot += 1;
    }
    if missing == 0 {
        return;
    }
    let mut text = Text::new();
    text.push("`");
    text.push(handler);
    text.push(if missing == 1 {
        "` does not handle this action of `"
    } else {
        "` does not handle these actions of `"
    });
    text.push(table.name);
    text.push("`: ");
    list(&mut text, table, arms, missing);
    text.push("; write `#[network_handler(");
    text.push(linked);
    text.push(", ..)]` if others handle ");
    text.push(if missing == 1 {
        "it, or add this method:"
    } else {
        "them, or add these methods:"
    });
    methods(&mut text, table, arms, context);
    panic!("{}", text.as_str());
}

/// The missing actions, in a sentence.
const fn list(text: &mut Text, table: &Table, arms: &[&str], missing: usize) {
    let mut listed = 0;
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        slot += 1;
        if contains(arms, action.method) {
            continue;
        }
        if listed > 0 {
            text.push(if listed + 1 == missing { " and " } else { ", " });
        }
        listed += 1;
        text.push("`");
        text.push(action.name);
        text.push("`");
    }
}

/// The missing methods, each in a line, fit to be copied.
const fn methods(text: &mut Text, table: &Table, arms: &[&str], context: &str) {
    let mut slot = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        slot += 1;
        if contains(arms, action.method) {
            continue;
        }
        text.push("\n");
        // Three names are those of the lifecycle methods.
        text.push(match action.method.as_bytes() {
            b"connected" => "#[action(Connected)] fn on_",
            b"disconnected" => "#[action(Disconnected)] fn on_",
            b"error" => "#[action(Error)] fn on_",
            _ => "fn network_",
        });
        text.push(action.method);
        text.push("(&mut self");
        text.push(context);
        if !action.params.is_empty() {
            text.push(", ");
            text.push(action.params);
        }
        text.push(") {}");
    }
}

const fn has_method(actions: &[Action], method: &str) -> bool {
    let mut slot = 0;
    while slot < actions.len() {
        if equal(actions[slot].method, method) {
            return true;
        }
        slot += 1;
    }
    false
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if equal(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A text that is put together at compile time, and cut where it is too long.
struct Text {
    bytes: [u8; Self::MAX_BYTES],
    len: usize,
}

impl Text {
    const MAX_BYTES: usize = 64 * 1024;

    const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX_BYTES],
            len: 0,
        }
    }

    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        // Whole pieces only, so that what is there is always UTF-8.
        if text.len() > Self::MAX_BYTES - self.len {
            return;
        }
        let mut index = 0;
        while index < text.len() {
            self.bytes[self.len] = text[index];
            self.len += 1;
            index += 1;
        }
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "an action has no handler",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use crate::message::{Incoming, Message};
    use crate::source::{Sink, Source};

    /// What `message` is on the wire.
    fn written(message: &impl Message) -> Vec<u8> {
        let mut body = Vec::new();
        let problem = message.encode(&mut Sink::positional(&mut body, 1000)).err();
        assert!(problem.is_none(), "{problem:?}");
        body
    }

    /// What it is again, all of it read.
    fn read<'de, M: Incoming<'de>>(slot: usize, body: &'de [u8]) -> Option<M> {
        let mut source = Source::positional("", body);
        let message = M::decode(slot, &mut source).ok()?;
        source.finish().ok()?;
        Some(message)
    }

    mod seconds {
        use std::time::Duration;

        use serde::{Deserialize, Deserializer, Serializer};

        pub(super) fn serialize<S: Serializer>(left: &Duration, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_u64(left.as_secs())
        }

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Duration, D::Error> {
            u64::deserialize(from).map(Duration::from_secs)
        }
    }

    fn seven() -> u8 {
        7
    }

    #[derive(crate::Message, Debug, PartialEq)]
    enum ToClient<'a, T> {
        Chat {
            who: &'a str,
            text: Cow<'a, str>,
        },
        State {
            value: T,
            #[serde(with = "seconds")]
            left: Duration,
            #[serde(skip, default = "seven")]
            seen: u8,
            #[serde(skip)]
            here: bool,
        },
        Line(String),
        Left(#[serde(with = "seconds")] Duration),
        Quit,
    }

    #[test]
    fn messages_are_read_as_they_were_written() {
        let messages = [
            ToClient::Chat {
                who: "ann",
                text: "hi".into(),
            },
            ToClient::State {
                value: vec![1_u16, 2],
                left: Duration::from_secs(90),
                seen: 7,
                here: false,
            },
            ToClient::Line("hello".to_owned()),
            ToClient::Left(Duration::from_secs(3)),
            ToClient::Quit,
        ];
        for (slot, message) in messages.iter().enumerate() {
            assert_eq!(message.slot(), slot);
            let body = written(message);
            assert_eq!(read(slot, &body).as_ref(), Some(message));
            let longer = [&*body, &[0]].concat();
            assert_eq!(read::<ToClient<'_, Vec<u16>>>(slot, &longer), None);
        }
        assert_eq!(read::<ToClient<'_, u8>>(5, &[]), None);
    }

    #[test]
    fn texts_are_borrowed_from_the_body() {
        let message: ToClient<'_, u8> = ToClient::Chat {
            who: "ann",
            text: "hi".into(),
        };
        let body = written(&message);
        assert!(matches!(
            read::<ToClient<'_, u8>>(0, &body),
            Some(ToClient::Chat {
                who: "ann",
                text: Cow::Borrowed("hi")
            })
        ));
    }

    #[test]
    fn skipped_fields_take_no_room() {
        let body = written(&ToClient::State {
            value: 1_u8,
            left: Duration::from_secs(90),
            seen: 200,
            here: true,
        });
        assert_eq!(body, [1, 90]);
        let read = read::<ToClient<'_, u8>>(1, &body);
        assert!(matches!(
            read,
            Some(ToClient::State {
                seen: 7,
                here: false,
                ..
            })
        ));
    }
}
