//! As in the guide's page of mistakes.

use podsix::Server;

struct Player {
    number: u32,
}

fn main() -> podsix::Result<()> {
    let server = Server::<Player>::bind("127.0.0.1:31425")?;
    let _ = server;
    Ok(())
}
