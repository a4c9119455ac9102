//! Where operating systems differ.

use std::io;

/// Whether a read that did not fill its buffer has emptied the socket, so that
/// the next readiness is told anew: true where mio stands on epoll or kqueue.
/// On Windows mio tells again only after a read that would block.
pub(crate) const SHORT_READ_IS_LAST: bool = cfg!(unix);

/// Whether an error of `connect` says that it is still under way.
pub(crate) fn is_connecting(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotConnected
        || error.kind() == io::ErrorKind::WouldBlock
        // EINPROGRESS has no kind of its own yet.
        || cfg!(unix) && matches!(error.raw_os_error(), Some(115 | 36))
}

/// Whether an error of `accept` concerns that one connection only.
pub(crate) fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
