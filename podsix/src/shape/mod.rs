//! The shape of an action: its fields' names and types, nested ones included, as serde's `Deserialize` sees them.
//!
//! A shape crosses a connection with the action's name, once. Where both ends have the same one, a body without field
//! names goes straight into the type; where they differ, the body is read by the sender's shape, name by name. It
//! follows what decides over a body's bytes and nothing else: fields and variants by name and in order, after serde's
//! renames; not the names of types, and newtypes are what they wrap.
//!
//! - `trace` finds the shape of a type,
//! - `wire` is its form on a connection,
//! - `read` reads a body by its shape,
//! - `takes` compares the shapes of two ends.

mod display;
mod read;
mod takes;
#[cfg(test)]
mod tests;
mod trace;
mod wire;

pub use self::trace::Fields;
pub(crate) use self::wire::Limits;

/// What a value consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A value without content: `()`, a unit struct, a variant without fields.
    Unit,
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`, `isize`
    I64,
    /// `i128`
    I128,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`, `usize`
    U64,
    /// `u128`
    U128,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `char`
    Char,
    /// Text.
    Str,
    /// Bytes as serde means them (`&[u8]`, not `Vec<u8>`, which is a sequence).
    Bytes,
    /// A value or none.
    Option(Box<Self>),
    /// Any number of values of one shape.
    Seq(Box<Self>),
    /// A fixed number of values: a tuple, a tuple struct, an array.
    Tuple(Vec<Self>),
    /// Any number of keys and values.
    Map(Box<(Self, Self)>),
    /// Named fields, in their order in a body.
    Struct(Vec<Named>),
    /// One of several variants, in the order of their indices, each with the shape of what it holds.
    Enum(Vec<Named>),
    /// The shape that stands so many levels further out, 1 being the one that directly holds this. The payload of a
    /// variant is one level below its enum.
    Recursive(u8),
    /// Not known, or not always the same.
    Unknown,
}

/// A field of a struct or a variant of an enum.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    /// The name, after serde's renames.
    pub(crate) name: Box<str>,
    /// The field's type, or what the variant holds.
    pub(crate) shape: Shape,
    /// Of a field of this program: what its reader accepts.
    pub(crate) leniency: Leniency,
}

/// What the reader of a field accepts beyond its name and shape. It is this program's own affair: it does not cross, and
/// of the other end's fields nothing of it is known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Leniency {
    /// Whether the field is known to have to be there.
    pub(crate) required: bool,
    /// The other names under which it may come; its own may be among them.
    pub(crate) aliases: &'static [&'static str],
}

/// Two ends have the same shape also where they don't accept the same beyond it.
impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.shape == other.shape
    }
}

impl Eq for Named {}

impl Shape {
    /// The shape of an action, whose fields `fill` names. An action without fields is an empty [`Shape::Struct`].
    ///
    /// It is [`Shape::Unknown`] as a whole if it has no valid form on a connection (more than [`Limits::default`]
    /// allows, or a name twice); see [`Fields`] for what else can't be known.
    #[must_use]
    pub(crate) fn trace(fill: fn(&mut Fields<'static>)) -> Self {
        let mut fields = Fields::new();
        fill(&mut fields);
        let shape = fields.into_shape();
        let mut bytes = Vec::new();
        shape.encode(&mut bytes);
        match Self::decode(&bytes) {
            Ok(same) if same == shape => shape,
            _ => Self::Unknown,
        }
    }

    /// Whether everything is known, so that a body can be read by this shape alone.
    #[must_use]
    pub(crate) fn is_complete(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Option(inner) | Self::Seq(inner) => inner.is_complete(),
            Self::Tuple(shapes) => shapes.iter().all(Self::is_complete),
            Self::Map(entry) => entry.0.is_complete() && entry.1.is_complete(),
            Self::Struct(members) | Self::Enum(members) => {
                members.iter().all(|member| member.shape.is_complete())
            }
            _ => true,
        }
    }
}
