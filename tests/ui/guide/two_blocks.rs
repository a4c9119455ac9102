//! As in the guide's page of mistakes.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Nickname { nickname: String },
    Quit,
}

struct Chat;

#[network_handler(ToServer, ..)]
impl Chat {
    fn network_nickname(&mut self, nickname: String) {
        drop(nickname);
    }
}

#[network_handler(ToServer, ..)]
impl Chat {
    fn network_quit(&mut self) {}
}

fn main() {}
