//! Manners at the command line.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{Write as _, stderr, stdin};
use std::iter;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use podsix::Waker;

/// Where servers listen, and clients look for them, unless they are told.
pub const DEFAULT_ADDRESS: &str = "127.0.0.1:31425";

/// Says in plain words what went wrong, and tells the shell.
pub fn exit_code(result: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    let hint = match error.is::<lexopt::Error>() {
        true => "; `--help` tells what can be given",
        false => "",
    };
    let error = error.to_string();
    let line = format!("error: {}{hint}\n", Printable(&error));
    // Unlike `eprintln!` this does not panic where nobody reads it.
    let _ = stderr().write_all(line.as_bytes());
    ExitCode::FAILURE
}

/// The addresses that a server was told to listen at; none where it was asked
/// for help.
///
/// # Errors
///
/// If it was given anything else.
pub fn server_args() -> Result<Option<Vec<String>>, lexopt::Error> {
    server_args_or(&[DEFAULT_ADDRESS])
}

/// As [`server_args`], with other addresses where none is given.
///
/// # Errors
///
/// If it was given anything but addresses.
pub fn server_args_or(default: &[&str]) -> Result<Option<Vec<String>>, lexopt::Error> {
    use lexopt::prelude::*;

    let mut addresses = Vec::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(address) => addresses.push(address.string()?),
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if addresses.is_empty() {
        addresses.extend(default.iter().map(|&address| address.to_owned()));
    }
    Ok(Some(addresses))
}

/// What the client of somebody with a name was told to do.
#[derive(Clone, Debug)]
pub struct ClientArgs {
    /// Where the server is.
    pub address: String,
    /// The name, if it was given.
    pub name: Option<String>,
}

/// What a client was told to do; none where it was asked for help.
///
/// # Errors
///
/// If it was given anything else.
pub fn client_args() -> Result<Option<ClientArgs>, lexopt::Error> {
    use lexopt::prelude::*;

    let (mut address, mut name) = (None, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(value) if address.is_none() => address = Some(value.string()?),
            Long("name") => name = Some(parser.value()?.string()?),
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    let address = address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned());
    Ok(Some(ClientArgs { address, name }))
}

/// The lines that are typed, until the end of input. Each ends the sleep of the
/// game's `wait`, and so does the end.
///
/// To read a line blocks, so that is done in a thread of its own.
pub fn typed_lines(waker: Waker) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Input that can't be read is over.
        for line in stdin().lines().map_while(Result::ok) {
            // Nobody listens any more where the game is over.
            let Ok(()) = sender.send(line) else { return };
            waker.wake();
        }
        drop(sender);
        waker.wake();
    });
    receiver
}

/// Where a browser finds a server that listens there: who listens on all networks
/// is found on this machine, and in the network that it is in.
pub fn browser_hosts(listens: SocketAddr) -> Vec<SocketAddr> {
    if !listens.ip().is_unspecified() {
        return vec![listens];
    }
    let local = (Ipv4Addr::LOCALHOST, listens.port()).into();
    // The operating system picks the network for an address far away. Nothing is sent.
    let far = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    let lan = far.map(|addr| SocketAddr::new(addr.ip(), listens.port()));
    iter::once(local).chain(lan).collect()
}

/// Shows the warnings of podsix, or what the variable `RUST_LOG` asks for, as
/// `podsix=info`.
pub fn log_to_stderr() {
    let env = env_logger::Env::default().default_filter_or("warn");
    env_logger::Builder::from_env(env).init();
}

/// Tells when somebody wants the program to stop, by Ctrl-C, SIGTERM or SIGHUP,
/// and ends its sleep.
#[derive(Clone, Debug)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for these signals from now on. Call it once.
    ///
    /// # Errors
    ///
    /// If the operating system does not let it.
    pub fn on_signals(waker: Waker) -> Result<Self, ctrlc::Error> {
        let stop = Self(Arc::default());
        let told = stop.clone();
        // The crate `ctrlc` calls this in a thread of its own.
        ctrlc::set_handler(move || {
            told.0.store(true, Ordering::Release);
            waker.wake();
        })?;
        Ok(stop)
    }

    /// Whether it is time to stop.
    pub fn is_wanted(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A text that somebody else typed, safe to print in a terminal: what would
/// move the cursor, change colours or turn the direction of writing is shown
/// as an escape such as `\u{1b}`.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                write!(f, "{}", char.escape_unicode())
            }
            _ if char.is_control() => write!(f, "{}", char.escape_default()),
            _ => f.write_char(char),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_find_a_server_at_its_address_or_on_this_machine() {
        let one = "127.0.0.1:7".parse().unwrap();
        assert_eq!(browser_hosts(one), [one]);
        let hosts = browser_hosts("0.0.0.0:7".parse().unwrap());
        assert_eq!(hosts.first(), Some(&one));
        let reachable = |host: &SocketAddr| !host.ip().is_unspecified() && host.port() == 7;
        assert!(hosts.iter().all(reachable), "{hosts:?}");
    }

    #[test]
    fn what_is_printable_stays_and_the_rest_is_harmless() {
        for (typed, shown) in [
            ("Zoë says \"hi\" 👋", "Zoë says \"hi\" 👋"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("two\nlines\r\t\u{7f}", "two\\nlines\\r\\t\\u{7f}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}olleh", "\\u{202e}olleh"),
        ] {
            assert_eq!(Printable(typed).to_string(), shown);
        }
    }
}
