//! What fields and payloads are made of, in words that tell a user what to do
//! about a type that can't be.
//!
//! Each of the traits is implemented for all that serde can write or read.
//! `Suspect` is nothing but the name in the error: for a `Vec<Card>` it is
//! `Card`. As everything that needs a field's type goes through one trait, a
//! mistake is one error: that is also why serde's traits are asked for by the
//! implementations alone.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::shape::Fields;
use crate::sink::{FieldProblem, Sink};
use crate::source::Source;
use crate::{Error, Event};

/// One trait for each wording of the same error.
macro_rules! field_trait {
    ($(#[$words:meta])* $name:ident<$de:lifetime $(, $suspect:ident)?>) => {
        $(#[$words])*
        pub trait $name<$de $(, $suspect: ?Sized)?>: Sized {
            /// Writes it as the next field.
            fn write<S: Sink>(&self, sink: &mut S, name: &'static str) -> Result<(), FieldProblem>;
            /// Writes it as the whole body.
            fn write_inner<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem>;
            /// Reads it as the next field.
            fn read(source: &mut Source<$de>, name: &'static str) -> Result<Self, Box<Error>>;
            /// Reads it as the next field, which may be missing or called otherwise.
            fn read_or(
                source: &mut Source<$de>,
                name: &'static str,
                aliases: &[&str],
                default: Option<fn() -> Self>,
            ) -> Result<Self, Box<Error>>;
            /// Reads it as the whole body.
            fn read_inner(source: &mut Source<$de>) -> Result<Self, Box<Error>>;
            /// Records its shape as that of the next field.
            fn trace(fields: &mut Fields<$de>, name: &'static str);
            /// Records its shape as that of the next field, which has a default.
            fn trace_or(fields: &mut Fields<$de>, name: &'static str);
            /// Records its shape as that of the whole body.
            fn trace_inner(fields: &mut Fields<$de>);
        }

        // Otherwise the compiler would speak of serde's traits.
        #[diagnostic::do_not_recommend]
        impl<$de, $($suspect: ?Sized,)? T: Serialize + Deserialize<$de>> $name<$de $(, $suspect)?>
            for T
        {
            #[inline]
            fn write<S: Sink>(&self, sink: &mut S, name: &'static str) -> Result<(), FieldProblem> {
                sink.field(name, self)
            }

            #[inline]
            fn write_inner<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem> {
                sink.inner(self)
            }

            #[inline]
            fn read(source: &mut Source<$de>, name: &'static str) -> Result<Self, Box<Error>> {
                source.field(name)
            }

            #[inline]
            fn read_or(
                source: &mut Source<$de>,
                name: &'static str,
                aliases: &[&str],
                default: Option<fn() -> Self>,
            ) -> Result<Self, Box<Error>> {
                source.field_or(name, aliases, default)
            }

            #[inline]
            fn read_inner(source: &mut Source<$de>) -> Result<Self, Box<Error>> {
                source.inner()
            }

            fn trace(fields: &mut Fields<$de>, name: &'static str) {
                fields.field::<Self>(name);
            }

            fn trace_or(fields: &mut Fields<$de>, name: &'static str) {
                fields.field_or::<Self>(name);
            }

            fn trace_inner(fields: &mut Fields<$de>) {
                fields.inner::<Self>();
            }
        }
    };
}

field_trait! {
    /// The type of a field, in which `Suspect` is the only one to be at fault.
    #[diagnostic::on_unimplemented(
        message = "`{Suspect}` can't be sent: it has neither `#[derive(podsix::Data)]` nor \
                   serde's `Serialize` and `Deserialize`",
        label = "put `#[derive(podsix::Data)]` on `{Suspect}`",
        note = "a type of another crate may have a feature `serde`; otherwise write \
                `#[serde(with = \"…\")]` on the field"
    )]
    Field<'de, Suspect>
}

field_trait! {
    /// The type of a field, in which anything may be at fault.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` can't be sent: it, or a type in it, has neither \
                   `#[derive(podsix::Data)]` nor serde's `Serialize` and `Deserialize`",
        label = "put `#[derive(podsix::Data)]` on your types in this",
        note = "a type of another crate may have a feature `serde`; otherwise write \
                `#[serde(with = \"…\")]` on the field",
        note = "of references, `&str` and `&[u8]` can be received; of arrays, those of up to 32 \
                elements"
    )]
    AllFields<'de>
}

/// The type of a field that is only sent.
#[diagnostic::on_unimplemented(
    message = "`{Suspect}` can't be sent: it has neither `#[derive(podsix::Data)]` nor serde's \
               `Serialize`",
    label = "put `#[derive(podsix::Data)]` on `{Suspect}`",
    note = "a type of another crate may have a feature `serde`; otherwise write \
            `#[serde(with = \"…\")]` on the field"
)]
pub trait Written<Suspect: ?Sized> {
    /// Writes it as the next field.
    fn write<S: Sink>(&self, sink: &mut S, name: &'static str) -> Result<(), FieldProblem>;
    /// Writes it as the whole body.
    fn write_inner<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem>;
}

// As above.
#[diagnostic::do_not_recommend]
impl<Suspect: ?Sized, T: Serialize + ?Sized> Written<Suspect> for T {
    #[inline]
    fn write<S: Sink>(&self, sink: &mut S, name: &'static str) -> Result<(), FieldProblem> {
        sink.field(name, self)
    }

