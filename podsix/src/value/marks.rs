//! How a [`Value`](super::Value) tells a serializer of ours, and is told by a deserializer, what serde has no word for.

/// The newtype struct that a value asks for.
pub(crate) const VALUE: &str = "$podsix::Value";
/// The newtype struct that an integer beyond 128 bits is, around its text; the variant that any beyond 64 bits is when it
/// is read.
pub(crate) const INTEGER: &str = "$podsix::Integer";
/// The variant that a tuple is when it is read.
pub(crate) const TUPLE: &str = "$podsix::Tuple";
/// The variant that any value is when it is read from rencode: around its bytes, which it reads by itself.
pub(crate) const RENCODE: &str = "$podsix::Rencode";
