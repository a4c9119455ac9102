//! Measures how long messages travel. Run it, and then `lagtime_client`, here
//! or on another machine:
//!
//! ```sh
//! cargo run --release --example lagtime_server
//! ```

use std::error::Error;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use podsix::{Channel, Reason, Server, network_handler};
use podsix_examples::cli::{Stop, exit_code, log_to_stderr, server_args};
use podsix_examples::lagtime::{Ping, RoundTrips};

const HELP: &str = "\
Measures round-trip times to each lagtime_client that connects.

Usage: lagtime_server [ADDRESS...]

  ADDRESS      where to listen, as host:port; there can be several. The default,
               127.0.0.1:31425, is for this machine alone, 0.0.0.0:31425 for all
               networks that it is on. Port 0 takes a free one. PodSixNet's
               programs come to podsixnet://host:port.
  -h, --help   show this

Ctrl-C stops the server.";

/// What the server keeps for each client.
#[derive(Default)]
struct Player {
    /// The ping that is on its way: how many went before, and when it left.
    count: u32,
    sent: Option<Instant>,
    times: RoundTrips,
}

struct LagTime;

#[network_handler(Ping)]
impl LagTime {
    fn network_connected(&mut self, channel: &mut Channel<Player>) -> io::Result<()> {
        send_ping(channel);
        writeln!(stdout(), "{} connected", channel.addr())
    }

    fn network_ping(&mut self, channel: &mut Channel<Player>, count: u32) {
        // What was not asked for is not measured.
        if count == channel.count
            && let Some(sent) = channel.sent
        {
            channel.times.add(sent.elapsed());
            channel.count += 1;
            send_ping(channel);
        }
    }

    fn network_disconnected(
        &mut self,
        channel: &mut Channel<Player>,
        reason: &Reason,
    ) -> io::Result<()> {
        writeln!(stdout(), "{} left: {reason}", channel.addr())?;
        writeln!(stdout(), "{}: {}", channel.addr(), channel.times)
    }
}

fn send_ping(channel: &mut Channel<Player>) {
    let count = channel.count;
    channel.sent = Some(Instant::now());
    channel.send(&Ping { count });
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(addresses) = server_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    log_to_stderr();

    let mut server = Server::<Player>::new();
    let stop = Stop::on_signals(server.waker())?;
    for address in &addresses {
        writeln!(stdout(), "listening on {}", server.listen(address)?)?;
    }
    let mut lag_time = LagTime;
    while !stop.is_wanted() {
        server.wait(None)?;
        server.dispatch(&mut lag_time);
    }
    // Delivers what was sent, tells everybody, and then tells the game.
    let _ = writeln!(stdout(), "shutting down");
    server.shutdown(Duration::from_secs(3))?;
    server.dispatch(&mut lag_time);
    Ok(())
}
