//! What an enum, and the types in it, may be.

use std::borrow::Cow;
use std::collections::BTreeMap;

use podsix::{Data, Incoming};

use super::*;

#[derive(Message)]
enum Borrowing<'a, 'b> {
    Players { names: Vec<&'a str> },
    Chat { who: &'b str, text: Cow<'a, str> },
    Quit,
}

// The name of the generated code's own lifetime.
#[derive(Message)]
enum Clashing<'de> {
    Chat {
        source: &'de str,
        sink: u8,
        payload: u8,
    },
}

#[derive(Message)]
enum Generic<T, const N: usize = 2>
where
    T: Clone,
{
    One { value: T },
    Pair { values: [T; 2] },
    None,
}

#[derive(Message)]
#[message(send_only)]
#[allow(dead_code)]
enum SendOnly<'a, T> {
    Names { names: &'a [&'a str] },
    State { state: &'a T },
}

/// Text that can be lent for a while.
trait Lends<'a> {}
impl<'a> Lends<'a> for u8 {}

#[derive(Message)]
#[allow(dead_code)]
enum WithLending<'a, T: Lends<'a> + 'a> {
    State { text: &'a str, state: T },
}

#[derive(Message)]
#[message(send_only)]
#[allow(dead_code)]
enum SendLending<'a, 'b, T>
where
    T: Lends<'a> + ?Sized,
{
    State { text: &'a [&'b str], state: &'a T },
}

/// A protocol is made of it, so it has to be the type without lifetimes.
#[test]
fn have_a_family() {
    fn is_family_of<F, M: Message<Family = F>>() {}

    is_family_of::<podsix::Value, podsix::Value>();
    is_family_of::<Generic<u8, 3>, Generic<u8, 3>>();
    fn borrowing<'a, 'b>(_: &'a str, _: &'b str) {
        is_family_of::<Borrowing<'static, 'static>, Borrowing<'a, 'b>>();
        is_family_of::<Clashing<'static>, Clashing<'a>>();
        is_family_of::<SendOnly<'static, u8>, SendOnly<'a, u8>>();
        // Here the compiler could not tell that it is one.
        is_family_of::<WithLending<'a, u8>, WithLending<'a, u8>>();
    }
    borrowing("", "");
}

fn three() -> u8 {
    3
}

mod doubled {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u8, to: S) -> Result<S::Ok, S::Error> {
        (value * 2).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
        u8::deserialize(from).map(|value| value / 2)
    }
}

// What may be missing, or be called otherwise, in all forms that a field can have.
#[derive(Message)]
enum Lenient<'a, T: Default> {
    Plain {
        #[serde(default)]
        text: String,
        #[serde(default = "three", alias = "n", alias = "no")]
        number: u8,
        #[serde(alias = "suit")]
        deck: Deck,
        #[serde(default = "Vec::new")]
        cards: Vec<Card>,
    },
    Borrowed {
        #[serde(default)]
        who: &'a str,
        #[serde(default, alias = "words")]
        text: Cow<'a, str>,
    },
    Converted {
        #[serde(default = "three", with = "doubled")]
        twice: u8,
        #[serde(default, deserialize_with = "doubled::deserialize")]
        read: u8,
        #[serde(alias = "w", serialize_with = "doubled::serialize")]
        written: u8,
    },
    Generic {
        #[serde(default)]
        value: T,
        #[serde(default = "Hand::none", rename = "h")]
        hand: Option<Hand<'a, T>>,
        values: Vec<[T; 3]>,
    },
}

// Variants and the types in them often have the same name.
#[derive(Message)]
enum Cards {
    Card(Card),
    Deck { card: Vec<Card>, deck: Deck },
    String(String),
    Option { option: Option<String> },
}

#[derive(Data, Clone, Debug, PartialEq)]
struct Card {
    rank: u8,
}

#[derive(Data, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Deck {
    #[default]
    Empty,
    Of(Box<Self>, u8),
    Named {
        r#type: String,
    },
}

#[derive(Data, Debug)]
struct Hand<'a, T> {
    owner: &'a str,
    #[serde(borrow)]
    label: Cow<'a, str>,
    #[serde(default)]
    cards: Vec<T>,
    #[serde(skip)]
    seen: Option<T>,
}

impl<T> Hand<'_, T> {
    fn none() -> Option<Self> {
        None
    }
}

#[derive(Data, Debug)]
#[serde(transparent)]
struct Id(u64);

#[derive(Data, Debug)]
struct Unit;

// serde's own derives beside ours.
#[derive(Message, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
enum Both {
    Chat {
        #[serde(default, rename = "t")]
        text: String,
    },
}

fn assert_incoming<'de, M: Incoming<'de>>() {}
fn assert_message<M: Message>() {}
fn assert_data<'de, T: serde::Serialize + serde::Deserialize<'de>>() {}

#[test]
fn may_be_generic() {
    assert_incoming::<Borrowing<'_, '_>>();
    assert_incoming::<Clashing<'_>>();
    assert_incoming::<Generic<BTreeMap<u8, String>>>();
    assert_incoming::<Cards>();
    assert_incoming::<Lenient<'_, u8>>();
    assert_incoming::<Both>();
    assert_message::<SendOnly<'_, u8>>();
    assert_eq!(Generic::<u8, 3>::ACTIONS, ["one", "pair", "none"]);
}

