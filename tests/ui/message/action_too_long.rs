//! An action of more than 255 bytes.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[message(action = "long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long ")]
    Chat,
}

fn main() {}
