//! What the macros accept, and what they make of it as far as no connection is
//! needed to see it. What they refuse is in `compile_fail.rs`.

use podsix::{Event, Message, NetworkHandler};

/// Stands for the context that a server or a connection gives its handlers.
struct Context;

fn assert_handler<C>(_: &mut dyn NetworkHandler<C>) {}

mod actions {
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
}

mod enums {
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

    #[test]
    fn may_be_handled() {
        assert_handler::<Context>(&mut OfAnything(vec![1_u8]));
        assert_eq!(OfAnything::<u8>::ACTIONS, ["one", "pair", "none"]);
        assert_handler::<Context>(&mut Client);
        assert_handler::<Context>(&mut Dealer);
        assert_handler::<Context>(&mut OfBytes);
        assert_eq!(OfBytes::ACTIONS, ["one"]);
    }
}

mod handlers {
    use podsix::{Error, Reason};

    use super::*;

    #[derive(Message)]
    enum ToServer {
        Chat { who: String, text: String },
        Line(String),
        Quit,
        Error { code: u8 },
        Connected,
    }

    struct Everything;

    #[podsix::network_handler(ToServer)]
    impl Everything {
        #![allow(dead_code, clippy::needless_arbitrary_self_type, clippy::unused_unit)]

        /// Items of other kinds may stand between the methods.
        const LIMIT: [u8; 2] = { [1; 2] };

        fn network_connected(&mut self, _: &mut Context) {}
        fn network_disconnected(&mut self, context: &mut Context, why: &Reason) {
            let _ = (context, why);
        }
        fn network_error(&mut self, _error: &Error) -> Result<(), &'static str>
        where
            Self: Sized,
        {
            unreachable!()
        }
        fn network(&mut self, _context: &mut Context, event: &Event) -> podsix::Result<()> {
            let _ = event;
            Ok(())
        }

        pub(crate) fn network_chat(&mut self, text: String, who: &str) {
            let _ = (who, text);
        }
        #[doc(hidden)]
        fn network_line<'a>(
            &'a mut self,
            _context: &'a mut Context,
            mut data: String,
        ) -> std::io::Result<()> {
            data.clear();
            Ok(())
        }
        fn Network_quit(self: &mut Self) -> () {}
        // The compiler's fix for a misspelt variant.
        #[action(network_error)]
        fn on_error(&mut self, _code: u8) -> Result<(), String> {
            Ok(())
        }
        #[action(Connected)]
        fn network_hello(&mut self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            Ok(())
        }

        fn networking() {}
        async fn nothing<T>(self, _: T) {}
    }

    struct Generic<'a, T: ?Sized, const N: usize>(Vec<&'a T>);

    #[podsix::network_handler(ToServer, ..)]
    impl<'a, T: ?Sized, const N: usize> Generic<'a, T, N>
    where
        T: PartialEq,
    {
        fn network_quit(&mut self) {
            self.0.clear();
        }
    }

    struct WithContext<T>(T);

    type Client<T> = (Context, T);

    #[podsix::network_handler(ToServer, ..)]
    impl<T: Clone> WithContext<T> {
        fn network_quit(&mut self, client: &mut Client<T>) {
            client.1 = self.0.clone();
        }
    }

    struct LifecycleOnly;

    #[podsix::network_handler(ToServer, ..)]
    impl LifecycleOnly {
        fn network_disconnected(&mut self) {}
    }

    #[test]
    fn are_objects() {
        assert_handler::<Context>(&mut Everything);
        assert_handler::<Context>(&mut Generic::<str, 3>(Vec::new()));
        assert_handler::<(Context, u8)>(&mut WithContext(1));
        // Without a context a handler serves any.
        assert_handler::<u8>(&mut LifecycleOnly);
        assert_handler::<String>(&mut LifecycleOnly);
    }

    #[test]
    fn know_their_actions() {
        assert_eq!(
            Everything::ACTIONS,
            ["chat", "line", "quit", "error", "connected"]
        );
        assert_eq!(Generic::<str, 1>::ACTIONS, ["quit"]);
        assert_eq!(WithContext::<u8>::ACTIONS, ["quit"]);
        assert!(LifecycleOnly::ACTIONS.is_empty());
        assert_eq!(Everything::LIMIT, [1, 1]);
    }

    #[test]
    fn may_stand_in_a_function() {
        #[derive(Message)]
        enum Local {
            Chat { text: String },
        }
        struct Inner;
        #[podsix::network_handler(Local)]
        impl Inner {
            fn network_chat(&mut self, text: String) {
                drop(text);
            }
        }
        assert_handler::<Context>(&mut Inner);
        assert_eq!(Inner::ACTIONS, ["chat"]);
        let _ = Local::Chat {
            text: String::new(),
        };
    }
}

