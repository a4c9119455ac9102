//! The whiteboard in a real browser, beside Rust programs and scripts on
//! PodSixNet. Chromium is driven through its chromedriver, which the variable
//! `PODSIX_CHROMEDRIVER` names; where there is none these tests do nothing but
//! say so. `.ci/run browser` brings all that they need.
//!
//! With a folder in `PODSIX_PICTURES`, they leave pictures of the page there.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod driver;
mod guests;

mod page;
mod together;
