//! What a map can be asked for.

use std::fmt;
use std::hash::Hasher;

pub(super) use self::sealed::Lookup;
use self::sealed::Lookups;
use super::key::{hash_key, hash_text, is_same_key};
use super::{Key, Value, show};

/// What a [`Map`](super::Map) can be asked for: text, integers, and the other kinds of a [`Key`].
///
/// Text finds its entry without being copied. The trait can't be implemented outside podsix.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the key of a map",
    note = "text, integers, floats, `bool`, tuples of these, `Key` and `Value` can"
)]
pub trait AsKey: Lookups {}

mod sealed {
    use super::{Key, Value};

    /// Made public by [`AsKey`](super::AsKey) alone, whose name can't be reached for implementing it.
    pub trait Lookups {
        /// The key that this is.
        fn lookup(&self) -> Lookup<'_>;
    }

    /// A key to look for.
    #[derive(Debug)]
    pub enum Lookup<'a> {
        /// Text, which is a key without a copy of it being made.
        Str(&'a str),
        /// Any value; a list or a map is never found.
        Value(&'a Value),
        /// A key made for this question.
        Key(Key),
    }
}

impl Lookup<'_> {
    pub(super) fn hash(&self, state: &mut impl Hasher) {
        match self {
            Self::Str(text) => hash_text(text, state),
            Self::Value(value) => hash_key(value, state),
            Self::Key(key) => hash_key(key, state),
        }
    }

    pub(super) fn is(&self, key: &Key) -> bool {
        match self {
            Self::Str(text) => matches!(&**key, Value::Str(same) if same == *text),
            Self::Value(value) => is_same_key(value, key),
            Self::Key(own) => own == key,
        }
    }
}

impl fmt::Display for Lookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            Self::Value(value) => f.write_str(&show::path(value)),
            Self::Key(key) => f.write_str(&show::path(key)),
        }
    }
}

impl<T: AsKey + ?Sized> AsKey for &T {}
impl<T: AsKey + ?Sized> Lookups for &T {
    fn lookup(&self) -> Lookup<'_> {
        (**self).lookup()
    }
}

impl AsKey for str {}
impl Lookups for str {
    fn lookup(&self) -> Lookup<'_> {
        Lookup::Str(self)
    }
}

impl AsKey for String {}
impl Lookups for String {
    fn lookup(&self) -> Lookup<'_> {
        Lookup::Str(self)
    }
}

impl AsKey for Value {}
impl Lookups for Value {
    fn lookup(&self) -> Lookup<'_> {
        Lookup::Value(self)
    }
}

impl AsKey for Key {}
impl Lookups for Key {
    fn lookup(&self) -> Lookup<'_> {
        Lookup::Value(self)
    }
}

/// Implements keys that are made for the question.
macro_rules! keys {
    ($([$($parameter:ident)*] $type:ty;)*) => {$(
        impl<$($parameter: Clone + Into<Key>),*> AsKey for $type {}
        impl<$($parameter: Clone + Into<Key>),*> Lookups for $type {
            fn lookup(&self) -> Lookup<'_> {
                Lookup::Key(self.into())
            }
        }
    )*};
}

keys! {
    [] bool;
    [] char;
    [] i8;
    [] i16;
    [] i32;
    [] i64;
    [] i128;
    [] isize;
    [] u8;
    [] u16;
    [] u32;
    [] u64;
    [] u128;
    [] usize;
    [] f32;
    [] f64;
    [A] (A,);
    [A B] (A, B);
    [A B C] (A, B, C);
    [A B C D] (A, B, C, D);
}
