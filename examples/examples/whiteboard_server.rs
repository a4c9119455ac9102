//! A whiteboard that browsers, Rust programs and PodSixNet's scripts draw on
//! together. Run it, and open the page that it names:
//!
//! ```sh
//! cargo run --release --example whiteboard_server
//! ```
//!
//! `examples/whiteboard/PROTOCOL.md` tells what all of them say to each other.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use podsix::{Channel, ChannelId, Channels, Peer, Server, network_handler};
use podsix_examples::cli::{
    DEFAULT_ADDRESS, Printable, Stop, browser_hosts, exit_code, log_to_stderr, server_args_or,
};
use podsix_examples::whiteboard::{
    Board, COLORS, Color, PAGES, Person, Point, ToClient, ToServer, clean_name, pairs,
};

const HELP: &str = "\
A whiteboard for browsers, Rust programs and scripts on PodSixNet.

Usage: whiteboard_server [ADDRESS...]

  ADDRESS      where to listen, as host:port for browsers and Rust programs, as
               podsixnet://host:port for PodSixNet; there can be several. The
               defaults, 127.0.0.1:31425 and podsixnet://127.0.0.1:31426, are for
               this machine alone; with 0.0.0.0 for 127.0.0.1 they are for all
               networks that it is on. Port 0 takes a free one.
  -h, --help   show this

Ctrl-C tells everybody and stops the server.";

const PODSIXNET_ADDRESS: &str = "podsixnet://127.0.0.1:31426";

/// The server sleeps this long after each turn. What many draw meanwhile leaves in one
/// write for each client; without that, writes are most of its work. It is half of
/// what a screen takes for a frame, so nobody sees it.
const PAUSE: Duration = Duration::from_millis(8);

/// What the server keeps for each client.
#[derive(Default)]
struct Painter {
    /// What others know this client by, and its strokes.
    author: String,
    name: String,
    color: Color,
    /// Who has not joined is taken for a script on PodSixNet.
    joined: bool,
}

#[derive(Default)]
struct Whiteboard {
    board: Board,
    last_number: usize,
    /// What those that did not join were told last.
    players: BTreeMap<String, Color>,
}

#[network_handler(ToServer)]
impl Whiteboard {
    fn network_connected(&mut self, channel: &mut Channel<Painter>) -> io::Result<()> {
        self.last_number += 1;
        channel.author = self.last_number.to_string();
        channel.name = clean_name("", &channel.author);
        channel.color = self.free_color(channel);
        let players = self.players_now(channel.channels());
        channel.send(&self.board.initial(&players));
        self.tell_players(channel.channels());
        send_people(channel.channels());
        writeln!(stdout(), "{} is {}", channel.addr(), channel.name)
    }

    fn network_join(&mut self, channel: &mut Channel<Painter>, name: &str) -> io::Result<()> {
        let before = channel.name.clone();
        channel.name = clean_name(name, &channel.author);
        if !channel.joined {
            channel.joined = true;
            let strokes = self.board.strokes().cloned().collect();
            let (id, color) = (channel.author.clone(), channel.color);
            channel.send(&ToClient::Welcome { id, color, strokes });
        }
        send_people(channel.channels());
        let (before, name) = (Printable(&before), Printable(&channel.name));
        writeln!(stdout(), "{before} is called {name}")
    }

    fn network_stroke(&mut self, channel: &mut Channel<Painter>, points: Vec<i32>) {
        self.draw(channel, true, points);
    }

    fn network_draw(&mut self, channel: &mut Channel<Painter>, points: Vec<i32>) {
        self.draw(channel, false, points);
    }

    fn network_startline(&mut self, channel: &mut Channel<Painter>, point: Point) {
        self.draw(channel, true, vec![point.0, point.1]);
    }

    fn network_drawpoint(&mut self, channel: &mut Channel<Painter>, point: Point) {
        self.draw(channel, false, vec![point.0, point.1]);
    }

    fn network_cursor(&mut self, channel: &mut Channel<Painter>, at: Option<Point>) {
        let id = channel.author.clone();
        let others = channel.channels();
        let others = others.matching(|other| other.joined && other.author != channel.author);
        others.send(&ToClient::Cursor { id, at });
    }

    fn network_undo(&mut self, channel: &mut Channel<Painter>) {
        let erased = self.board.undo(&channel.author);
        self.tell_erased(channel.channels(), erased.into_iter().collect());
    }

    fn network_clear(&mut self, channel: &mut Channel<Painter>) {
        self.board.clear();
        let id = channel.author.clone();
        send_joined(channel.channels(), &ToClient::Clear { id });
        self.tell_originals(channel.channels());
    }

    fn network_ping(&mut self, channel: &mut Channel<Painter>, number: u32) {
        channel.send(&ToClient::Pong { number });
    }

