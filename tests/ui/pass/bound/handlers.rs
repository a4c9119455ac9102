//! What may handle and send at the ends of a protocol.

use podsix::{
    Channel, Connection, Event, NetworkHandler, PeerMut, Protocol, Sender, Server, Value,
    network_handler,
};

#[derive(podsix::Message)]
enum ToServer {
    Roll { dice: u32 },
}

#[derive(podsix::Message)]
enum ToClient<'a> {
    Rolled { by: &'a str },
}

type Game = Protocol<ToServer, ToClient<'static>>;

#[derive(Default)]
struct Player {
    name: String,
}

struct Table;

#[network_handler(ToServer)]
impl Table {
    fn network_roll(&mut self, channel: &mut Channel<Player, Game>, dice: u32) {
        if dice > 0 {
            channel.broadcast(&ToClient::Rolled { by: &channel.name });
        }
    }
}

struct Screen;

#[network_handler(ToClient)]
impl Screen {
    fn network_rolled(&mut self, connection: &mut Connection<Game>, by: &str) {
        if by.is_empty() {
            connection.close("nobody rolls");
        }
    }
}

// Without a context, and without an enum.
struct Log;

#[network_handler]
impl Log {
    fn network_roll(&mut self, value: Value) {
        drop(value);
    }
    fn network(&mut self, event: &Event) {
        drop(event.value());
    }
}

fn server(server: &mut Server<Player, Game>) {
    server.dispatch(&mut Table);
    server.dispatch(&mut Log);
    let mut handlers: Vec<Box<dyn NetworkHandler<Channel<Player, Game>>>> =
        vec![Box::new(Table), Box::new(Log)];
    for handler in &mut handlers {
        server.dispatch(&mut **handler);
    }
    let peer: Option<PeerMut<'_, Player, Game>> = server.channels_mut().iter_mut().next();
    if let Some(peer) = peer {
        peer.send(&ToClient::Rolled { by: &peer.name });
    }
}

fn client(connection: &mut Connection<Game>) -> podsix::Result<()> {
    connection.dispatch(&mut Screen);
    connection.dispatch(&mut Log);
    let sender: Sender<Game> = connection.sender();
    sender.send(&ToServer::Roll { dice: 2 })?;
    Ok(())
}

// For unbound ends nothing needs to be written.
fn unbound() -> podsix::Result<()> {
    let mut host = Server::<Player>::builder().build();
    let connection = Connection::local(&mut host);
    connection.send(&ToServer::Roll { dice: 2 })?;
    let _ = Connection::builder().local(&mut host);
    host.dispatch(&mut Log);
    Ok(())
}

fn main() {
    let mut host = Server::<Player>::builder()
        .protocol::<ToServer, ToClient>()
        .build();
    server(&mut host);
    client(&mut Connection::local(&mut host)).unwrap();
    unbound().unwrap();
}
