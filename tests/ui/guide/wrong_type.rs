//! As in the guide's page of mistakes.

use podsix::network_handler;

#[derive(podsix::Message)]
enum ToServer {
    Nickname { nickname: String },
    Number { number: u32 },
}

struct Chat;

#[network_handler(ToServer)]
impl Chat {
    fn network_nickname(&mut self, nickname: u32) {
        let _ = nickname;
    }

    fn network_number(&mut self, number: &String) {
        let _ = number;
    }
}

fn main() {}
