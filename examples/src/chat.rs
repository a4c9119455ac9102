//! What `chat_server` and `chat_client` say to each other.

/// What a client sends.
#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToServer {
    /// How it wants to be called.
    Nickname {
        /// The name, as it was typed.
        nickname: String,
    },
    /// Something for everybody.
    Message {
        /// The words, as they were typed.
        message: String,
    },
}

/// What the server sends.
#[derive(podsix::Message, Debug, PartialEq)]
pub enum ToClient {
    /// Who is there now.
    Players {
        /// Their nicknames.
        players: Vec<String>,
    },
    /// Somebody said something.
    Message {
        /// Their nickname; empty where the server itself speaks.
        who: String,
        /// What they said.
        message: String,
    },
}
