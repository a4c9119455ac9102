//! The macros' output is quiet under lints that a careful user may have.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    unreachable_pub,
    rust_2018_idioms,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    unused_lifetimes,
    unused_results,
    non_local_definitions,
    let_underscore_drop,
    trivial_casts,
    trivial_numeric_casts,
    redundant_lifetimes,
    unused_import_braces,
    explicit_outlives_requirements
)]

/// What clients send.
#[derive(::podsix::Message, Debug)]
pub enum ToServer<'a> {
    /// Who the player is.
    Nickname {
        /// The name.
        nickname: String,
    },
    /// Something said.
    Chat {
        /// To whom.
        to: &'a str,
        /// For how long it is to be shown.
        #[serde(with = "seconds")]
        shown: ::core::time::Duration,
    },
    /// A card.
    Card(Card),
    /// A question.
    Ask {
        /// Whom.
        #[serde(default)]
        whom: String,
        /// What.
        #[serde(alias = "question", default = "nothing")]
        what: Vec<Card>,
    },
    /// A goodbye.
    Quit,
}

fn nothing() -> Vec<Card> {
    Vec::new()
}

/// A card.
#[derive(::podsix::Data, Debug)]
pub struct Card {
    /// Its rank.
    pub rank: u8,
    /// Its suit.
    pub suit: Option<Suit>,
}

/// A suit.
#[derive(::podsix::Data, Debug)]
pub enum Suit {
    /// One of four.
    Clubs,
    /// Another one, instead of a third.
    Other(Box<Suit>),
}

mod seconds {
    use ::core::time::Duration;

    use ::serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.as_secs())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// A game.
#[derive(Debug)]
pub struct Game {
    /// Everything that was said.
    pub said: Vec<String>,
}

#[::podsix::network_handler(ToServer)]
impl Game {
    /// Greets.
    pub fn network_connected(&mut self) {
        self.said.clear();
    }

    fn network_nickname(&mut self, nickname: String) {
        self.said.push(nickname);
    }

    fn network_chat(&mut self, to: &str, _shown: ::core::time::Duration) {
        self.said.push(to.to_owned());
    }

    fn network_card(&mut self, data: &Card) -> Result<(), ::std::fmt::Error> {
        self.said.reserve(data.rank.into());
        Ok(())
    }

    fn network_ask(&mut self, what: &[Card]) {
        self.said.reserve(what.len());
    }

    #[action(Quit)]
    fn leave(&mut self) {
        self.said.clear();
    }

    fn network(&mut self, event: &::podsix::Event) {
        self.said.push(event.action().to_owned());
    }
}

/// What is said to all.
#[derive(Debug)]
pub struct Log {
    /// Everything that was said.
    pub said: Vec<String>,
}

#[::podsix::network_handler]
impl Log {
    fn network_say(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }

    fn Network_playCard(&mut self, card: Card) {
        self.said.reserve(card.rank.into());
    }

    #[action("clear-all")]
    fn clear(&mut self) {
        self.said.clear();
    }

    fn network(&mut self, event: &::podsix::Event) {
        self.said.push(event.action().to_owned());
    }
}

fn main() {
    assert_eq!(Game::ACTIONS, ["nickname", "chat", "card", "ask", "quit"]);
    assert_eq!(Log::ACTIONS, ["say", "playCard", "clear-all"]);
}
