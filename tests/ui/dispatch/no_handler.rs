//! Something without handlers.

use podsix::Connection;

struct Game;

impl Game {
    fn network_quit(&mut self) {}
}

fn turn(connection: &mut Connection) {
    connection.dispatch(&mut Game);
}

fn main() {}
