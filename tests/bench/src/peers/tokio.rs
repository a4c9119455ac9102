//! tokio in one thread, with tokio-util's codec of lengths and bincode: a task for each
//! connection. It speaks as the raw loop does, so the raw clients serve it, but for the
//! round trip, whose client is tokio's too.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use bytes::{BufMut, BytesMut};
use futures::{FutureExt, SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{LocalSet, spawn_local};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

use super::raw::RawClients;
use crate::peer::{Job, Move, Peer, Result, decode, encode};
use crate::plan::{Plan, Workload, listening, report, wait_for_end, wait_for_others};
use crate::play::{play, report_times};

pub const PEER: Peer = Peer {
    name: "tokio",
    rival: Some("podsix"),
    workloads: &[
        (Workload::Flood, 1),
        (Workload::RoundTrip, 1),
        (Workload::Echo, 1),
    ],
    serve,
    play: |plan, address| match plan.workload {
        Workload::RoundTrip => round_trips(plan, address),
        _ => play::<RawClients>(plan, address),
    },
};

fn frames(stream: TcpStream) -> Result<Framed<TcpStream, LengthDelimitedCodec>> {
    stream.set_nodelay(true)?;
    let mut codec = LengthDelimitedCodec::builder();
    Ok(codec.length_field_type::<u16>().new_framed(stream))
}

fn body(message: &Move) -> Result<bytes::Bytes> {
    let mut body = BytesMut::with_capacity(16).writer();
    encode(message, &mut body)?;
    Ok(body.into_inner().freeze())
}

/// Serves until the job is done.
fn serve(plan: &Plan) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let job = Rc::new(RefCell::new(Job::new(plan)));
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        listening(&listener.local_addr()?.to_string());
        let done = Rc::new(Notify::new());
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => accepted?.0,
                () = done.notified() => break,
            };
            let (job, done) = (Rc::clone(&job), Rc::clone(&done));
            spawn_local(async move {
                // A client that ends is the end of its task.
                let _ = serve_one(stream, &job, &done).await;
            });
        }
        // In here, so that the clients keep their connections until they are told to end.
        report(&job.borrow().figures());
        wait_for_end();
        Ok(())
    })
}

async fn serve_one(stream: TcpStream, job: &RefCell<Job>, done: &Notify) -> Result<()> {
    let mut frames = frames(stream)?;
    while let Some(frame) = frames.next().await {
        let mut next = Some(frame);
        // What came together is answered together.
        while let Some(frame) = next {
            let answer = job.borrow_mut().take(&decode(&frame?)?);
            if let Some(answer) = answer {
                frames.feed(body(&answer)?).await?;
            }
            next = frames.next().now_or_never().flatten();
        }
        SinkExt::<bytes::Bytes>::flush(&mut frames).await?;
        if job.borrow().is_done() {
            done.notify_one();
        }
    }
    Ok(())
}

fn round_trips(plan: &Plan, address: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let times = runtime.block_on(async {
        let mut frames = frames(TcpStream::connect(address).await?)?;
        wait_for_others()?;
        let mut times = Vec::new();
        for number in 0..plan.total {
            let begin = Instant::now();
            frames.send(body(&Move::new(number))?).await?;
            let frame = frames.next().await.ok_or("the server is gone")??;
            decode(&frame)?;
            times.push(begin.elapsed().as_nanos() as f64);
        }
        Result::Ok(times)
    })?;
    report_times(plan, times);
    wait_for_end();
    Ok(())
}
