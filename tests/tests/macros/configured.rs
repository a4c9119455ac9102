//! Methods and variants under `cfg`.

use super::*;

#[derive(Message)]
enum ToServer {
    Chat {
        text: String,
    },
    #[cfg(any())]
    Never,
    Quit,
}

struct Twins;

#[podsix::network_handler(ToServer)]
impl Twins {
    #[cfg(any())]
    fn network_chat(&mut self, no_such_field: u8) {}
    #[cfg(not(any()))]
    #[cfg(test)]
    fn network_chat(&mut self, text: String) {
        drop(text);
    }
    fn network_quit(&mut self) {}
    #[cfg(any())]
    fn network_connected(&mut self) {}
    #[cfg(not(any()))]
    fn network_connected(&mut self) {}
    #[cfg(any())]
    fn network_never(&mut self) {}
    #[cfg(any())]
    fn network(&mut self, event: &Event) {}
}

struct Half;

#[podsix::network_handler(ToServer, ..)]
impl Half {
    #[cfg(any())]
    fn network_chat(&mut self) {}
    fn network_quit(&mut self) {}
}

#[test]
fn methods_and_variants_come_and_go() {
    assert_eq!(ToServer::ACTIONS, ["chat", "quit"]);
    assert_eq!(Twins::ACTIONS, ["chat", "quit"]);
    assert_eq!(Half::ACTIONS, ["quit"]);
    assert_handler::<Context>(&mut Twins);
    assert_handler::<Context>(&mut Half);
}
