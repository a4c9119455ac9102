//! What `#[network_handler]` knows of a block.

use proc_macro2::Ident;
use syn::Type;

use super::args::Args;
use super::block::Method;

pub(crate) struct Handler<'a> {
    pub(crate) args: Args,
    /// The methods that are wired up, in their order.
    pub(crate) wired: Vec<Wired<'a>>,
}

/// A method that is called when something arrives.
pub(crate) struct Wired<'a> {
    pub(crate) method: &'a Method,
    pub(crate) role: Role,
    /// The type behind the `&mut` of the first parameter.
    pub(crate) context: Option<&'a Type>,
    /// The parameters after the context.
    pub(crate) params: Vec<Param<'a>>,
    /// The return type, if it says anything.
    pub(crate) output: Option<&'a Type>,
}

/// What a method is called for.
pub(crate) enum Role {
    /// A message with this action.
    Action {
        /// The action's method name in the enum's table.
        action: String,
        /// The enum's hidden function for it, at the user's tokens.
        marker: Ident,
    },
    Connected,
    Disconnected,
    Error,
    /// Every event.
    Observer,
}

pub(crate) struct Param<'a> {
    pub(crate) pattern: &'a syn::Pat,
    pub(crate) ty: &'a Type,
    /// Whether it is declared as `&T`.
    pub(crate) borrowed: bool,
    /// The field of the message that it asks for; `None` where it can't ask for one.
    pub(crate) field: Option<Ident>,
}

impl Role {
    /// What two methods can't both be called for.
    pub(crate) fn key(&self) -> (u8, &str) {
        match self {
            Self::Action { action, .. } => (0, action),
            Self::Connected => (1, "connected"),
            Self::Disconnected => (1, "disconnected"),
            Self::Error => (1, "error"),
            Self::Observer => (2, ""),
        }
    }
}

impl<'a> Handler<'a> {
    /// The block's context type: that of the first method that has one.
    pub(crate) fn context(&self) -> Option<&'a Type> {
        self.wired.iter().find_map(|wired| wired.context)
    }

    /// The methods for messages, in the order of their arms.
    pub(crate) fn arms(&self) -> impl Iterator<Item = (&Wired<'a>, &str, &Ident)> {
        self.wired.iter().filter_map(|wired| match &wired.role {
            Role::Action { action, marker } => Some((wired, action.as_str(), marker)),
            _ => None,
        })
    }
}
