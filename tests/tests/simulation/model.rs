//! What must hold, whatever happened.

use std::collections::BTreeSet;
use std::fmt::Debug;

use podsix::{ChannelId, Reason};

use crate::messages::{Record, Seen, ToClient, ToServer};
use crate::world::{Guest, Host, World};

/// Checks everything that was seen in a world that has come to its end. Where
/// bytes were changed on their way, that hurt one connection alone.
pub(crate) fn check(world: &World) {
    for (index, host) in world.servers.iter().enumerate() {
        // Channels that are nobody else's belong to those.
        let guests = world.clients.iter().filter(|guest| guest.host == index);
        let tampered = guests.clone().any(|guest| guest.trouble.tampered);
        let known: BTreeSet<ChannelId> = guests.filter_map(Guest::welcome).collect();
        for (id, record) in &host.referee.records {
            if !tampered || known.contains(id) {
                check_no_failure(record, &format!("{id} at server {index}"));
            }
            check_life(record, host.dropped, &format!("{id} at server {index}"));
        }
        let ids: Vec<ChannelId> = host.referee.records.keys().copied().collect();
        // From 1 and never used again: a record of each would hold two lives.
        let numbers: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = (1..=ids.len()).map(|id| id.to_string()).collect();
        assert!(host.dropped || numbers == expected, "{numbers:?}");
    }
    for (index, guest) in world.clients.iter().enumerate() {
        let record = &guest.witness.record;
        check_life(record, guest.dropped, &format!("client {index}"));
        if !guest.trouble.tampered {
            check_no_failure(record, &format!("client {index}"));
            check_pair(world, index, guest);
        }
    }
}

/// No message of the simulation is wrong in itself.
fn check_no_failure<In: Debug + Clone, Out>(record: &Record<In, Out>, who: &str) {
    let failed = record.count(|seen| matches!(seen, Seen::Failed(_)));
    assert_eq!(failed, 0, "{who}: {:?}", record.seen);
}

/// Checks one end's view by itself: up once, ended once, nothing after that.
fn check_life<In: Debug + Clone, Out: Debug>(record: &Record<In, Out>, dropped: bool, who: &str) {
    let seen: Vec<&Seen<In>> = record.seen.iter().map(|(_, seen)| seen).collect();
    let count = |is: fn(&Seen<In>) -> bool| record.count(is);
    let connected = count(|seen| matches!(seen, Seen::Connected));
    let ended = count(Seen::is_end);
    let disconnected = count(|seen| matches!(seen, Seen::Disconnected(_)));
    let context = || format!("{who}: {seen:?}");
    assert!(connected <= 1, "{}", context());
    assert!(ended <= 1, "{}", context());
    if dropped {
        // The game went before it was told.
        assert!(disconnected <= connected, "{}", context());
    } else {
        assert_eq!(ended, 1, "{}", context());
        assert_eq!(disconnected, connected, "{}", context());
        assert!(seen.last().unwrap().is_end(), "{}", context());
    }
    let first = seen.iter().find(|seen| !matches!(seen, Seen::Close(_)));
    if connected == 1 {
        assert!(matches!(first, Some(Seen::Connected)), "{}", context());
    }
    let closed = seen.iter().position(|seen| matches!(seen, Seen::Close(_)));
    if let Some(closed) = closed {
        let later = |seen: &&Seen<In>| matches!(seen, Seen::Message(_));
        assert!(
            !seen[closed..].iter().any(later),
            "a message came after `close`; {}",
            context()
        );
    }
}

/// Checks the two ends of a connection against each other.
fn check_pair(world: &World, index: usize, guest: &Guest) {
    let host = &world.servers[guest.host];
    let record = &guest.witness.record;
    let sent_to = &host.referee.records;
    let channel = guest.welcome().or_else(|| find(host, index));
    let Some(id) = channel else {
        // The server never heard of this client, or it never heard of itself.
        let nothing = record.messages().is_empty();
        assert!(nothing, "client {index}: {record:?}");
        check_never_met(world, index, guest);
        return;
    };
    let channel = &sent_to[&id];
    let who = format!("client {index}, {id} at server {}", guest.host);
    if let Some(ToServer::Hello { client }) = channel.messages().first() {
        assert_eq!(*client as usize, index, "{who}");
    }
    same_so_far(&record.sent, &channel.messages(), &who);
    same_so_far(&channel.sent, &record.messages(), &who);
    if let Some(Reason::QueueFull { max }) = channel.reason() {
        // It did not read, and need not hear of its end either.
        assert!(world.plan.narrow, "{who}");
        assert_eq!(*max, world.plan.max_queued(), "{who}");
        return;
    }
    let goodbyes = world.plan.says_goodbye();
    // Where nobody says goodbye, trouble looks like one.
    let silent = !goodbyes && guest.trouble.any();
    if let Some(reason) = channel.reason() {
        let allowed = silent
            || check_reason(
                reason,
                channel,
                record,
                host.dropped,
                goodbyes,
                goodbyes,
                &who,
            );
        assert!(
            allowed || guest.trouble.any(),
            "{who}: the server's end went by {reason}, the client's by {:?}",
            record.reason()
        );
    }
    if let Some(reason) = record.reason() {
        let allowed = silent
            || check_reason(reason, record, channel, guest.dropped, goodbyes, true, &who)
            || matches!(reason, Reason::ShuttingDown) && host.dropped;
        assert!(
            allowed || guest.trouble.any(),
            "{who}: the client's end went by {reason}, the server's by {:?}",
            channel.reason()
        );
    }
}

