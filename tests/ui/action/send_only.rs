//! An enum that can only be sent.

use podsix::network_handler;

#[derive(podsix::Message)]
#[message(send_only)]
enum State {
    State,
}

struct Game;

#[network_handler(State, ..)]
impl Game {
    fn network_state(&mut self) {}
}

fn main() {}