#[test]
fn may_have_data_of_all_kinds() {
    assert_data::<Card>();
    assert_data::<Deck>();
    assert_data::<Hand<'_, Vec<u8>>>();
    assert_data::<Id>();
    assert_data::<Unit>();
    let hand = serde_json::from_str::<Hand<'_, u8>>(r#"{"owner": "ann", "label": "x"}"#);
    assert!(matches!(
        hand,
        Ok(Hand {
            owner: "ann",
            label: Cow::Borrowed("x"),
            seen: None,
            ..
        })
    ));
    let deck = Deck::Named {
        r#type: "tarot".into(),
    };
    assert_eq!(
        serde_json::to_string(&deck).ok().as_deref(),
        Some(r#"{"named":{"type":"tarot"}}"#)
    );
    assert_eq!(
        serde_json::from_str(r#"{"of": ["empty", 3]}"#).ok(),
        Some(Deck::Of(Box::default(), 3))
    );
    assert_eq!(serde_json::to_string(&Id(7)).ok().as_deref(), Some("7"));
    // The name that serde tells of a type is the user's, not that of our copy.
    let wrong = serde_json::from_str::<Card>("1")
        .err()
        .map(|error| error.to_string());
    assert_eq!(
        wrong.as_deref(),
        Some("invalid type: integer `1`, expected struct Card at line 1 column 1")
    );
}

struct Client;

#[podsix::network_handler(Borrowing)]
impl Client {
    fn network_players(&mut self, names: &[&str]) {
        let _ = names;
    }
    fn network_chat(&mut self, who: &str, text: Cow<'_, str>) {
        let _ = (who, text);
    }
    fn network_quit(&mut self) {}
}

struct Dealer;

#[podsix::network_handler(Cards)]
impl Dealer {
    fn network_card(&mut self, data: Card) {
        let _ = data;
    }
    fn network_deck(&mut self, _deck: &Deck, card: &[Card]) {
        let _ = card;
    }
    fn network_string(&mut self, data: &str) {
        let _ = data;
    }
    fn network_option(&mut self, option: Option<String>) {
        let _ = option;
    }
}

struct OfBytes;

#[podsix::network_handler(Generic<u8>, ..)]
impl OfBytes {
    fn network_one(&mut self, value: u8) {
        let _ = value;
    }
}

struct OfAnything<T>(Vec<T>);

#[podsix::network_handler(Generic<T>)]
impl<T> OfAnything<T>
where
    T: Clone + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    fn network_one(&mut self, value: T) {
        self.0.push(value);
    }
    fn network_pair(&mut self, values: &[T; 2]) {
        self.0.extend_from_slice(values);
    }
    fn network_none(&mut self) {}
}

// Types of one's own beside all that a type can have for parameters.
#[derive(Data)]
struct Pile<'a, T, const N: usize>
where
    T: Clone,
{
    owner: &'a str,
    top: Option<Card>,
    cards: Vec<T>,
    decks: BTreeMap<u8, Deck>,
    #[serde(skip)]
    seen: Option<[u8; N]>,
}

#[derive(Data)]
enum Tree<T> {
    Leaf(T),
    Branch(Vec<Card>),
    Named { card: Card, value: T },
}

#[derive(Message)]
enum Mixed<'a, T> {
    Deal {
        who: &'a str,
        value: T,
        card: Card,
        tree: Tree<u8>,
    },
    Quit,
}

struct Elided;

#[podsix::network_handler(Mixed<u8>)]
impl Elided {
    fn network_deal(&mut self, who: &str, value: u8, card: Card, tree: &Tree<u8>) {
        let _ = (who, value, card, tree);
    }
    fn network_quit(&mut self) {}
}

struct MixedWith<T>(T);

#[podsix::network_handler(Mixed<'_, T>, ..)]
impl<T: Clone + serde::Serialize + serde::de::DeserializeOwned + 'static> MixedWith<T> {
    fn network_deal(&mut self, value: T) {
        self.0 = value;
    }
    #[action(Quit)]
    fn leave(&mut self) {}
}

#[test]
fn may_have_all_sorts_of_parameters() {
    assert_data::<Tree<u8>>();
    assert_incoming::<Mixed<'_, u8>>();
    assert_handler::<Context>(&mut Elided);
    assert_handler::<Context>(&mut MixedWith(1_u8));
    let text = r#"{"owner": "ann", "cards": [1, 2], "decks": {"1": "empty"}}"#;
    let pile = serde_json::from_str::<Pile<'_, u8, 4>>(text).ok();
    assert!(matches!(
        pile,
        Some(Pile {
            owner: "ann",
            top: None,
            cards,
            decks,
            seen: None,
        }) if cards == [1, 2] && decks[&1] == Deck::Empty
    ));
    // A field that is no `Option` may not be missing.
    let named = serde_json::from_str::<Tree<u8>>(r#"{"Named": {"value": 1}}"#);
    let problem = named.err().map(|error| error.to_string());
    assert!(problem.is_some_and(|problem| problem.starts_with("missing field `card`")));
}

#[test]
fn may_be_handled() {
    assert_handler::<Context>(&mut OfAnything(vec![1_u8]));
    assert_eq!(OfAnything::<u8>::ACTIONS, ["one", "pair", "none"]);
    assert_handler::<Context>(&mut Client);
    assert_handler::<Context>(&mut Dealer);
    assert_handler::<Context>(&mut OfBytes);
    assert_eq!(OfBytes::ACTIONS, ["one"]);
}
