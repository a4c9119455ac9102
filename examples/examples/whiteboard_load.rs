//! Tries how many people a `whiteboard_server` bears: each draws all the time, as
//! fast as a page in a browser does.
//!
//! ```sh
//! cargo run --release --example whiteboard_load -- --people 50
//! ```

use std::collections::VecDeque;
use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use podsix::{Connection, Reason, Ticker, network_handler};
use podsix_examples::cli::{DEFAULT_ADDRESS, exit_code};
use podsix_examples::lagtime::RoundTrips;
use podsix_examples::whiteboard::{HEIGHT, ToClient, ToServer, WIDTH};

const HELP: &str = "\
Draws on a whiteboard_server as many people at once would.

Usage: whiteboard_load [ADDRESS] [--people N] [--seconds N]

  ADDRESS        where the server is, as host:port; the default is 127.0.0.1:31425
  --people N     how many draw, 1 to 200; the default is 50
  --seconds N    for how long; the default is 30
  -h, --help     show this

Each of them sends 60 messages a second, and gets those of everybody. The summary
counts how many came, and how long one's own took to come back.";

/// Frames of a page in a second.
const RATE: u32 = 60;
/// Frames that one stroke takes.
const STROKE_FRAMES: usize = 120;

/// Somebody who draws.
struct Person {
    connection: Connection,
    drawing: Drawing,
}

#[derive(Default)]
struct Drawing {
    me: Option<String>,
    /// The number of this person's newest stroke.
    newest: Option<u32>,
    frames: usize,
    /// When what did not come back yet was sent.
    sent: VecDeque<Instant>,
    received: u64,
    times: Vec<Duration>,
    /// Why it ended, once it has.
    end: Option<String>,
}

#[network_handler(ToClient, ..)]
impl Drawing {
    fn network_welcome(&mut self, id: String) {
        self.me = Some(id);
    }

    fn network_stroke(&mut self, stroke: u32, id: &str) {
        if self.me.as_deref() == Some(id) {
            self.newest = Some(stroke);
        }
        self.came(stroke);
    }

    fn network_draw(&mut self, stroke: u32) {
        self.came(stroke);
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.end = Some(reason.to_string());
    }

    fn network_error(&mut self, error: &podsix::Error) {
        self.end = Some(error.to_string());
    }
}

impl Drawing {
    fn came(&mut self, stroke: u32) {
        self.received += 1;
        if self.newest == Some(stroke) {
            let sent = self.sent.pop_front();
            self.times.extend(sent.map(|sent| sent.elapsed()));
        }
    }

    /// What this frame adds: two points, as of a mouse that is asked 125 times a
    /// second.
    fn next(&mut self, place: f64) -> ToServer {
        let frame = self.frames;
        self.frames += 1;
        self.sent.push_back(Instant::now());
        let point = |step: f64| {
            let angle = (frame as f64 + step) / 20.0;
            let radius = 60.0 + 40.0 * (angle / 7.0).sin();
            let x = f64::from(WIDTH) * place + radius * angle.cos();
            let y = f64::from(HEIGHT) / 2.0 + radius * angle.sin();
            [x as i32, y as i32]
        };
        let points = [point(0.0), point(0.5)].concat();
        match frame.is_multiple_of(STROKE_FRAMES) {
            true => ToServer::Stroke { points },
            false => ToServer::Draw { points },
        }
    }
}

impl Person {
    fn join(address: &str) -> podsix::Result<Self> {
        let connection = Connection::connect(address)?;
        let name = "load".to_owned();
        connection.send(&ToServer::Join { name })?;
        Ok(Self {
            connection,
            drawing: Drawing::default(),
        })
    }

    /// Takes what has come.
    fn turn(&mut self) -> Result<(), Box<dyn Error>> {
        self.connection.pump()?;
        self.connection.dispatch(&mut self.drawing);
        match self.drawing.end.take() {
            Some(end) => Err(end.into()),
            None => Ok(()),
        }
    }
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(Args {
        address,
        people: count,
        seconds,
    }) = parse_args()?
    else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    let people = (0..count).map(|_| Person::join(&address));
    let mut people: Vec<_> = people.collect::<Result<_, _>>()?;
    while people.iter().any(|person| person.drawing.me.is_none()) {
        for person in &mut people {
            person.turn()?;
        }
        thread::sleep(Duration::from_millis(1));
    }
    writeln!(stdout(), "{count} people draw for {seconds} s")?;

    // People's frames do not begin together: each has its moment in the frame.
    let mut moments = Ticker::hz(RATE * count);
    for _ in 0..RATE * seconds {
        for (index, person) in people.iter_mut().enumerate() {
            while !moments.due() {
                thread::sleep(moments.next().saturating_duration_since(Instant::now()));
            }
            person.turn()?;
            let place = index as f64 / f64::from(count);
            let message = person.drawing.next(place);
            person.connection.send(&message)?;
            person.connection.flush();
        }
    }

    let mut times = RoundTrips::default();
    let (mut sent, mut received) = (0, 0);
    for Person { drawing, .. } in people {
        sent += drawing.frames;
        received += drawing.received;
        drawing.times.into_iter().for_each(|time| times.add(time));
    }
    writeln!(stdout(), "sent {sent} messages, received {received}")?;
    writeln!(stdout(), "{times}")?;
    Ok(())
}

struct Args {
    address: String,
    people: u32,
    seconds: u32,
}

/// What to do; none if help is wanted.
fn parse_args() -> Result<Option<Args>, lexopt::Error> {
    use lexopt::prelude::*;

    let (mut address, mut people, mut seconds) = (None, 50, 30);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(value) if address.is_none() => address = Some(value.string()?),
            Long("people") => people = parser.value()?.parse()?,
            Long("seconds") => seconds = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if !(1..=200).contains(&people) || !(1..=3600).contains(&seconds) {
        return Err("--people goes from 1 to 200, --seconds from 1 to 3600".into());
    }
    let address = address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned());
    Ok(Some(Args {
        address,
        people,
        seconds,
    }))
}
