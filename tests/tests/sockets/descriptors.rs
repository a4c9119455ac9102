//! A server without descriptors for new clients. The limit is that of a whole
//! process, so this runs in one of its own.

use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::time::TimeValLike;

use crate::logs::Logs;
use crate::raw::{self, Raw};
use crate::support::*;

#[test]
fn a_server_without_descriptors_serves_on_and_accepts_again() {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program);
    let name = "descriptors::in_a_process_of_its_own";
    child.args([name, "--exact", "--ignored", "--nocapture"]);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "it takes all descriptors of its process: the test above runs it"]
fn in_a_process_of_its_own() {
    let logs = Logs::begin();
    let mut host = Host::new().on(|channel, seen| {
        if let Seen::Number(number) = seen {
            channel.send(&ToClient::Number { number: *number });
        }
        Ok(())
    });
    let mut friend = host.client();
    until!([host, friend], friend.connection.is_connected());

    // Clients take all that is left, while the server looks away.
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard).unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect(&host.addr) {
        waiting.push(stream);
    }
    assert!(waiting.len() > 10, "{}", waiting.len());

    // For some seconds it can't accept; who is there is served all the same,
    // and nobody spins.
    let used = || {
        let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
        let time = usage.user_time() + usage.system_time();
        Duration::from_micros(time.num_microseconds().unsigned_abs())
    };
    let before = used();
    for number in 1..=3 {
        host.server.wait(Some(ms(700))).unwrap();
        host.server.dispatch(&mut host.game);
        friend.number(number);
        until!(
            [host, friend],
            friend.seen().last() == Some(&Seen::Number(number))
        );
    }
    assert!(used() - before < ms(700), "{:?}", used() - before);
    let complaints = logs.count("can't accept a client");
    assert!((1..=4).contains(&complaints), "{:?}", logs.lines());
    assert_eq!(host.came(), 1);

    // Once there are some again, it goes on by itself.
    let last = waiting.pop().unwrap();
    waiting.clear();
    let mut last = Raw::of(last);
    last.write(&raw::opening());
    until!([host, last], last.is_up());
    assert_eq!(host.came(), 2);
}
