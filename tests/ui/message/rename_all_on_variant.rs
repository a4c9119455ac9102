//! `rename_all` on a variant.

use podsix::Message;

#[derive(Message)]
enum ToServer {
    #[message(rename_all = "kebab-case")]
    Chat,
}

fn main() {}
