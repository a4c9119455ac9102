//! The macros' output needs nothing from any prelude.

#![no_implicit_prelude]

/// What clients send.
#[derive(::podsix::Message, ::std::fmt::Debug)]
pub enum ToServer<'a> {
    /// Who the player is.
    Nickname {
        /// The name.
        nickname: ::std::string::String,
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
        whom: ::std::string::String,
        /// What.
        #[serde(alias = "question", default = "nothing")]
        what: ::std::vec::Vec<Card>,
    },
    /// A goodbye.
    Quit,
}

fn nothing() -> ::std::vec::Vec<Card> {
    ::std::vec::Vec::new()
}

/// A card.
#[derive(::podsix::Data, ::std::fmt::Debug)]
pub struct Card {
    /// Its rank.
    pub rank: u8,
    /// Its suit.
    pub suit: ::core::option::Option<Suit>,
}

/// A suit.
#[derive(::podsix::Data, ::std::fmt::Debug)]
pub enum Suit {
    /// One of four.
    Clubs,
    /// Another one, instead of a third.
    Other(::std::boxed::Box<Suit>),
}

mod seconds {
    use ::core::result::Result;
    use ::core::time::Duration;

    use ::serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.as_secs())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        <u64 as Deserialize>::deserialize(from).map(Duration::from_secs)
    }
}

/// A game.
#[derive(::std::fmt::Debug)]
pub struct Game {
    /// Everything that was said.
    pub said: ::std::vec::Vec<::std::string::String>,
}

#[::podsix::network_handler(ToServer)]
impl Game {
    /// Greets.
    pub fn network_connected(&mut self) {
        self.said.clear();
    }

    fn network_nickname(&mut self, nickname: ::std::string::String) {
        self.said.push(nickname);
    }

    fn network_chat(&mut self, to: &str, _shown: ::core::time::Duration) {
        self.said.push(::std::borrow::ToOwned::to_owned(to));
    }

    fn network_card(&mut self, data: &Card) -> ::core::result::Result<(), ::std::fmt::Error> {
        self.said.reserve(::core::convert::Into::into(data.rank));
        ::core::result::Result::Ok(())
    }

    fn network_ask(&mut self, what: &[Card]) {
        self.said.reserve(what.len());
    }

    #[action(Quit)]
    fn leave(&mut self) {
        self.said.clear();
    }

    fn network(&mut self, event: &::podsix::Event) {
        self.said.push(::std::borrow::ToOwned::to_owned(event.action()));
    }
}

/// What is said to all.
#[derive(::std::fmt::Debug)]
pub struct Log {
    /// Everything that was said.
    pub said: ::std::vec::Vec<::std::string::String>,
}

#[::podsix::network_handler]
impl Log {
    fn network_say(&mut self, text: &str) {
        self.said.push(::std::borrow::ToOwned::to_owned(text));
    }

    fn Network_playCard(&mut self, card: Card) {
        self.said.reserve(::core::convert::Into::into(card.rank));
    }

    #[action("clear-all")]
    fn clear(&mut self) {
        self.said.clear();
    }

    fn network(&mut self, event: &::podsix::Event) {
        self.said.push(::std::borrow::ToOwned::to_owned(event.action()));
    }
}

fn main() {
    ::std::assert_eq!(Game::ACTIONS, ["nickname", "chat", "card", "ask", "quit"]);
    ::std::assert_eq!(Log::ACTIONS, ["say", "playCard", "clear-all"]);
}
