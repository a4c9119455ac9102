//! The bytes that a `move` takes on its way: counted by a relay in between. Each is the
//! difference of a long and a short run, so that a handshake is not in it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::spawn;

use crate::peer::{Move, Peer, Result, encode};
use crate::peers;
use crate::plan::{Plan, Workload};
use crate::run::{Watch, once, python};
use crate::stats::table;

pub fn run() -> Result<()> {
    let mut body = Vec::new();
    encode(&Move::new(0), &mut body)?;
    let title = format!(
        "bytes of a `move`, whose body in bincode has {}",
        body.len()
    );
    let mut rows = Vec::new();
    for peer in peers::ALL.iter().copied().flatten() {
        if peer.name == "PodSixNet" && python().is_none() {
            continue;
        }
        let mut row = vec![peer.name.to_owned()];
        for batch in [1, 100] {
            row.push(format!("{:.1}", bytes_of_each(peer, batch)?));
        }
        rows.push(row);
    }
    let head = ["peer", "1 a tick", "100 a tick"];
    println!("{}", table(&title, &head, &rows));
    Ok(())
}

fn bytes_of_each(peer: &Peer, batch: u64) -> Result<f64> {
    let count = |total| -> Result<f64> {
        let plan = Plan::new(Workload::Flood, total, batch, 1);
        let counted = Arc::new(AtomicU64::new(0));
        let watch = Watch {
            wrapper: Vec::new(),
            relay: Some(&|address| relay(address, &counted)),
        };
        once(peer.name, &plan, &watch)?;
        Ok(counted.load(Ordering::Relaxed) as f64)
    };
    let total = 10_000;
    Ok((count(2 * total)? - count(total)?) / total as f64)
}

/// Passes one connection on, and counts what the client sends; where it listens.
fn relay(address: &str, counted: &Arc<AtomicU64>) -> Result<String> {
    let counted = Arc::clone(counted);
    let (scheme, server) = address.rsplit_once('/').unwrap_or(("", address));
    let server = server.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let here = listener.local_addr()?;
    spawn(move || -> std::io::Result<()> {
        let (client, _) = listener.accept()?;
        let server = TcpStream::connect(server)?;
        let (back, client_back) = (server.try_clone()?, client.try_clone()?);
        spawn(move || pass_on(back, client_back, &AtomicU64::new(0)));
        pass_on(client, server, &counted)
    });
    let slash = if scheme.is_empty() { "" } else { "/" };
    Ok(format!("{scheme}{slash}{here}"))
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, counted: &AtomicU64) -> std::io::Result<()> {
    to.set_nodelay(true)?;
    let mut room = [0; 64 << 10];
    loop {
        let read = from.read(&mut room)?;
        if read == 0 {
            return Ok(());
        }
        counted.fetch_add(read as u64, Ordering::Relaxed);
        to.write_all(&room[..read])?;
    }
}
