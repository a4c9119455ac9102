//! What `#[derive(Message)]` knows of an enum or struct.

use proc_macro2::{Ident, TokenStream};
use syn::{Generics, LitStr, Path, Type, Visibility};

pub(crate) struct Message<'a> {
    pub(crate) krate: Path,
    pub(crate) vis: &'a Visibility,
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// Only to be sent, so that it may borrow what can't be read again.
    pub(crate) send_only: bool,
    /// In the order of the variants; one for a struct.
    pub(crate) actions: Vec<Action<'a>>,
}

/// A variant, or the struct.
pub(crate) struct Action<'a> {
    pub(crate) ident: &'a Ident,
    /// `Self::Variant`, or `Self` for a struct.
    pub(crate) path: TokenStream,
    /// The name on the wire.
    pub(crate) name: String,
    /// The tokens that gave the wire name: the attribute's value or the variant.
    pub(crate) name_tokens: TokenStream,
    /// What follows `network_` in a handler.
    pub(crate) method: String,
    pub(crate) body: Body<'a>,
}

pub(crate) enum Body<'a> {
    Unit,
    Named(Vec<Field<'a>>),
    /// The inner value stands for the whole body.
    Newtype(Box<Field<'a>>),
}

impl<'a> Body<'a> {
    pub(crate) fn fields(&self) -> &[Field<'a>] {
        match self {
            Self::Unit => &[],
            Self::Named(fields) => fields,
            Self::Newtype(field) => std::slice::from_ref(&**field),
        }
    }
}

pub(crate) struct Field<'a> {
    /// What a handler's parameter is called: the field's name, `data` for a newtype.
    pub(crate) ident: Ident,
    pub(crate) ty: &'a Type,
    /// The name on the wire.
    pub(crate) name: String,
    /// The tokens that gave the wire name.
    pub(crate) name_tokens: TokenStream,
    pub(crate) form: Form,
    /// What it is where the other end doesn't send it.
    pub(crate) default: Option<Default>,
    /// Other names under which it is accepted.
    pub(crate) aliases: Vec<LitStr>,
}

/// How a field crosses the wire.
pub(crate) enum Form {
    /// By its type's own `Serialize` and `Deserialize`.
    Plain,
    /// By functions that `#[serde(with = "…")]` and its like name.
    With {
        serialize: Option<Path>,
        deserialize: Option<Path>,
    },
    /// Not at all.
    Skip,
}

/// What a field is where it was not sent.
pub(crate) enum Default {
    /// `Default::default()`
    Trait,
    /// The function's result.
    Function(Path),
}
