//! The macros of podsix.
