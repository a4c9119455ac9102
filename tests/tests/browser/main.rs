//! The whiteboard in a real browser, beside Rust programs and scripts on
//! PodSixNet. Chromium is driven through its chromedriver, which the variable
//! `PODSIX_CHROMEDRIVER` names; where there is none these tests do nothing but
//! say so. `.ci/run browser` brings all that they need.
//!
//! The same for the window on the desktop: the variable `PODSIX_WINDOW` names the
//! program, `whiteboard_client`, and `.ci/run window` brings it.
//!
//! With a folder in `PODSIX_PICTURES`, they leave pictures there.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod desktop;
mod driver;
mod guests;
mod picture;

mod page;
mod together;
mod window;
