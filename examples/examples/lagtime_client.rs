//! Measures how long messages travel to a `lagtime_server` and back:
//!
//! ```sh
//! cargo run --release --example lagtime_client
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use podsix::{Connection, Reason, network_handler};
use podsix_examples::cli::{DEFAULT_ADDRESS, exit_code};
use podsix_examples::lagtime::{MAX_ROUND_TRIPS, Ping, RoundTrips, ms};

const HELP: &str = "\
Measures round-trip times to a lagtime_server.

Usage: lagtime_client [ADDRESS] [--count N]

  ADDRESS      where the server is, as host:port; the default is 127.0.0.1:31425,
               podsixnet://host:port is a server in Python
  --count N    how many round trips to measure, 1 to 100000; the default is 10
  -h, --help   show this";

/// Sends each ping back, and measures how long the next one takes to come.
struct Echo {
    count: u32,
    sent: Option<Instant>,
    times: RoundTrips,
    /// How it ended, once it has.
    end: Option<Result<(), String>>,
}

#[network_handler(Ping)]
impl Echo {
    fn network_ping(
        &mut self,
        connection: &mut Connection,
        count: u32,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(sent) = self.sent {
            let time = sent.elapsed();
            self.times.add(time);
            writeln!(stdout(), "{count:6}  {:.3} ms", ms(time))?;
        }
        if count == self.count {
            self.end = Some(Ok(()));
            return Ok(());
        }
        // It leaves when `dispatch` returns.
        self.sent = Some(Instant::now());
        connection.send(&Ping { count })?;
        Ok(())
    }

    fn network_disconnected(&mut self, reason: &Reason) {
        self.end = Some(Err(reason.to_string()));
    }

    fn network_error(&mut self, error: &podsix::Error) {
        self.end = Some(Err(error.to_string()));
    }
}

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(Args { address, count }) = parse_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    let mut connection = Connection::connect(&address)?;
    let mut echo = Echo {
        count,
        sent: None,
        times: RoundTrips::default(),
        end: None,
    };
    let end = loop {
        connection.wait(None)?;
        connection.dispatch(&mut echo);
        if let Some(end) = echo.end {
            break end;
        }
    };
    connection.shutdown(Duration::from_secs(3))?;
    writeln!(stdout(), "{}", echo.times)?;
    Ok(end?)
}

struct Args {
    address: String,
    count: u32,
}

/// What to do; none if help is wanted.
fn parse_args() -> Result<Option<Args>, lexopt::Error> {
    use lexopt::prelude::*;

    let (mut address, mut count) = (None, 10);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(value) if address.is_none() => address = Some(value.string()?),
            Long("count") => count = parser.value()?.parse()?,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if count == 0 || count as usize > MAX_ROUND_TRIPS {
        return Err(format!("--count goes from 1 to {MAX_ROUND_TRIPS}, not {count}").into());
    }
    let address = address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned());
    Ok(Some(Args { address, count }))
}
