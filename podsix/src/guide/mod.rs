//! What there is to read beside the documentation of each type.
//!
//! - [`native_wire`]: what two podsix programs say to each other, byte by byte
//! - [`mistakes`]: what the compiler says when a handler or a message is not
//!   right, and what to write instead
//!
//! There is no code in here.

#[doc = include_str!("native_wire.md")]
pub mod native_wire {}

#[doc = include_str!("mistakes.md")]
pub mod mistakes {}
