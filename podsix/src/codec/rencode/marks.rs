//! How a [`Value`](crate::Value) tells a serializer of ours, and is told by a deserializer, what serde has no word for.

/// The newtype struct that a value asks for.
pub(super) const VALUE: &str = "$podsix::Value";
/// The newtype struct that an integer beyond 128 bits is, around its text; the variant that any beyond 64 bits is when it
/// is read.
pub(super) const INTEGER: &str = "$podsix::Integer";
/// The variant that a tuple is when it is read.
pub(super) const TUPLE: &str = "$podsix::Tuple";
