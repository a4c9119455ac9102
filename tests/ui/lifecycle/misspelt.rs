//! Misspelt lifecycle methods: what was meant is named, and no action proposed.

use podsix::{Error, Reason, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Chat { text: String },
    Quit,
}

struct Game;

#[network_handler(ToServer, ..)]
impl Game {
    fn network_conected(&mut self) {}

    fn network_disconect(&mut self, reason: &Reason) {
        let _ = reason;
    }

    fn network_eror(&mut self, error: &Error) {
        let _ = error;
    }
}

fn main() {}
