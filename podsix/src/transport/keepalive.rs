//! TCP's own signs of life, for a wire that has no heartbeat: without them a
//! client whose cable was pulled would stay for ever, if nothing is sent to it.

use std::io;
use std::time::Duration;

use mio::net::TcpStream;
use socket2::{SockRef, TcpKeepalive};

/// How often systems ask before they give up; most of them count to nine or ten.
const ASKED: u32 = 10;

/// Has the system end this connection when the other end's system does not
/// answer any more for about `dead_after`; a program that merely says nothing
/// is no concern of it.
pub(super) fn keep_alive(stream: &TcpStream, dead_after: Duration) -> io::Result<()> {
    // Systems count in whole seconds, and nought is an error.
    let second = Duration::from_secs(1);
    let asking = TcpKeepalive::new()
        .with_time((dead_after / 2).max(second))
        .with_interval((dead_after / (2 * ASKED)).max(second));
    SockRef::from(stream).set_tcp_keepalive(&asking)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_asked_whatever_the_limit() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        for dead_after in [Duration::ZERO, Duration::from_secs(30)] {
            let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            assert!(!SockRef::from(&stream).keepalive().unwrap());
            keep_alive(&stream, dead_after).unwrap();
            assert!(SockRef::from(&stream).keepalive().unwrap());
        }
    }
}
