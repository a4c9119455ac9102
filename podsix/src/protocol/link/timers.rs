//! What is due on a connection when: its opening, pings, a frame's end, its own end.

#[cfg(feature = "websocket")]
use super::http;
use super::{Link, Role, State, Turn};
use crate::Reason;
use crate::error::NO_ANSWER;
use crate::limits::Limits;
use crate::outgoing::Outbox;
use crate::protocol::Time;
use crate::protocol::frame::{self, Code};
use crate::wire::Wire;

impl Link {
    /// When [`handle_timeout`](Self::handle_timeout) has to be called at the latest.
    pub(crate) fn deadline(&self, limits: &Limits) -> Option<Time> {
        match self.state {
            State::Opening { since } | State::Knocking { since } => {
                Some(self.up_by(since, limits).0)
            }
            State::Up => {
                let alive = self.wire.pings().then(|| match self.awaits_pong {
                    true => self.dead_at(limits),
                    false => self.ping_at(limits),
                });
                let frame = self
                    .frame_began
                    .map(|began| began.saturating_add(limits.frame_timeout));
                let idle = limits.idle_timeout;
                let idle = idle.map(|idle| self.spoke.saturating_add(idle));
                [alive, frame, idle].into_iter().flatten().min()
            }
            State::Ending { until } => Some(until),
            State::Over => None,
        }
    }

    /// Whether it is up and nothing is under way: as long as it stays so, each
    /// byte that is heard moves the deadline back.
    #[inline]
    pub(crate) fn is_steady(&self) -> bool {
        self.state == State::Up && !self.awaits_pong && self.frame_began.is_none()
    }

    /// Time has passed: a ping may be due, or the other end be too late.
    pub(crate) fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        let limits = turn.limits;
        match self.state {
            State::Opening { since } | State::Knocking { since } => {
                let (by, waited) = self.up_by(since, limits);
                if turn.now >= by {
                    if self.wire == Wire::Native
                        && turn.outbox.stats.bytes_received == 0
                        && self.is_server()
                    {
                        let peer = turn.outbox.peer;
                        log::warn!(
                            "{peer} said nothing; a PodSixNet program waits for \
                             the server to speak first, and needs a `podsixnet://` address"
                        );
                    }
                    turn.outbox.limits().connect_timeout += 1;
                    let waited_for = match self.role {
                        Role::Client { .. } => format!("{NO_ANSWER} {waited:?}"),
                        Role::Server => format!("no hello for {waited:?}"),
                    };
                    self.end(turn, Reason::TimedOut { waited_for });
                }
            }
            State::Up => {
                let waited = limits.frame_timeout;
                let began = self.frame_began;
                let idle = limits.idle_timeout;
                if let Some(idle) = idle
                    && turn.now >= self.spoke.saturating_add(idle)
                {
                    turn.outbox.limits().idle_timeout += 1;
                    let waited_for = format!("no message for {idle:?}");
                    self.end(turn, Reason::TimedOut { waited_for });
                } else if began.is_some_and(|began| turn.now >= began.saturating_add(waited)) {
                    turn.outbox.limits().frame_timeout += 1;
                    let waited_for = format!("a message was not complete after {waited:?}");
                    self.end(turn, Reason::TimedOut { waited_for });
                } else if !self.wire.pings() {
                    // Silence means nothing where nobody pings.
                } else if self.awaits_pong {
                    if turn.now >= self.dead_at(limits) {
                        turn.outbox.limits().dead_after += 1;
                        let waited_for = format!("nothing heard for {:?}", limits.dead_after);
                        self.end(turn, Reason::TimedOut { waited_for });
                    }
                } else if turn.now >= self.ping_at(limits) {
                    turn.outbox.stats.pings_sent += 1;
                    self.shrink(turn.outbox);
                    self.ping(turn);
                }
            }
            State::Ending { until } => {
                if turn.now >= until {
                    #[cfg(feature = "websocket")]
                    if let Some(until) = self.more_time(turn) {
                        self.state = State::Ending { until };
                        return;
                    }
                    if !self.said_all {
                        turn.outbox.limits().close_timeout += 1;
                    }
                    self.state = State::Over;
                }
            }
            State::Over => {}
        }
    }

    /// This end has not looked at all that came, and its answers to pings are late: pings
    /// the other end, so that it does not take this one for dead meanwhile. Whether it did.
    // It asks again though it may wait for an answer. That to the question before can pass
    // for this one's then, and the round trip seem shorter than it was.
    pub(crate) fn reassure(&mut self, turn: &mut Turn<'_>) -> bool {
        let again = self.pinged.saturating_add(ping_after(turn.limits));
        let due = self.state == State::Up && self.wire.pings() && turn.now >= again;
        if due {
            turn.outbox.stats.pings_sent += 1;
            self.ping(turn);
        }
        due
    }

    /// When a connection that began at `since` has to be up, and how long it
    /// was waited for then.
    fn up_by(&self, since: Time, limits: &Limits) -> (Time, Time) {
        let waited = limits.connect_timeout;
        let by = since.saturating_add(waited);
        #[cfg(feature = "websocket")]
        if self.wire == Wire::WebSocket
            && self.is_server()
            && let Some(began) = self.frame_began
            && let hurry = began.saturating_add(http::HEAD_TIMEOUT)
            && hurry < by
        {
            return (hurry, http::HEAD_TIMEOUT);
        }
        (by, waited)
    }

    pub(super) fn ping(&mut self, turn: &mut Turn<'_>) {
        self.pinged = turn.now;
        self.awaits_pong = true;
        match self.wire {
            #[cfg(feature = "websocket")]
            Wire::WebSocket => self.write_web_ping(turn),
            _ => turn
                .outbox
                .control(|out| frame::write(Code::Ping, &[], out)),
        }
    }

    /// The answer to a ping.
    pub(super) fn answered(&mut self, turn: &mut Turn<'_>) {
        if std::mem::replace(&mut self.awaits_pong, false) {
            turn.outbox.measured(turn.now.saturating_sub(self.pinged));
        }
    }

    /// When a ping is due: after silence, and now and then to keep the
    /// round-trip time fresh.
    fn ping_at(&self, limits: &Limits) -> Time {
        let silence = self.heard.saturating_add(ping_after(limits));
        let refresh = self
            .pinged
            .saturating_add(limits.ping_after.saturating_mul(5));
        silence.min(refresh)
    }

    /// When the other end is dead, unless it says something. It had all the
    /// time from the ping on to answer, also if this end slept before it asked.
    fn dead_at(&self, limits: &Limits) -> Time {
        let silence = self.heard.saturating_add(limits.dead_after);
        let patience = limits.dead_after.saturating_sub(ping_after(limits));
        silence.max(self.pinged.saturating_add(patience))
    }

    pub(super) fn shrink(&mut self, outbox: &mut Outbox) {
        self.tail.shrink();
        outbox.shrink();
    }
}

/// The silence after which a ping is due: in time before the other end would be
/// dead, whatever the limits say.
fn ping_after(limits: &Limits) -> Time {
    if limits.ping_after < limits.dead_after {
        limits.ping_after
    } else {
        limits.dead_after / 2
    }
}
