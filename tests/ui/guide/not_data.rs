//! As in the guide's page of mistakes.

enum Team {
    Red,
    Blue,
}

#[derive(podsix::Message)]
enum ToClient {
    Spawn { team: Team },
}

fn main() {}
