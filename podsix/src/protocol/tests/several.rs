//! Several links of one endpoint: what they share, and how often it wants to be
//! looked at.

use std::time::Duration;

use super::{NAME, OPENING, PING, PONG};
use crate::PeerAddr;
use crate::dispatch::PeerName;
use crate::endpoint::Endpoint;
use crate::inbox::What;
use crate::limits::{Limits, OnFullQueue};
use crate::protocol::{Link, Role};
use crate::wire::{Codecs, Wire};

const CALLER: PeerName = PeerName::Caller(PeerAddr::Local);

fn feed(endpoint: &mut Endpoint, slot: u32, bytes: &[u8]) {
    let gap = endpoint.link(slot).map_or(0, Link::gap);
    endpoint.event.inbox.room(gap)[..bytes.len()].copy_from_slice(bytes);
    endpoint.receive(slot, bytes.len(), usize::MAX);
}

fn up(endpoint: &mut Endpoint) -> u32 {
    let slot = endpoint.open(Role::Server, CALLER, Wire::Native);
    feed(endpoint, slot, OPENING);
    endpoint.admit(slot);
    feed(endpoint, slot, PONG);
    take(endpoint, slot);
    slot
}

/// What is to be written to a link.
fn take(endpoint: &Endpoint, slot: u32) -> Vec<u8> {
    let mut outgoing = endpoint.shared.lock();
    let outbox = outgoing.get_mut(slot).unwrap();
    let bytes = outbox.pending().to_vec();
    outbox.wrote(bytes.len());
    bytes
}

/// Lives an idle hour, in which every ping is answered after a while; how often
/// a wait would have woken.
fn idle_hour(endpoint: &mut Endpoint, slots: &[u32]) -> usize {
    let until = endpoint.now + Duration::from_secs(3600);
    let mut looks = 0;
    while let Some(deadline) = endpoint.deadline()
        && deadline < until
    {
        assert!(deadline > endpoint.now || looks == 0, "a wait would spin");
        endpoint.now = deadline;
        endpoint.handle_timeouts(|_| {});
        looks += 1;
        let asked: Vec<u32> = slots
            .iter()
            .copied()
            .filter(|slot| take(endpoint, *slot) == PING)
            .collect();
        endpoint.now += Duration::from_millis(10);
        for slot in asked {
            feed(endpoint, slot, PONG);
        }
    }
    looks
}

#[test]
fn an_idle_link_has_no_timers_but_its_own() {
    for dead_after in [Duration::from_secs(30), Duration::MAX] {
        let limits = Limits {
            dead_after,
            ..Limits::default()
        };
        let mut endpoint = Endpoint::new(limits, OnFullQueue::Disconnect, Codecs::default());
        let slots = [up(&mut endpoint), up(&mut endpoint)];
        let first = idle_hour(&mut endpoint, &slots);
        // Both are due at the same moments, every 2 s after an answer.
        assert!(
            (1750..=1820).contains(&first),
            "{first} looks, {dead_after:?}"
        );
        let size = format!("{endpoint:?}").len();
        idle_hour(&mut endpoint, &slots);
        let grown = format!("{endpoint:?}").len().saturating_sub(size);
        assert!(grown < 1000, "something grew with the time, {dead_after:?}");
    }
}

#[test]
fn a_slot_that_is_used_again_has_its_own_time() {
    let mut endpoint = Endpoint::new(
        Limits::default(),
        OnFullQueue::Disconnect,
        Codecs::default(),
    );
    let first = endpoint.open(Role::Server, CALLER, Wire::Native);
    endpoint.now += Duration::from_secs(6);
    endpoint.broke(first, &std::io::ErrorKind::ConnectionReset.into());
    assert!(endpoint.reap(first));
    let second = endpoint.open(Role::Server, CALLER, Wire::Native);
    assert_eq!(second, first);
    // The alarm of the one before rings, and means nothing.
    endpoint.now += Duration::from_secs(5);
    endpoint.handle_timeouts(|_| {});
    assert!(!endpoint.link(second).unwrap().has_ended());
    endpoint.now += Duration::from_secs(5);
    endpoint.handle_timeouts(|_| {});
    assert!(endpoint.link(second).unwrap().has_ended());
}

