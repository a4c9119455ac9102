//! podsix under another name, and through another crate.

/// Where a game engine hands podsix on under a name of its own.
mod engine {
    pub(crate) use podsix as net;
}

#[derive(engine::net::Data)]
#[data(crate = "super::other_paths::engine::net")]
struct Words {
    text: String,
    tone: Tone,
}

#[derive(engine::net::Data, PartialEq)]
#[data(crate = "engine::net")]
enum Tone {
    Loud,
    As(Box<Self>),
}

#[derive(engine::net::Message)]
#[message(crate = "engine::net")]
enum ToServer {
    Chat { words: Words },
}

struct Game;

#[engine::net::network_handler(ToServer, crate = "engine::net")]
impl Game {
    fn network_chat(&mut self, words: Words) -> Result<(), std::fmt::Error> {
        drop((words.text, words.tone));
        Ok(())
    }
}

#[test]
fn reach_podsix() {
    super::assert_handler::<super::Context>(&mut Game);
    assert_eq!(Game::ACTIONS, ["chat"]);
}

#[test]
fn reach_podsix_from_data() {
    let tone = serde_json::from_str::<Tone>(r#"{"As": "Loud"}"#).ok();
    assert!(tone == Some(Tone::As(Box::new(Tone::Loud))));
}
