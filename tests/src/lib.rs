//! Tests of podsix as its users meet it: one file a capability.