mod without_an_enum {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use podsix::{Data, Error, Reason};

    use super::*;

    #[derive(Data)]
    struct Point {
        x: i32,
        y: i32,
    }

    struct Game<T>(Vec<T>);

    #[podsix::network_handler]
    impl<T: Clone + serde::de::DeserializeOwned> Game<T> {
        fn network_connected(&mut self) {}
        fn network_error(&mut self, _: &mut Context, _error: &Error) {}
        fn network_disconnected(&mut self, why: &Reason) {
            let _ = why;
        }
        fn network(&mut self, event: &Event) {
            let _ = event;
        }

        // By value, borrowed, taken apart, under any name, or not at all.
        fn network_start(&mut self, _: &mut Context, start: Point) {
            let _ = (start.x, start.y);
        }
        fn network_point(&mut self, Point { x, y }: Point) {
            let _ = (x, y);
        }
        fn network_move(&mut self, point: &Point) -> Result<(), String> {
            let _ = point.x;
            Ok(())
        }
        fn network_any(&mut self, _: BTreeMap<String, u8>) {}
        fn network_quit(&mut self) -> podsix::Result<()> {
            Ok(())
        }
        fn network_own(&mut self, own: T) {
            self.0.push(own);
        }
        fn network_owns(&mut self, owns: &[T]) {
            self.0.extend_from_slice(owns);
        }
        fn network_text<'a>(&'a mut self, text: &'a str) {
            let _ = text;
        }
        fn network_cow<'a>(&mut self, _context: &mut Context, mut text: Cow<'a, str>) {
            text.to_mut();
        }
        fn not_a_handler(&self) {}
    }

    struct Named;

    #[podsix::network_handler]
    impl Named {
        fn network_start_line(&mut self) {}
        fn Network_endLine(&mut self) {}
        fn network_Pen__up(&mut self) {}
        fn r#network_type(&mut self) {}
        fn network_größe(&mut self) {}
        fn network__line(&mut self) {}
        #[action("start-line")]
        fn line(&mut self, _: &str) {}
        #[action("connected")]
        fn on_connected(&mut self, _: Point) {}
        #[action("Bye bye!")]
        fn network_connected(&mut self) {}
    }

    struct Configured;

    #[podsix::network_handler(crate = "::podsix")]
    impl Configured {
        #[cfg(any())]
        fn network_chat(&mut self, _: NoSuchType) {}
        #[cfg(not(any()))]
        fn network_chat(&mut self, _: u8) {}
        #[cfg(any())]
        fn network_never(&mut self) {}
        fn network_quit(&mut self) {}
    }

    #[test]
    fn actions_are_what_follows_the_prefix() {
        assert_eq!(
            Named::ACTIONS,
            [
                "start_line",
                "endLine",
                "Pen__up",
                "type",
                "größe",
                "_line",
                "start-line",
                "connected",
                "Bye bye!"
            ]
        );
        assert_eq!(Configured::ACTIONS, ["chat", "quit"]);
        assert_eq!(Game::<u8>::ACTIONS.len(), 9);
    }

    #[test]
    fn handlers_are_objects() {
        let mut game = Game(vec![1_u8]);
        game.not_a_handler();
        assert_handler::<Context>(&mut game);
        assert_handler::<u8>(&mut Named);
        assert_handler::<String>(&mut Configured);
    }
}

mod configured {
    use super::*;

    #[derive(Message)]
    enum ToServer {
        Chat {
            text: String,
        },
        #[cfg(any())]
        Never,
        Quit,
    }

    struct Twins;