#[test]
fn links_share_a_buffer_and_keep_their_own_tails() {
    let mut endpoint = Endpoint::new(
        Limits::default(),
        OnFullQueue::Disconnect,
        Codecs::default(),
    );
    let slots = [up(&mut endpoint), up(&mut endpoint), up(&mut endpoint)];
    for slot in slots {
        feed(&mut endpoint, slot, NAME);
    }
    // Each sends other bytes, one in turn: every body is cut everywhere, and
    // what the others read lands where its beginning was.
    let bodies = [[0xAA; 20], [0x55; 20], [0x0F; 20]];
    for index in 0..22 {
        for (slot, body) in slots.into_iter().zip(&bodies) {
            let frame = [&[20, 0], &body[..]].concat();
            feed(&mut endpoint, slot, &frame[index..=index]);
        }
    }
    let inbox = &endpoint.event.inbox;
    let messages: Vec<(u32, Vec<u8>)> = (0..)
        .map_while(|index| inbox.record(index))
        .flat_map(|record| match record.what {
            What::Messages { run, .. } => {
                let bodies = inbox.bodies().of_run(run);
                bodies.map(|body| (record.link, body.to_vec())).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let expected: Vec<(u32, Vec<u8>)> = slots.into_iter().zip(bodies.map(Vec::from)).collect();
    assert_eq!(messages, expected);
}

#[test]
fn a_frame_that_is_still_cut_when_all_was_read_has_its_time_out() {
    let mut endpoint = Endpoint::new(
        Limits::default(),
        OnFullQueue::Disconnect,
        Codecs::default(),
    );
    let slot = up(&mut endpoint);
    feed(&mut endpoint, slot, NAME);
    feed(&mut endpoint, slot, &[20, 0, 1]);
    // This end had no time for more; then it looks, and nothing more is there.
    endpoint.set_unread(slot, true);
    endpoint.receive(slot, 0, 1000);
    endpoint.set_unread(slot, false);
    endpoint.now += endpoint.limits.frame_timeout;
    endpoint.handle_timeouts(|_| {});
    assert!(endpoint.link(slot).unwrap().has_ended());
}

#[test]
fn an_end_that_is_behind_is_heard_and_takes_nobody_for_dead() {
    let mut endpoint = Endpoint::new(
        Limits::default(),
        OnFullQueue::Disconnect,
        Codecs::default(),
    );
    let slot = up(&mut endpoint);
    let until = endpoint.now + endpoint.limits.dead_after * 2;
    let mut pinged = endpoint.now;
    endpoint.set_unread(slot, true);
    while endpoint.now < until {
        endpoint.now = endpoint.deadline().unwrap();
        endpoint.handle_timeouts(|_| {});
        if take(&endpoint, slot) == PING {
            pinged = endpoint.now;
        }
        let silence = endpoint.now - pinged;
        assert!(silence <= endpoint.limits.ping_after + Duration::from_millis(100));
    }
    // Now the other end has its time to answer the last one, and no more than that.
    endpoint.set_unread(slot, false);
    let patience = endpoint.limits.dead_after - endpoint.limits.ping_after;
    while !endpoint.link(slot).unwrap().has_ended() {
        endpoint.now = endpoint.deadline().unwrap();
        endpoint.handle_timeouts(|_| {});
    }
    assert_eq!(endpoint.now, pinged + patience);
}

#[test]
fn a_time_out_that_was_put_off_comes_as_soon_as_all_was_read() {
    let mut endpoint = Endpoint::new(
        Limits::default(),
        OnFullQueue::Disconnect,
        Codecs::default(),
    );
    endpoint.limits.idle_timeout = Some(Duration::from_millis(1500));
    let slot = up(&mut endpoint);
    let due = endpoint.deadline().unwrap();
    // A busy end is behind whenever it looks, and between two looks it is not.
    for _ in 0..5 {
        endpoint.now = due.max(endpoint.now);
        endpoint.set_unread(slot, true);
        endpoint.handle_timeouts(|_| {});
        assert!(!endpoint.link(slot).unwrap().has_ended());
        assert!(endpoint.deadline().unwrap() > endpoint.now);
    }
    endpoint.set_unread(slot, false);
    endpoint.handle_timeouts(|_| {});
    assert!(endpoint.link(slot).unwrap().has_ended());
}
