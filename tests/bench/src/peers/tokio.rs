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

use crate::peer::{Job, Move, Result};

fn frames(stream: TcpStream) -> Result<Framed<TcpStream, LengthDelimitedCodec>> {
    stream.set_nodelay(true)?;
    let mut codec = LengthDelimitedCodec::builder();
    Ok(codec.length_field_type::<u16>().new_framed(stream))
}

fn encode(message: &Move) -> Result<bytes::Bytes> {
    let mut body = BytesMut::with_capacity(16).writer();
    bincode::serde::encode_into_std_write(message, &mut body, bincode::config::standard())?;
    Ok(body.into_inner().freeze())
}

fn decode(body: &[u8]) -> Result<Move> {
    let (message, _) = bincode::serde::decode_from_slice(body, bincode::config::standard())?;
    Ok(message)
}

/// Serves until the job is done.
pub fn serve(job: Job, listening: impl FnOnce(&str)) -> Result<Job> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let job = Rc::new(RefCell::new(job));
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        listening(&listener.local_addr()?.to_string());
        let done = Rc::new(Notify::new());
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => accepted?.0,
                () = done.notified() => return Result::Ok(()),
            };
            let (job, done) = (Rc::clone(&job), Rc::clone(&done));
            spawn_local(async move {
                // A client that ends is the end of its task.
                let _ = serve_one(stream, &job, &done).await;
            });
        }
    })?;
    Ok(Rc::into_inner(job).ok_or("a task is left")?.into_inner())
}

async fn serve_one(stream: TcpStream, job: &RefCell<Job>, done: &Notify) -> Result<()> {
    let mut frames = frames(stream)?;
    while let Some(frame) = frames.next().await {
        let mut next = Some(frame);
        // What came together is answered together.
        while let Some(frame) = next {
            let answer = job.borrow_mut().take(&decode(&frame?)?);
            if let Some(answer) = answer {
                frames.feed(encode(&answer)?).await?;
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

/// Does round trips, one after the other; the nanoseconds of each.
pub fn round_trips(address: &str, count: usize) -> Result<Vec<f64>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut frames = frames(TcpStream::connect(address).await?)?;
        let mut times = Vec::with_capacity(count);
        for number in 0..count {
            let begin = Instant::now();
            frames.send(encode(&Move::new(number as u64))?).await?;
            let frame = frames.next().await.ok_or("the server is gone")??;
            decode(&frame)?;
            times.push(begin.elapsed().as_nanos() as f64);
        }
        Ok(times)
    })
}