    #[podsix::network_handler(ToServer)]
    impl Twins {
        #[cfg(any())]
        fn network_chat(&mut self, no_such_field: u8) {}
        #[cfg(not(any()))]
        #[cfg(test)]
        fn network_chat(&mut self, text: String) {
            drop(text);
        }
        fn network_quit(&mut self) {}
        #[cfg(any())]
        fn network_connected(&mut self) {}
        #[cfg(not(any()))]
        fn network_connected(&mut self) {}
        #[cfg(any())]
        fn network_never(&mut self) {}
        #[cfg(any())]
        fn network(&mut self, event: &Event) {}
    }

    struct Half;

    #[podsix::network_handler(ToServer, ..)]
    impl Half {
        #[cfg(any())]
        fn network_chat(&mut self) {}
        fn network_quit(&mut self) {}
    }

    #[test]
    fn methods_and_variants_come_and_go() {
        assert_eq!(ToServer::ACTIONS, ["chat", "quit"]);
        assert_eq!(Twins::ACTIONS, ["chat", "quit"]);
        assert_eq!(Half::ACTIONS, ["quit"]);
        assert_handler::<Context>(&mut Twins);
        assert_handler::<Context>(&mut Half);
    }
}

mod made_by_macro_rules {
    use super::*;

    macro_rules! protocol {
        ($protocol:ident { $($variant:ident { $field:ident: $ty:ty }),* }) => {
            #[derive(Message)]
            enum $protocol {
                $($variant { $field: $ty }),*
            }
        };
    }

    macro_rules! handler {
        ($handler:ident, $protocol:ty, $context:ty, $($method:ident($field:ident: $ty:ty)),*) => {
            struct $handler;

            #[podsix::network_handler($protocol)]
            impl $handler {
                fn network_connected(&mut self, context: &mut $context) {
                    let _ = context;
                }
                $(fn $method(&mut self, _context: &mut $context, $field: $ty) {
                    let _ = $field;
                })*
            }
        };
    }

    protocol!(ToServer {
        Chat { text: String },
        Play { cards: Vec<u8> }
    });
    handler!(Game, ToServer, Context, network_chat(text: &str), network_play(cards: Vec<u8>));

    #[test]
    fn work_like_any_other() {
        assert_handler::<Context>(&mut Game);
        assert_eq!(Game::ACTIONS, ["chat", "play"]);
    }
}

mod names {
    #![allow(dead_code)]

    use super::*;

    // Names that the generated code uses itself, or that are in every prelude.
    struct Result;
    struct Option;
    struct String;
    struct Error;
    struct Reason;
    struct Event;
    struct Vec;
    struct Some;
    struct Ok;
    mod core {}
    mod std {}
    mod serde {}
    mod __private {}
    trait Default {}

    #[derive(Message)]
    enum ToServer {
        // Raw identifiers, and fields called like variables of the generated code.
        Type {
            r#type: u8,
            r#fn: u8,
        },
        r#Match {
            sink: u8,
            source: u8,
            payload: u8,
            slot: u8,
        },
        Context {
            context: u8,
            event: u8,
            outcome: u8,
        },
        Some {
            some: u8,
        },
        Ok(u8),
        Err(u8),
    }

    struct Game;

    #[podsix::network_handler(ToServer, ..)]
    impl Game {
        fn network_type(&mut self, _type: u8, r#fn: u8) {
            let _ = r#fn;
        }
        fn r#network_match(&mut self, slot: u8, payload: u8, source: u8, sink: u8) {
            let _ = (slot, payload, source, sink);
        }
        fn network_context(&mut self, context: u8, event: u8, outcome: u8) {
            let _ = (context, event, outcome);
        }
        fn network_ok(&mut self, data: u8) {
            let _ = data;
        }
    }

    #[test]
    fn of_users_are_theirs() {
        assert_handler::<Context>(&mut Game);
        assert_eq!(Game::ACTIONS, ["type", "match", "context", "ok"]);
    }
}

mod other_paths {
    /// Where a game engine hands podsix on under a name of its own.
    mod engine {
        pub(crate) use podsix as net;
    }

    #[derive(engine::net::Data)]
    #[data(crate = "super::other_paths::engine::net")]
    struct Words {
        text: String,
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
            drop(words.text);
            Ok(())
        }
    }

    #[test]
    fn reach_podsix() {
        super::assert_handler::<super::Context>(&mut Game);
        assert_eq!(Game::ACTIONS, ["chat"]);
    }
}
