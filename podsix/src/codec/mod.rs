//! Values to bytes and back.

pub(crate) mod bincode;
