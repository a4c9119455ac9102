//! The server's part of each workload, for a server that is pumped.

use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::clock;
use crate::peer::{Job, Move, Result, Server};
use crate::plan::{Plan, Workload, listening, report, wait_for_end};

/// Serves on a wire, which the server's own `bind` understands.
pub fn serve<S: Server>(wire: &str, plan: &Plan) -> Result<()> {
    let (mut server, address) = S::bind(wire, usize::try_from(plan.clients)?)?;
    let before = clock::resident_bytes();
    listening(&address);
    let mut job = Job::new(plan);
    match plan.workload {
        Workload::Broadcast => broadcast(&mut server, &mut job, plan)?,
        Workload::Idle => idle(&mut server, &mut job, plan, before)?,
        _ => {
            while !job.is_done() {
                server.turn(&mut job, plan.block())?;
            }
            // What is left of the answers.
            server.turn(&mut job, false)?;
            report(&job.figures());
        }
    }
    wait_for_end();
    Ok(())
}

fn wait_for_clients<S: Server>(server: &mut S, job: &mut Job, plan: &Plan) -> Result<()> {
    while (server.clients() as u64) < plan.clients {
        server.turn(job, true)?;
    }
    Ok(())
}

/// Each tick waits until the clients have heard the one before, which they tell in one
/// message.
fn broadcast<S: Server>(server: &mut S, job: &mut Job, plan: &Plan) -> Result<()> {
    wait_for_clients(server, job, plan)?;
    while !job.is_done() {
        let tick = job.taken();
        for number in 0..plan.batch {
            server.broadcast(&Move::new(number))?;
        }
        while job.taken() == tick {
            server.turn(job, true)?;
        }
    }
    report(&job.figures());
    Ok(())
}

fn idle<S: Server>(server: &mut S, job: &mut Job, plan: &Plan, before: f64) -> Result<()> {
    wait_for_clients(server, job, plan)?;
    let clients = plan.clients as f64;
    let bytes = (clock::resident_bytes() - before) / clients;
    // So that they begin to talk now, and not before.
    server.broadcast(&Move::new(0))?;
    while !job.is_done() {
        server.turn(job, true)?;
    }
    // Whatever is left to do is done.
    let settled = Instant::now() + Duration::from_millis(50);
    while Instant::now() < settled {
        server.turn(job, false)?;
    }
    let bytes_after = (clock::resident_bytes() - before) / clients;
    let begin = clock::cpu_ns();
    for _ in 0..plan.total {
        server.turn(job, false)?;
    }
    let pump_ns = (clock::cpu_ns() - begin) as f64 / plan.total as f64;
    report(&[
        ("pump_ns", pump_ns),
        ("pump_ratio", pump_ns / bare_poll(plan.total)?),
        ("bytes", bytes),
        ("bytes_after", bytes_after),
    ]);
    Ok(())
}

/// The CPU of a bare `epoll_wait(0)`; how many sockets are registered does not matter to
/// it, so it has one.
fn bare_poll(count: u64) -> Result<f64> {
    let mut poll = Poll::new()?;
    let mut listener = mio::net::TcpListener::bind("127.0.0.1:0".parse()?)?;
    poll.registry()
        .register(&mut listener, Token(0), Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let begin = clock::cpu_ns();
    for _ in 0..count {
        poll.poll(&mut events, Some(Duration::ZERO))?;
    }
    Ok((clock::cpu_ns() - begin) as f64 / count as f64)
}
