//! The peers, one a file.

pub mod podsix;
pub mod raw;
pub mod tokio;