    fn network_disconnected(&mut self, channel: &mut Channel<Painter>) -> io::Result<()> {
        self.board.leave(&channel.author);
        self.tell_players(channel.channels());
        send_people(channel.channels());
        writeln!(stdout(), "{} left", Printable(&channel.name))
    }
}

impl Whiteboard {
    fn draw(&mut self, channel: &Channel<Painter>, begins: bool, points: Vec<i32>) {
        let (id, color) = (channel.author.clone(), channel.color);
        let channels = channel.channels();
        let Some(drawn) = self.board.draw(&id, color, begins, points) else {
            return;
        };
        // PodSixNet's whiteboard takes one point a message.
        let originals: Vec<ChannelId> = channels
            .iter()
            .filter(|painter| !painter.joined)
            .map(|painter| painter.id())
            .collect();
        if !originals.is_empty() {
            for (index, point) in pairs(&drawn.points).enumerate() {
                let id = id.clone();
                let message = match drawn.begins && index == 0 {
                    true => ToClient::Startline { id, point },
                    false => ToClient::Drawpoint { id, point },
                };
                channels.to(originals.iter().copied()).send(&message);
            }
        }
        let (stroke, points) = (drawn.stroke, drawn.points);
        let message = match drawn.begins {
            true => ToClient::Stroke {
                stroke,
                id,
                color,
                points,
            },
            false => ToClient::Draw { stroke, points },
        };
        send_joined(channels, &message);
        let erased = self.board.make_room();
        self.tell_erased(channels, erased);
    }

    fn tell_erased(&mut self, channels: &Channels<Painter>, strokes: Vec<u32>) {
        if !strokes.is_empty() {
            send_joined(channels, &ToClient::Erase { strokes });
            self.tell_originals(channels);
        }
    }

    /// PodSixNet's whiteboard can't erase, so it gets the board anew.
    fn tell_originals(&mut self, channels: &Channels<Painter>) {
        if channels.iter().any(|painter| !painter.joined) {
            let initial = self.board.initial(&self.players_now(channels));
            channels.matching(|painter| !painter.joined).send(&initial);
        }
        self.tell_players(channels);
    }

    fn tell_players(&mut self, channels: &Channels<Painter>) {
        let players = self.players_now(channels);
        if players != self.players {
            let told = ToClient::Players {
                players: players.clone(),
            };
            channels.matching(|painter| !painter.joined).send(&told);
            self.players = players;
        }
    }

    fn players_now(&self, channels: &Channels<Painter>) -> BTreeMap<String, Color> {
        let colors = |painter: Peer<'_, Painter>| (painter.author.clone(), painter.color);
        self.board.players(channels.iter().map(colors))
    }

    /// The first colour that nobody here has.
    fn free_color(&self, channel: &Channel<Painter>) -> Color {
        let others = || {
            channel
                .channels()
                .iter()
                .filter(|it| it.id() != channel.id())
        };
        let is_free = |color: &&Color| others().all(|other| other.color != **color);
        let free = COLORS.iter().find(is_free);
        *free.unwrap_or(&COLORS[self.last_number % COLORS.len()])
    }
}

/// Tells all that joined. It is encoded once for all browsers, and once for all
/// Rust programs.
fn send_joined(channels: &Channels<Painter>, message: &ToClient) {
    channels.matching(|painter| painter.joined).send(message);
}

fn send_people(channels: &Channels<Painter>) {
    let person = |painter: Peer<'_, Painter>| Person {
        id: painter.author.clone(),
        name: painter.name.clone(),
        color: painter.color,
    };
    let people = channels.iter().map(person).collect();
    send_joined(channels, &ToClient::People { people });
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(addresses) = server_args_or(&[DEFAULT_ADDRESS, PODSIXNET_ADDRESS])? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    log_to_stderr();

    let mut builder = Server::<Painter>::builder();
    for (path, content_type, file) in PAGES {
        builder = builder.page(path, content_type, file);
    }
    let mut server = builder.build();
    let stop = Stop::on_signals(server.waker())?;
    for address in &addresses {
        let at = server.listen(address)?;
        writeln!(stdout(), "listening on {at}")?;
        if address.starts_with("podsixnet") {
            writeln!(stdout(), "  for scripts on PodSixNet")?;
            continue;
        }
        for host in browser_hosts(at) {
            writeln!(stdout(), "  open http://{host}/ in a browser")?;
        }
    }
    let mut whiteboard = Whiteboard::default();
    while !stop.is_wanted() {
        // Sleeps until there is something to do.
        server.wait(None)?;
        server.dispatch(&mut whiteboard);
        thread::sleep(PAUSE);
    }
    // Delivers what was sent, tells everybody, and then tells the game.
    let _ = writeln!(stdout(), "shutting down");
    server.shutdown(Duration::from_secs(3))?;
    server.dispatch(&mut whiteboard);
    Ok(())
}
