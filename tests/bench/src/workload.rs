//! The two roles of each workload. Each runs in a process of its own, and prints what it
//! measured as `result name=number …`.

use std::io::{Read, stdin};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::clock;
use crate::peer::{Clients, Job, Move, Result, Server, WINDOW};
use crate::peers::podsix::{PodsixClients, PodsixServer};
use crate::peers::raw::{RawClients, RawServer};
use crate::peers::tokio;
use crate::stats::quantile;

/// What one run does.
#[derive(Clone, Debug)]
pub struct Plan {
    pub workload: String,
    /// Messages in all; ticks for a broadcast; empty pumps for `idle`.
    pub total: u64,
    /// Messages a tick.
    pub batch: u64,
    pub clients: u64,
    /// Whether the ends sleep while nothing happens.
    pub block: bool,
}

impl Plan {
    pub fn to_args(&self) -> Vec<String> {
        let Self {
            workload,
            total,
            batch,
            clients,
            block,
        } = self;
        vec![
            workload.clone(),
            total.to_string(),
            batch.to_string(),
            clients.to_string(),
            u8::from(*block).to_string(),
        ]
    }

    pub fn from_args(args: &[String]) -> Result<Self> {
        let [workload, total, batch, clients, block] = args else {
            return Err("a plan has five words".into());
        };
        Ok(Self {
            workload: workload.clone(),
            total: total.parse()?,
            batch: batch.parse()?,
            clients: clients.parse()?,
            block: block == "1",
        })
    }

    /// What is not measured, because everything is still cold.
    fn warm_up(&self) -> u64 {
        self.total / 10
    }
}

