//! Ends a wait from elsewhere.

use std::sync::Arc;

use crate::outgoing::Shared;

/// Makes a sleeping `wait` return at once, from another thread, such as one
/// that waits for signals of the operating system; from [`Server::waker`](crate::Server::waker) or
/// [`Connection::waker`](crate::Connection::waker).
///
/// ```
/// # fn main() -> podsix::Result<()> {
/// let mut server = podsix::Server::<()>::bind("127.0.0.1:0")?;
/// let waker = server.waker();
/// std::thread::spawn(move || waker.wake());
/// server.wait(None)?; // returns although no client came
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Waker {
    shared: Arc<Shared>,
}

impl Waker {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
        }
    }

    /// Makes the wait that is going on return, or else the next one.
    pub fn wake(&self) {
        self.shared.signal.wake();
    }
}
