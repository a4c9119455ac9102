//! What the macros' output calls, beside the types of the runtime itself.

mod field;
mod handled;
mod known;
mod text;

use std::borrow::Cow;
use std::error::Error as StdError;

use serde::{Deserialize, Deserializer};

pub use self::field::{AllFields, AllInner, Field, Inner, Passed, Payload, Sent, Written};
pub use self::handled::all_handled;
pub use self::known::{has_method, has_variant};
use self::text::place_of;
use crate::message::{Incoming, Table};
use crate::{Error, Event};

/// The error of what the macros wrote: a single word, so that a result which is
/// nearly never an error stays in registers.
pub type Failure = Box<Error>;

/// How a message comes to a handler's method.
pub type Method<H, C> = fn(&mut H, &mut C, &Event) -> Result<(), Failure>;

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
    fn outcome(self, event: &Event) -> Result<(), Box<Error>>;
}

impl Outcome for () {
    fn outcome(self, _: &Event) -> Result<(), Box<Error>> {
        Ok(())
    }
}

impl<E: HandlerError> Outcome for Result<(), E> {
    fn outcome(self, event: &Event) -> Result<(), Box<Error>> {
        self.map_err(|error| {
            Box::new(Error::Handler {
                action: event.action().to_owned(),
                source: error.into_source(),
            })
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

/// A type of the user's, once it was looked at: itself. But where an error kept
/// `FINE` from having a value, it is no type at all, and the compiler has nothing
/// to say of what is done with it.
pub type Checked<T, const FINE: bool> = <T as Fine<FINE>>::Itself;

/// See [`Checked`].
pub trait Fine<const FINE: bool> {
    /// The type itself.
    type Itself;
}

impl<T> Fine<true> for T {
    type Itself = T;
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
    let mut next = 0;
    while slot < table.actions.len() {
        let action = &table.actions[slot];
        if let Some(arm) = place_of(arms, action.method, next)
            && count < N
        {
            names[count] = action.name;
            count += 1;
            next = arm + 1;
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

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use crate::Event;
    use crate::message::{Incoming, Message};
    use crate::sink::Positional;

    /// What `message` is on the wire.
    fn written(message: &impl Message) -> Vec<u8> {
        let mut body = Vec::new();
        let problem = message.encode(&mut Positional::new(&mut body, 1000)).err();
        assert!(problem.is_none(), "{problem:?}");
        body
    }

    /// What it is again, all of it read.
    fn read<M: Incoming<'static>>(slot: usize, body: &[u8]) -> Option<M> {
        // It lives as long as what is read; a test may leak a few.
        let event = Box::leak(Box::new(Event::of_message(body)));
        M::decode(slot, event).ok()
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
