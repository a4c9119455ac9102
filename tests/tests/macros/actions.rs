//! The names of actions.

use super::*;

#[derive(Message)]
enum ToServer {
    StartLine { x: i32 },
    HTTPGet,
    Chat(String),
}

#[derive(Message)]
#[message(rename_all = "kebab-case")]
enum Kebab {
    StartLine,
    #[message(action = "Bye bye!")]
    Quit,
}

#[derive(Message)]
struct PlayCard {
    card: u8,
}

#[derive(Message)]
#[message(action = "PASS")]
struct Pass;

#[derive(Message)]
struct Score(u32);

#[test]
fn are_the_variants_in_snake_case() {
    assert_eq!(ToServer::ACTIONS, ["start_line", "h_t_t_p_get", "chat"]);
    let _ = [
        ToServer::StartLine { x: 1 },
        ToServer::HTTPGet,
        ToServer::Chat("hi".into()),
    ];
}

#[test]
fn can_be_spelt_otherwise() {
    assert_eq!(Kebab::ACTIONS, ["start-line", "Bye bye!"]);
    let _ = [Kebab::StartLine, Kebab::Quit];
}

#[test]
fn can_be_structs() {
    assert_eq!(PlayCard::ACTIONS, ["play_card"]);
    assert_eq!(Pass::ACTIONS, ["PASS"]);
    assert_eq!(Score::ACTIONS, ["score"]);
    let _ = (PlayCard { card: 1 }, Pass, Score(1));
}

struct Table {
    cards: Vec<u8>,
}

// The method follows the variant, whatever is on the wire.
#[podsix::network_handler(Kebab)]
impl Table {
    fn network_start_line(&mut self) {}
    fn network_quit(&mut self) {}
}

struct Deck;

#[podsix::network_handler(PlayCard)]
impl Deck {
    fn network_play_card(&mut self, card: u8) {
        let _ = card;
    }
}

#[test]
fn of_a_handler_are_those_on_the_wire() {
    assert_eq!(Table::ACTIONS, ["start-line", "Bye bye!"]);
    assert_eq!(Deck::ACTIONS, ["play_card"]);
    assert!(Table { cards: vec![] }.cards.is_empty());
}
