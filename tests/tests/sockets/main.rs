//! Servers and clients over real sockets, as games meet them: one module a
//! capability. Each test has its own server on a port of its own, pumps all
//! ends in one loop, and waits for what should happen, never for a time.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod game;
mod logs;
mod raw;
mod support;
mod wires;

mod addresses;
mod bound;
mod channels;
mod closing;
mod closing_client;
mod crowd;
#[cfg(unix)]
mod descriptors;
mod dispatch;
mod drops;
mod endings;
mod failures;
mod handlers;
mod heartbeat;
mod hostile;
mod idle;
mod limits;
mod local;
mod names;
mod never_up;
mod order;
mod panics;
mod reconnect;
mod shutdown;
mod splits;
mod strangers;
mod threads;
mod websocket;
