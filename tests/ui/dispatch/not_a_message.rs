//! Something else than a message is sent.

use podsix::Connection;

fn turn(connection: &mut Connection) {
    let _ = connection.send(&42);
}

fn main() {}