/// Whether `mine` may have ended for `reason` without the network's help; where
/// the other end said goodbye, everything that it sent must have arrived.
fn check_reason<In, Out>(
    reason: &Reason,
    mine: &Record<In, Out>,
    theirs: &Record<Out, In>,
    i_was_dropped: bool,
    goodbyes: bool,
    words_arrive: bool,
    who: &str,
) -> bool
where
    In: Clone + Debug + PartialEq,
    Out: Clone,
{
    let words_of =
        |closed: &Option<(usize, String)>| closed.as_ref().map(|(_, words)| words.clone());
    match reason {
        Reason::Closed { words } => {
            assert!(
                i_was_dropped || words_of(&mine.closed).as_ref() == Some(words),
                "{who}: {words}"
            );
            true
        }
        Reason::ClosedByPeer { .. } | Reason::ShuttingDown => {
            let (count, said) = theirs.closed.clone().unwrap_or_else(|| {
                panic!("{who}: ended by {reason}, but the other end did not close")
            });
            if let Reason::ClosedByPeer { words } = reason {
                let expected = if words_arrive { &*said } else { "" };
                assert_eq!(words, expected, "{who}");
            } else {
                assert_eq!(said, "", "{who}: the words of `close` were lost");
            }
            let (received, sent) = (mine.messages(), &theirs.sent[..count]);
            // Who closed does not hear any more what had arrived.
            assert!(
                received == sent || mine.closed.is_some(),
                "{who}: {} of {count} messages arrived before the goodbye",
                received.len()
            );
            true
        }
        // Who writes to an end that went without a goodbye may notice it so.
        Reason::Io { .. } if !goodbyes => theirs.closed.is_some(),
        _ => false,
    }
}

fn check_never_met(world: &World, index: usize, guest: &Guest) {
    let host = &world.servers[guest.host];
    for (_, seen) in &guest.witness.record.seen {
        let fine = match seen {
            Seen::NotConnected(Some(Reason::Refused { words })) => {
                world.plan.refuses && words == "not you"
            }
            Seen::NotConnected(Some(Reason::ServerFull)) => world.plan.max_channels < 1024,
            // A WebSocket has to be open to be told.
            Seen::Disconnected(Reason::Refused { words }) if world.plan.wire == "ws" => {
                world.plan.refuses && words == "not you"
            }
            Seen::Disconnected(Reason::ServerFull) if world.plan.wire == "ws" => {
                world.plan.max_channels < 1024
            }
            Seen::NotConnected(Some(Reason::Closed { words }))
            | Seen::Disconnected(Reason::Closed { words }) => {
                let closed = guest.witness.record.closed.as_ref();
                closed.is_some_and(|(_, said)| said == words)
            }
            Seen::NotConnected(Some(Reason::ShuttingDown))
            | Seen::Disconnected(Reason::ShuttingDown | Reason::ClosedByPeer { .. })
                if host.dropped =>
            {
                true
            }
            // Who writes to a server that went without a goodbye may notice it so.
            Seen::NotConnected(Some(Reason::Io { .. })) if !world.plan.says_goodbye() => {
                host.dropped
            }
            // On PodSixNet's wire there are only words for that.
            Seen::NotConnected(Some(Reason::ClosedByPeer { words }))
                if !world.plan.says_goodbye() =>
            {
                let full = world.plan.max_channels < 1024 && words == "the server is full";
                full || world.plan.refuses && words.contains("not you")
            }
            Seen::Connected | Seen::Close(_) => true,
            _ => false,
        };
        assert!(
            fine || guest.trouble.any(),
            "client {index}, which server {} never met: {seen:?}",
            guest.host
        );
    }
}

/// The channel of a client that was not told its id.
fn find(host: &Host, index: usize) -> Option<ChannelId> {
    let records = &mut host.referee.records.iter();
    let is_it = |record: &Record<ToServer, ToClient>| {
        matches!(record.messages().first(),
            Some(ToServer::Hello { client }) if *client as usize == index)
    };
    records.find(|(_, record)| is_it(record)).map(|(id, _)| *id)
}

fn same_so_far<M: PartialEq + Debug>(sent: &[M], received: &[M], who: &str) {
    let wrong = sent
        .iter()
        .zip(received)
        .position(|(sent, received)| sent != received);
    if let Some(wrong) = wrong {
        panic!(
            "{who}: message {wrong} was sent as {:?} and arrived as {:?}",
            sent[wrong], received[wrong]
        );
    }
    assert!(
        received.len() <= sent.len(),
        "{who}: more arrived than was sent: {:?}",
        &received[sent.len()..]
    );
}
