//! What uses a wrong enum is not reported as well.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    Move(f32, f32),
    Play { action: u8 },
}

fn main() {
    fn is_message<T: Message>() {}
    is_message::<ToServer>();
}
