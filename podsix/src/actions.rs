//! The actions that the other ends send.

use crate::Error;
use crate::handler::Bindings;

/// STUB
#[derive(Debug)]
pub(crate) struct RemoteActions {}

/// Which method of a handler takes an action of the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    None,
    Arm(u16),
    Differs,
}

impl RemoteActions {
    pub(crate) fn new() -> Self {
        Self {}
    }
    pub(crate) fn name(&self, _remote: u32) -> &str {
        ""
    }
    pub(crate) fn fit(&self, _bound: usize, _remote: u32) -> Fit {
        Fit::None
    }
    pub(crate) fn differs(&self, _remote: u32, _bindings: &'static Bindings) -> Error {
        Error::Misuse { problem: "".into() }
    }
}