fn report(figures: &[(&'static str, f64)]) {
    let words = figures
        .iter()
        .map(|(name, figure)| format!(" {name}={figure}"));
    println!("result{}", words.collect::<String>());
}

/// The other end tells when it is over, by closing the input.
fn wait_for_end() {
    let _ = stdin().read_to_end(&mut Vec::new());
}

pub fn serve(peer: &str, plan: &Plan) -> Result<()> {
    match peer.split_once(' ').unwrap_or((peer, "")) {
        ("mio", _) => serve_with::<RawServer>("", plan),
        ("podsix", wire) => serve_with::<PodsixServer>(scheme(wire), plan),
        ("tokio", _) => {
            let echo = plan.workload != "flood";
            let job = Job::new(echo, plan.warm_up(), plan.total);
            let job = tokio::serve(job, listening)?;
            report(&job.figures());
            Ok(())
        }
        _ => Err(format!("there is no peer `{peer}`").into()),
    }
}

pub fn play(peer: &str, plan: &Plan, address: &str) -> Result<()> {
    match peer.split_once(' ').unwrap_or((peer, "")) {
        ("tokio", _) if plan.workload == "rtt" => {
            let times = tokio::round_trips(address, usize::try_from(plan.total)?)?;
            report_times(plan, times);
            Ok(())
        }
        ("mio" | "tokio", _) => play_with::<RawClients>(plan, address),
        ("podsix", _) => play_with::<PodsixClients>(plan, address),
        _ => Err(format!("there is no peer `{peer}`").into()),
    }
}

fn scheme(wire: &str) -> &'static str {
    match wire {
        "rencode" => "podsixnet://",
        "json" => "podsixnet+json://",
        "ws" => "ws://",
        _ => "",
    }
}

fn listening(address: &str) {
    println!("listening {address}");
}

fn serve_with<S: Server>(wire: &str, plan: &Plan) -> Result<()> {
    let clients = usize::try_from(plan.clients)?;
    let (mut server, address) = S::bind(wire, clients)?;
    let before = clock::resident_bytes();
    listening(&address);
    match plan.workload.as_str() {
        "broadcast" => serve_broadcast(&mut server, plan)?,
        "idle" => serve_idle(&mut server, plan, before)?,
        workload => {
            let mut job = Job::new(workload != "flood", plan.warm_up(), plan.total);
            while !job.is_done() {
                server.turn(&mut job, plan.block)?;
            }
            // What is left of the answers.
            server.turn(&mut job, false)?;
            report(&job.figures());
        }
    }
    wait_for_end();
    Ok(())
}

/// Each tick waits until the clients have heard the one before, which they tell in one
/// message.
fn serve_broadcast<S: Server>(server: &mut S, plan: &Plan) -> Result<()> {
    let mut job = Job::new(false, plan.warm_up(), plan.total);
    while (server.clients() as u64) < plan.clients {
        server.turn(&mut job, true)?;
    }
    while !job.is_done() {
        let tick = job.taken();
        for number in 0..plan.batch {
            server.broadcast(&Move::new(number))?;
        }
        while job.taken() == tick {
            server.turn(&mut job, true)?;
        }
    }
    let copies = (plan.clients * plan.batch) as f64;
    let figures = job.figures();
    let figures = figures.into_iter().map(|(name, figure)| match name {
        "messages_s" => (name, figure * copies),
        name => (name, figure / copies),
    });
    report(&figures.collect::<Vec<_>>());
    Ok(())
}

fn serve_idle<S: Server>(server: &mut S, plan: &Plan, before: f64) -> Result<()> {
    let mut job = Job::new(false, 1, plan.batch * plan.clients);
    while (server.clients() as u64) < plan.clients {
        server.turn(&mut job, true)?;
    }
    let memory = (clock::resident_bytes() - before) / plan.clients as f64;
    // So that they begin to talk now, and not before.
    server.broadcast(&Move::new(0))?;
    while !job.is_done() {
        server.turn(&mut job, true)?;
    }
    // Whatever is left to do is done.
    let settled = Instant::now() + Duration::from_millis(50);
    while Instant::now() < settled {
        server.turn(&mut job, false)?;
    }
    let after_traffic = (clock::resident_bytes() - before) / plan.clients as f64;
    let begin = clock::usage();
    for _ in 0..plan.total {
        server.turn(&mut job, false)?;
    }
    let pump = clock::usage().cpu_ns - begin.cpu_ns;
    let bare = bare_poll(plan.clients, plan.total)?;
    report(&[
        ("pump_ns", pump as f64 / plan.total as f64),
        ("bare_ns", bare),
        ("bytes", memory),
        ("bytes_after", after_traffic),
    ]);
    Ok(())
}

/// The CPU of a bare `epoll_wait(0)`; how many sockets are registered does not matter to
/// it, so it has one.
fn bare_poll(_clients: u64, count: u64) -> Result<f64> {
    let mut poll = Poll::new()?;
    let mut listener = mio::net::TcpListener::bind("127.0.0.1:0".parse()?)?;
    poll.registry()
        .register(&mut listener, Token(0), Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let begin = clock::usage();
    for _ in 0..count {
        poll.poll(&mut events, Some(Duration::ZERO))?;
    }
    Ok((clock::usage().cpu_ns - begin.cpu_ns) as f64 / count as f64)
}

fn play_with<C: Clients>(plan: &Plan, address: &str) -> Result<()> {
    let count = usize::try_from(plan.clients)?;
    let mut clients = C::connect(address, count)?;
    match plan.workload.as_str() {
        "flood" => flood(&mut clients, plan),
        "rtt" => round_trips(&mut clients, plan),
        "echo" => echo(&mut clients, plan),
        "broadcast" => hear(&mut clients, plan),
        "idle" => idle(&mut clients, plan),
        workload => Err(format!("there is no workload `{workload}`").into()),
    }
}

fn flood<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let (mut sent, mut heard) = (0, 0);
    while sent < plan.total {
        for _ in 0..plan.batch.min(plan.total - sent) {
            clients.send(0, &Move::new(sent))?;
            sent += 1;
        }
        heard += clients.turn(false)?;
        while sent - heard * crate::peer::ANSWER_EVERY >= WINDOW {
            heard += clients.turn(true)?;
        }
    }
    // What a full socket did not take yet.
    while heard < plan.total / crate::peer::ANSWER_EVERY {
        heard += clients.turn(true)?;
    }
    wait_for_end();
    Ok(())
}

fn round_trips<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let mut times = Vec::with_capacity(usize::try_from(plan.total)?);
    for number in 0..plan.total {
        let begin = Instant::now();
        clients.send(0, &Move::new(number))?;
        let mut heard = 0;
        while heard == 0 {
            heard = clients.turn(plan.block)?;
        }
        times.push(begin.elapsed().as_nanos() as f64);
    }
    report_times(plan, times);
    Ok(())
}

fn report_times(plan: &Plan, times: Vec<f64>) {
    let warm_up = usize::try_from(plan.warm_up()).unwrap_or(0);
    let mut times = times[warm_up..].to_vec();
    report(&[
        ("p50_us", quantile(&mut times, 0.5) / 1000.0),
        ("p99_us", quantile(&mut times, 0.99) / 1000.0),
    ]);
}

fn echo<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let ticks = plan.total / (plan.batch * plan.clients);
    for _ in 0..ticks {
        for client in 0..usize::try_from(plan.clients)? {
            for number in 0..plan.batch {
                clients.send(client, &Move::new(number))?;
            }
        }
        let mut heard = 0;
        while heard < plan.batch * plan.clients {
            heard += clients.turn(false)?;
        }
    }
    wait_for_end();
    Ok(())
}

fn hear<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    for tick in 0..plan.total {
        let mut heard = 0;
        while heard < plan.batch * plan.clients {
            heard += clients.turn(false)?;
        }
        clients.send(0, &Move::new(tick))?;
    }
    clients.turn(false)?;
    wait_for_end();
    Ok(())
}

/// Waits for the server's word that all are there, sends a little, and is quiet.
fn idle<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let mut heard = 0;
    while heard < plan.clients {
        heard += clients.turn(false)?;
    }
    for client in 0..usize::try_from(plan.clients)? {
        for number in 0..plan.batch {
            clients.send(client, &Move::new(number))?;
        }
    }
    clients.turn(false)?;
    wait_for_end();
    Ok(())
}
