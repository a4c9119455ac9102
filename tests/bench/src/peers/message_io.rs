//! message-io, with its frames over TCP and a body in bincode. Its server is called back;
//! its clients take what happened from its queue.

use message_io::network::{Endpoint, NetEvent, SendStatus, Transport};
use message_io::node::{self, NodeHandler, NodeTask, StoredNetEvent, StoredNodeEvent};

use crate::peer::{Clients, Job, Move, Peer, Result, decode, encode};
use crate::plan::{Plan, Workload, listening, report, wait_for_end};
use crate::play::play;

pub const PEER: Peer = Peer {
    name: "message-io",
    rival: Some("podsix"),
    // It waits for the other end's confirmations: a round trip takes some 88 milliseconds.
    workloads: &[
        (Workload::Flood, 10),
        (Workload::RoundTrip, 800),
        (Workload::Echo, 30),
        (Workload::Broadcast, 10),
    ],
    serve,
    play: play::<MessageIoClients>,
};

struct Playing {
    handler: NodeHandler<()>,
    body: Vec<u8>,
    ends: Vec<Endpoint>,
}

impl Playing {
    fn send(&mut self, end: Endpoint, message: &Move) -> Result<()> {
        self.body.clear();
        encode(message, &mut self.body)?;
        match self.handler.network().send(end, &self.body) {
            SendStatus::Sent => Ok(()),
            status => Err(format!("it did not send: {status:?}").into()),
        }
    }

    fn broadcast(&mut self, message: &Move) -> Result<()> {
        self.body.clear();
        encode(message, &mut self.body)?;
        for end in &self.ends {
            self.handler.network().send(*end, &self.body);
        }
        Ok(())
    }
}

fn serve(plan: &Plan) -> Result<()> {
    let (handler, listener) = node::split::<()>();
    let transport = Transport::FramedTcp;
    let (_, address) = handler.network().listen(transport, "127.0.0.1:0")?;
    listening(&address.to_string());
    let mut job = Job::new(plan);
    let mut playing = Playing {
        handler: handler.clone(),
        body: Vec::new(),
        ends: Vec::new(),
    };
    let mut result = Ok(());
    listener.for_each(|event| {
        result = take(plan, &mut job, &mut playing, &event.network());
        if job.is_done() || result.is_err() {
            handler.stop();
        }
    });
    result?;
    report(&job.figures());
    wait_for_end();
    Ok(())
}

fn take(plan: &Plan, job: &mut Job, playing: &mut Playing, event: &NetEvent<'_>) -> Result<()> {
    let is_next_tick = match event {
        NetEvent::Accepted(end, _) => {
            playing.ends.push(*end);
            playing.ends.len() as u64 == plan.clients
        }
        NetEvent::Message(end, body) => {
            if let Some(answer) = job.take(&decode(body)?) {
                playing.send(*end, &answer)?;
            }
            !job.is_done()
        }
        _ => false,
    };
    if plan.workload == Workload::Broadcast && is_next_tick {
        for number in 0..plan.batch {
            playing.broadcast(&Move::new(number))?;
        }
    }
    Ok(())
}

struct MessageIoClients {
    playing: Playing,
    received: message_io::events::EventReceiver<StoredNodeEvent<()>>,
    _task: NodeTask,
}

impl Clients for MessageIoClients {
    fn connect(address: &str, count: usize) -> Result<Self> {
        let (handler, listener) = node::split::<()>();
        let (task, received) = listener.enqueue();
        let mut ends = Vec::with_capacity(count);
        for _ in 0..count {
            let network = handler.network();
            let (end, _) = network.connect_sync(Transport::FramedTcp, address)?;
            ends.push(end);
        }
        let playing = Playing {
            handler,
            body: Vec::new(),
            ends,
        };
        Ok(Self {
            playing,
            received,
            _task: task,
        })
    }

    fn send(&mut self, client: usize, message: &Move) -> Result<()> {
        let end = self.playing.ends[client];
        self.playing.send(end, message)
    }

    fn turn(&mut self, block: bool) -> Result<u64> {
        let mut count = 0;
        let mut next = if block {
            Some(self.received.receive())
        } else {
            self.received.try_receive()
        };
        while let Some(event) = next {
            if let StoredNetEvent::Message(_, body) = event.network() {
                decode(&body)?;
                count += 1;
            }
            next = self.received.try_receive();
        }
        Ok(count)
    }
}
