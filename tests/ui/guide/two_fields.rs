//! As in the guide's page of mistakes.

use podsix::Channel;

#[derive(Default)]
struct Player {
    nickname: String,
    lines: Vec<String>,
}

fn remember(channel: &mut Channel<Player>) {
    let nickname = &mut channel.nickname;
    channel.lines.push(std::mem::take(nickname));
}

fn look(channel: &mut Channel<Player>) {
    let nickname = &channel.nickname;
    channel.lines.push(format!("{nickname} was here"));
}

fn main() {}
