//! As in the guide's page of mistakes.

use podsix::network_handler;

#[derive(podsix::Data)]
struct Line<'a> {
    text: &'a str,
}

struct Log;

#[network_handler]
impl Log {
    fn network_chat(&mut self, line: Line<'_>) {
        let _ = line;
    }
}

fn main() {}
