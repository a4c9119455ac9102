//! A protocol of something that is no message.

use podsix::Connection;

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient {
    Rolled { points: u32 },
}

fn connect() -> podsix::Result<()> {
    let connection = Connection::builder()
        .protocol::<ToServer, String>()
        .connect("127.0.0.1")?;
    connection.send(&ToServer::Roll { dice: 2 })?;
    Ok(())
}

fn main() {}