    #[inline]
    fn write_inner<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem> {
        sink.inner(self)
    }
}

/// The type of a field inside a field, in which `Suspect` is the only one to be
/// at fault.
#[diagnostic::on_unimplemented(
    message = "`{Suspect}` can't be sent: it has neither `#[derive(podsix::Data)]` nor serde's \
               `Serialize` and `Deserialize`",
    label = "put `#[derive(podsix::Data)]` on `{Suspect}`",
    note = "a type of another crate may have a feature `serde`; otherwise write \
            `#[serde(with = \"…\")]` on the field"
)]
pub trait Inner<Suspect: ?Sized> {
    /// Always.
    const IS_DATA: bool;
}

// As above.
#[diagnostic::do_not_recommend]
impl<Suspect: ?Sized, T: Serialize + DeserializeOwned> Inner<Suspect> for T {
    const IS_DATA: bool = true;
}

/// The same for a type in which anything may be at fault.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be sent: it, or a type in it, has neither \
               `#[derive(podsix::Data)]` nor serde's `Serialize` and `Deserialize`",
    label = "put `#[derive(podsix::Data)]` on your types in this",
    note = "a type of another crate may have a feature `serde`; otherwise write \
            `#[serde(with = \"…\")]` on the field"
)]
pub trait AllInner {
    /// Always.
    const IS_DATA: bool;
}

// As above.
#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> AllInner for T {
    const IS_DATA: bool = true;
}

/// serde's `Serialize`. The lifetime means nothing; but a bound that has one the
/// compiler does not look into before it is used.
pub trait Sent<'a>: Serialize {}

impl<T: Serialize> Sent<'_> for T {}

/// What a handler without an enum takes: the fields of a message as one value.
#[diagnostic::on_unimplemented(
    message = "`{Suspect}` can't be received: it has neither `#[derive(podsix::Data)]` nor \
               serde's `Deserialize`",
    label = "put `#[derive(podsix::Data)]` on `{Suspect}`",
    note = "to take a message's fields as parameters, name its enum: \
            `#[network_handler(ToServer)]`"
)]
pub trait Payload<Suspect: ?Sized>: Sized {
    /// Reads it from a message.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the message does not fit the type.
    fn read(event: &Event) -> Result<Self, Box<Error>>;
}

// As above.
#[diagnostic::do_not_recommend]
impl<Suspect: ?Sized, T: DeserializeOwned> Payload<Suspect> for T {
    #[inline]
    fn read(event: &Event) -> Result<Self, Box<Error>> {
        Ok(event.decode()?)
    }
}

/// The type of a field, which a parameter of that name is to have as well.
///
/// The compiler would say the same of an argument, and propose to convert it,
/// which nobody can do in a list of parameters.
#[diagnostic::on_unimplemented(
    message = "this parameter is a `{Parameter}`, but the message's field is a `{Self}`",
    label = "write `{Self}` for its type, or a reference to that"
)]
pub trait Passed<Parameter> {
    /// The field's value.
    fn pass(self) -> Parameter;
}

#[diagnostic::do_not_recommend]
impl<T> Passed<T> for T {
    #[inline]
    fn pass(self) -> T {
        self
    }
}

/// The parameter of nobody. With a second choice the compiler waits for the
/// parameter's type, instead of taking the field's for it.
#[derive(Debug)]
pub struct Nobody<T>(T);

#[diagnostic::do_not_recommend]
impl<T> Passed<Nobody<T>> for T {
    fn pass(self) -> Nobody<T> {
        Nobody(self)
    }
}
