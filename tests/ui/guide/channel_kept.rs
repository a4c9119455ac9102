//! As in the guide's page of mistakes.

use podsix::{Channel, network_handler};

#[derive(podsix::Message)]
enum ToServer {
    Quit,
}

struct Chat<'a> {
    last: Option<&'a mut Channel<()>>,
}

#[network_handler(ToServer)]
impl<'a> Chat<'a> {
    fn network_quit(&mut self, channel: &'a mut Channel<()>) {
        self.last = Some(channel);
    }
}

fn main() {}
