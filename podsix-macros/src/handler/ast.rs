//! What `#[network_handler]` knows of a block.

use proc_macro2::{Ident, TokenStream};
use syn::{Pat, Type};

use super::args::{Args, Mode};
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
    /// What the method calls it.
    pub(crate) context_pattern: Option<&'a Pat>,
    /// The parameters after the context.
    pub(crate) params: Vec<Param<'a>>,
    /// The return type, if it says anything.
    pub(crate) output: Option<&'a Type>,
}

/// What a method is called for.
pub(crate) enum Role {
    /// A message that is this variant of the enum.
    Variant {
        /// The variant's method name in the enum's table.
        method: String,
        /// The enum's hidden function for it, at the user's tokens.
        marker: Ident,
        /// The variant's name, where `#[action(…)]` gives it.
        named: Option<String>,
    },
    /// A message with this action, for want of an enum.
    Action {
        action: String,
        /// The tokens that gave it.
        tokens: TokenStream,
    },
    Connected,
    Disconnected,
    Error,
    /// Every event.
    Observer,
}

pub(crate) struct Param<'a> {
    pub(crate) pattern: &'a Pat,
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
            Self::Variant { method: arm, .. } | Self::Action { action: arm, .. } => (0, arm),
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

    /// The methods for messages, each with what the bindings call its arm.
    pub(crate) fn arms(&self) -> impl Iterator<Item = (&Wired<'a>, &str)> {
        self.wired.iter().filter_map(|wired| match &wired.role {
            Role::Variant { method: arm, .. } | Role::Action { action: arm, .. } => {
                Some((wired, arm.as_str()))
            }
            _ => None,
        })
    }

    pub(crate) fn is_loose(&self) -> bool {
        matches!(self.args.mode, Mode::Loose)
    }
}
