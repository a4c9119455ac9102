//! The `data!` macro, and the functions that it calls.

use super::{Key, Value};

/// Writes a [`Value`] as one would write a dict in Python.
///
/// ```
/// use podsix::data;
///
/// let (who, turn) = (String::from("Ann"), 3);
/// let message = data! {
///     "action": "state",
///     "who": &who,                        // any expression of a type that is a value
///     "turn": turn + 1,
///     "hand": ["ace", "ten"],             // a list
///     "at": (10, -20.5),                  // a tuple
///     "scores": { "Ann": 12, 7: None },   // a map; keys are text, integers, tuples …
/// };
/// assert_eq!(message["at"][1], -20.5);
/// assert_eq!(message["scores"]["Ann"], 12);
/// ```
///
/// - `{…}` is a map, `[…]` a list, `(…)` a tuple (with one element: `(1,)`), at any depth, and `None` is
///   [`Value::None`].
/// - Anything else is an expression that [`Value`] implements `From` for: numbers, text, `Option`, `Vec`, maps, tuples,
///   references to these, values themselves. An array in a variable is a tuple, as its length is fixed. Other types
///   become values with [`Value::from_data`](Value::from_data).
/// - Entries keep their order. If a key stands twice, the last value counts.
#[macro_export]
macro_rules! data {
    // A value: `@value` and its tokens, without a comma at their end.
    (@value None) => { $crate::value::Value::None };
    (@value []) => { $crate::value::literal::list([]) };
    (@value [ $($item:tt),+ $(,)? ]) => {
        $crate::value::literal::list([ $($crate::data!(@value $item)),+ ])
    };
    (@value [ $($items:tt)+ ]) => { $crate::data!(@list [] $($items)+) };
    (@value ()) => { $crate::value::literal::tuple([]) };
    (@value ( $first:tt, $($item:tt),+ $(,)? )) => {
        $crate::value::literal::tuple([
            $crate::data!(@value $first), $($crate::data!(@value $item)),+
        ])
    };
    (@value ( $($items:tt)+ )) => { $crate::data!(@tuple [] $($items)+) };
    (@value { $($entries:tt)* }) => { $crate::data!($($entries)*) };
    (@value $value:expr) => { $crate::value::literal::value($value) };

    // Elements that are more than one token: those that are done, and the rest.
    (@list [$($done:tt)*]) => { $crate::value::literal::list([ $($done)* ]) };
    (@list [$($done:tt)*] $item:tt $(, $($rest:tt)*)?) => {
        $crate::data!(@list [$($done)* $crate::data!(@value $item),] $($($rest)*)?)
    };
    (@list [$($done:tt)*] $item:expr $(, $($rest:tt)*)?) => {
        $crate::data!(@list [$($done)* $crate::data!(@value $item),] $($($rest)*)?)
    };

    // The same for a tuple, where one element without a comma is an expression in parentheses.
    (@tuple [] $item:tt) => { $crate::data!(@value $item) };
    (@tuple [] $item:expr) => { $crate::data!(@value $item) };
    (@tuple [$($done:tt)*]) => { $crate::value::literal::tuple([ $($done)* ]) };
    (@tuple [$($done:tt)*] $item:tt $(, $($rest:tt)*)?) => {
        $crate::data!(@tuple [$($done)* $crate::data!(@value $item),] $($($rest)*)?)
    };
    (@tuple [$($done:tt)*] $item:expr $(, $($rest:tt)*)?) => {
        $crate::data!(@tuple [$($done)* $crate::data!(@value $item),] $($($rest)*)?)
    };

    // A key.
    (@key None) => { $crate::value::literal::no_key() };
    (@key $($key:tt)+) => { $crate::value::literal::key($($key)+) };

    // Entries that are more than one token a key and value: those that are done, the key so far, and the rest.
    (@map [$($done:tt)*] []) => { $crate::value::literal::map([ $($done)* ]) };
    (@map [$($done:tt)*] [$($key:tt)+]) => {
        ::core::compile_error!(::core::concat!(
            "expected `:` and a value after the key `", ::core::stringify!($($key)+), "`"
        ))
    };
    (@map [$($done:tt)*] [$($key:tt)+] : ) => {
        ::core::compile_error!(::core::concat!(
            "expected a value after `", ::core::stringify!($($key)+), ":`"
        ))
    };
    (@map [$($done:tt)*] [$($key:tt)+] : $value:tt $(, $($rest:tt)*)?) => {
        $crate::data!(
            @map [$($done)* ($crate::data!(@key $($key)+), $crate::data!(@value $value)),] []
            $($($rest)*)?
        )
    };
    (@map [$($done:tt)*] [$($key:tt)+] : $value:expr $(, $($rest:tt)*)?) => {
        $crate::data!(
            @map [$($done)* ($crate::data!(@key $($key)+), $crate::data!(@value $value)),] []
            $($($rest)*)?
        )
    };
    (@map [$($done:tt)*] [$($key:tt)*] $next:tt $($rest:tt)*) => {
        $crate::data!(@map [$($done)*] [$($key)* $next] $($rest)*)
    };

    // The entries of a map. Those of one token a key and value need no recursion, however many they are.
    () => { $crate::value::literal::map([]) };
    ($($key:tt : $value:tt),+ $(,)?) => {
        $crate::value::literal::map([
            $(($crate::data!(@key $key), $crate::data!(@value $value))),+
        ])
    };
    ($($entries:tt)+) => { $crate::data!(@map [] [] $($entries)+) };
}

/// A key of a map.
pub fn key(key: impl Into<Key>) -> Key {
    key.into()
}

/// The key `None`.
pub fn no_key() -> Key {
    Key::none()
}

/// A value.
pub fn value(value: impl Into<Value>) -> Value {
    value.into()
}

/// A list of values.
pub fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

/// A tuple of values.
pub fn tuple<const N: usize>(items: [Value; N]) -> Value {
    Value::Tuple(items.into())
}

/// A map of entries.
pub fn map<const N: usize>(entries: [(Key, Value); N]) -> Value {
    Value::Map(entries.into())
}
