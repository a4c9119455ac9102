//! podsix
