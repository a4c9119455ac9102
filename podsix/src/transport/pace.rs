//! How many messages a pump takes, by what came of those before.

/// How many messages all connections together bring in one pump, and how many
/// one connection may bring of those: where many have much to say, each says
/// less in a pump, so that it is soon everybody's turn.
const MESSAGES_A_PUMP: usize = 16 << 10;
const MESSAGES_FOR_EACH: usize = 64;

/// How many messages, each copy counted, the handlers of one pump's messages
/// should send: a word that goes to everybody is as much work as many words.
const COPIES_A_PUMP: usize = 32 << 10;
/// So many bytes are as much work as a copy.
const BYTES_A_COPY: usize = 64;
/// How many messages each connection may bring even where handlers send more.
const MESSAGES_AT_LEAST: usize = 1;

/// How many messages a pump takes.
#[derive(Debug)]
pub(super) struct Pace {
    /// How many the next one may take, by what handlers sent for those before.
    most: usize,
    /// How many the last one took.
    taken: usize,
    /// What handlers sent since, in copies.
    sent: usize,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            most: MESSAGES_A_PUMP,
            taken: 0,
            sent: 0,
        }
    }

    /// Takes note of messages that a pump took.
    pub(super) fn took(&mut self, messages: usize) {
        self.taken += messages;
    }

    /// Takes note of what handlers sent on one connection.
    pub(super) fn sent(&mut self, copies: u64, bytes: usize) {
        let copies = usize::try_from(copies).unwrap_or(usize::MAX);
        let work = copies.saturating_add(bytes / BYTES_A_COPY);
        self.sent = self.sent.saturating_add(work);
    }

    /// How many messages each of so many connections may bring in a pump that
    /// begins.
    pub(super) fn share(&mut self, connections: usize) -> usize {
        let sent = std::mem::take(&mut self.sent);
        let taken = std::mem::take(&mut self.taken);
        if sent > COPIES_A_PUMP {
            self.most = taken.saturating_mul(COPIES_A_PUMP) / sent;
        } else {
            // More again, step by step and only as it is made use of: what was too
            // much may come in waves.
            self.most = (self.most + taken.div_ceil(8)).min(MESSAGES_A_PUMP);
        }
        let connections = connections.max(1);
        let fair = (MESSAGES_A_PUMP / connections).max(MESSAGES_FOR_EACH);
        if self.most == MESSAGES_A_PUMP {
            return fair;
        }
        fair.min((self.most / connections).max(MESSAGES_AT_LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bring_much_and_many_bring_less_each() {
        let mut pace = Pace::new();
        assert_eq!(pace.share(0), MESSAGES_A_PUMP);
        assert_eq!(pace.share(1), MESSAGES_A_PUMP);
        assert_eq!(pace.share(16), 1024);
        assert_eq!(pace.share(10_000), MESSAGES_FOR_EACH);
    }

    #[test]
    fn an_answer_to_each_message_slows_nobody_down() {
        let mut pace = Pace::new();
        for _ in 0..10 {
            let share = pace.share(8);
            assert_eq!(share, 2048);
            pace.took(8 * share);
            pace.sent(8 * share as u64, 8 * share * 20);
        }
    }

    #[test]
    fn words_for_everybody_are_taken_as_fast_as_they_can_be_told() {
        for copies in [10, 100, 1_000] {
            let mut pace = Pace::new();
            let mut share = pace.share(8);
            for _ in 0..20 {
                pace.took(8 * share);
                let sent = 8 * share * copies;
                pace.sent(sent as u64, sent * 12);
                share = pace.share(8);
            }
            let most = (COPIES_A_PUMP * 9 / 8 + copies) / copies / 8;
            assert!(share <= most.max(MESSAGES_AT_LEAST), "{copies}: {share}");
            assert!(
                share >= (most / 2).max(MESSAGES_AT_LEAST),
                "{copies}: {share}"
            );
        }
    }

    #[test]
    fn long_answers_count_by_their_bytes() {
        let mut pace = Pace::new();
        pace.took(640);
        pace.sent(640, 64_000_000);
        assert_eq!(pace.share(8), 2);
        pace.took(16);
        pace.sent(16, 160_000_000);
        assert_eq!(pace.share(8), MESSAGES_AT_LEAST);
    }

    #[test]
    fn what_was_too_much_is_forgotten() {
        let mut pace = Pace::new();
        pace.took(1);
        pace.sent(u64::MAX, usize::MAX);
        let mut share = pace.share(1);
        assert_eq!(share, MESSAGES_AT_LEAST);
        // Not while nothing is said.
        for _ in 0..1_000 {
            assert_eq!(pace.share(1), MESSAGES_AT_LEAST);
        }
        for _ in 0..100 {
            pace.took(share);
            share = pace.share(1);
        }
        assert_eq!(share, MESSAGES_A_PUMP);
    }
}
