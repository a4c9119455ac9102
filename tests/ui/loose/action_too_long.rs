//! An action whose length does not fit into a byte.

use podsix::network_handler;

struct Game;

#[network_handler]
impl Game {
    #[action("long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long ")]
    fn much(&mut self) {}
}

fn main() {}
