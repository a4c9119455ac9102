//! The clients' part of each workload.

use std::time::Instant;

use crate::peer::{ANSWER_EVERY, Clients, Move, Result, WINDOW};
use crate::plan::{Plan, Workload, report, wait_for_end, wait_for_others};
use crate::stats::quantile;

pub fn play<C: Clients>(plan: &Plan, address: &str) -> Result<()> {
    let mut clients = C::connect(address, usize::try_from(plan.clients)?)?;
    wait_for_others()?;
    match plan.workload {
        Workload::Flood => flood(&mut clients, plan)?,
        Workload::RoundTrip | Workload::BusyRoundTrip => round_trips(&mut clients, plan)?,
        Workload::Echo => echo(&mut clients, plan)?,
        Workload::Broadcast => hear(&mut clients, plan)?,
        Workload::Idle => idle(&mut clients, plan)?,
    }
    wait_for_end();
    Ok(())
}

fn flood<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let (mut sent, mut heard) = (0, 0);
    while sent < plan.total {
        for _ in 0..plan.batch.min(plan.total - sent) {
            clients.send(0, &Move::new(sent))?;
            sent += 1;
        }
        heard += clients.turn(false)?;
        while sent - heard * ANSWER_EVERY >= WINDOW {
            heard += clients.turn(true)?;
        }
    }
    // What a full socket did not take yet.
    while heard < plan.total.div_ceil(ANSWER_EVERY) {
        heard += clients.turn(true)?;
    }
    Ok(())
}

fn round_trips<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let mut times = Vec::with_capacity(usize::try_from(plan.total)?);
    for number in 0..plan.total {
        let begin = Instant::now();
        clients.send(0, &Move::new(number))?;
        let mut heard = 0;
        while heard == 0 {
            heard = clients.turn(plan.block())?;
        }
        times.push(begin.elapsed().as_nanos() as f64);
    }
    report_times(plan, times);
    Ok(())
}

/// The nanoseconds of each round trip, in their order.
pub fn report_times(plan: &Plan, times: Vec<f64>) {
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
        send_from_each(clients, plan)?;
        hear_for_each(clients, plan)?;
    }
    Ok(())
}

fn hear<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    for tick in 0..plan.total {
        hear_for_each(clients, plan)?;
        clients.send(0, &Move::new(tick))?;
    }
    clients.turn(false)?;
    Ok(())
}

/// Waits for the server's word that all are there, sends a little, and is quiet.
fn idle<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let mut heard = 0;
    while heard < plan.clients {
        heard += clients.turn(false)?;
    }
    send_from_each(clients, plan)?;
    clients.turn(false)?;
    Ok(())
}

fn send_from_each<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    for client in 0..usize::try_from(plan.clients)? {
        for number in 0..plan.batch {
            clients.send(client, &Move::new(number))?;
        }
    }
    Ok(())
}

fn hear_for_each<C: Clients>(clients: &mut C, plan: &Plan) -> Result<()> {
    let mut heard = 0;
    while heard < plan.batch * plan.clients {
        heard += clients.turn(false)?;
    }
    Ok(())
}
