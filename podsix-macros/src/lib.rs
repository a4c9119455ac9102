//! The macros of podsix, which re-exports them: depend on `podsix`, not on this crate.

use proc_macro::TokenStream;

mod case;
mod crate_path;
mod data;
mod errors;
mod handler;
mod lifetimes;
mod message;
mod names;
mod self_type;
mod spelling;
mod types;

/// Makes an enum the messages that one end can send: each variant is an action.
///
/// ```
/// #[derive(podsix::Message, Debug, PartialEq)]
/// pub enum ToServer {
///     Nickname { nickname: String },
///     Chat { text: String },
///     Quit,
/// }
///
/// use podsix::Message;
///
/// assert_eq!(ToServer::ACTIONS, ["nickname", "chat", "quit"]);
/// ```
///
/// A variant has named fields, or none, or holds one value without a name (a
/// newtype: `Chat(Line)`), which handlers call `data`. Tuples of several values are refused,
/// because handlers ask for fields by name. A struct is a single action, named after it:
///
/// ```
/// #[derive(podsix::Message)]
/// pub struct Ping {
///     number: u32,
/// }
/// # use podsix::Message;
/// assert_eq!(Ping::ACTIONS, ["ping"]);
/// ```
///
/// An action is the variant's name in snake_case with an underscore before every
/// capital, as serde does it: `StartLine` is `start_line`, `HTTPGet` is
/// `h_t_t_p_get`.
///
/// Fields are of any type that implements serde's `Serialize` and
/// `Deserialize`: numbers, strings, `Option`, `Vec`, maps, arrays, tuples, and your
/// own types with [`#[derive(podsix::Data)]`](macro@Data) or serde's derives.
/// An enum may borrow, so that nothing is copied on the way from the network
/// to the handler:
///
/// ```
/// use std::borrow::Cow;
///
/// #[derive(podsix::Message)]
/// pub enum ToClient<'a> {
///     Players { names: Vec<&'a str> },
///     Chat { who: &'a str, text: Cow<'a, str> },
/// }
/// ```
///
/// An enum may have type parameters, which have to be `Serialize +
/// DeserializeOwned + 'static`. The derive needs no derive of serde's beside
/// it, and does no harm to one.
///
/// # On the enum or struct: `#[message(…)]`
///
/// | setting | values | default |
/// | --- | --- | --- |
/// | `rename_all = "…"` | `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`: the spelling of all actions on the wire (enums only) | `snake_case` |
/// | `send_only` | alone: the messages can be sent but not received, so that fields may be of types that can't be read, such as `&'a [&'a str]` | both |
/// | `crate = "…"` | the path to podsix, where it has another name or comes through another crate | `::podsix` |
///
/// # On a variant (or a struct): `#[message(…)]`
///
/// | setting | values | default |
/// | --- | --- | --- |
/// | `action = "…"` | the action on the wire, 1 to 255 bytes | the variant's name, in the enum's spelling |
///
/// Both change what crosses the wire, not the name of the handler: the method
/// for `StartLine` is `network_start_line` in any case.
///
/// ```
/// #[derive(podsix::Message)]
/// #[message(rename_all = "kebab-case")]
/// enum ToServer {
///     StartLine { x: i32, y: i32 },
///     #[message(action = "bye")]
///     Quit,
/// }
/// # use podsix::Message;
/// assert_eq!(ToServer::ACTIONS, ["start-line", "bye"]);
/// ```
///
/// # On a field: `#[serde(…)]`
///
/// | setting | meaning |
/// | --- | --- |
/// | `rename = "…"` | the field's name on the wire; handlers use the one in Rust |
/// | `with = "module"` | `module::serialize` and `module::deserialize` write and read it |
/// | `serialize_with = "f"`, `deserialize_with = "f"` | one of the two |
/// | `skip` | it is not sent, and `Default::default()` where it arrives, or what `default = "f"` gives |
/// | `default`, `default = "f"` | it may be missing, because the other end was built without it: then it is `Default::default()`, or what the function `f` gives |
/// | `alias = "…"` | another name under which it is accepted, say that of an older version; there may be several |
/// | `borrow` | accepted, and without effect: what can be borrowed always is |
///
/// ```
/// #[derive(podsix::Message)]
/// enum ToServer {
///     Chat {
///         // It was called `message` in version 1 …
///         #[serde(alias = "message")]
///         text: String,
///         // … which had no such thing as this.
///         #[serde(default = "everybody")]
///         to: String,
///     },
/// }
///
/// fn everybody() -> String {
///     "everybody".to_owned()
/// }
/// ```
///
/// Every other attribute of serde's is refused with a remedy: what a message
/// looks like is the same on every wire. A field can't be called `action`, where some wires
/// have the message's own name.
///
/// # What it makes
///
/// It implements the trait `Message` and, unless `send_only`,
/// [`Incoming`], and adds hidden functions to the enum, one an action, which
/// handlers call to read its fields.
///
/// [`Incoming`]: https://docs.rs/podsix/latest/podsix/trait.Incoming.html
/// [`Message`]: https://docs.rs/podsix/latest/podsix/trait.Message.html
#[proc_macro_derive(Message, attributes(message, serde))]
pub fn message(input: TokenStream) -> TokenStream {
    message::derive(input.into()).into()
}

/// Makes a struct or enum fit to stand in a message: serde's `Serialize` and
/// `Deserialize`, without serde among your own dependencies.
///
/// ```
/// #[derive(podsix::Data, Clone, Copy, Debug, PartialEq)]
/// pub enum Suit {
///     Clubs,
///     Hearts,
/// }
///
/// #[derive(podsix::Data, Clone, Debug, PartialEq)]
/// pub struct Card {
///     suit: Suit,
///     #[serde(default)]
///     rank: u8,
/// }
///
/// #[derive(podsix::Message)]
/// pub enum ToServer {
///     Play { card: Card },
/// }
/// ```
///
/// Whatever derives serde's two traits by itself can stand in a message as
/// well; this is the same for those who have no other use for serde.
///
/// # Attributes
///
/// `#[serde(…)]` works as with serde's own derives, on the type, its variants
/// and its fields, except `crate`, `remote` and `bound` on the type.
///
/// | setting | values | default |
/// | --- | --- | --- |
/// | `#[data(crate = "…")]` | the path to podsix, where it has another name or comes through another crate | `::podsix` |
#[proc_macro_derive(Data, attributes(data, serde))]
pub fn data(input: TokenStream) -> TokenStream {
    data::derive(input.into()).into()
}

/// Has the methods of an `impl` block called when messages arrive.
///
/// ```
/// use podsix::{Event, Reason, network_handler};
///
/// #[derive(podsix::Message)]
/// pub enum ToClient {
///     Players { players: Vec<String> },
///     Chat { who: String, text: String },
/// }
///
/// #[derive(Default)]
/// struct Log {
///     lines: Vec<String>,
/// }
///
/// #[network_handler(ToClient)]
/// impl Log {
///     fn network_connected(&mut self) {
///         self.lines.push("connected".to_owned());
///     }
///
///     // The fields of the variant by name, as many as the method needs,
///     // by value or borrowed.
///     fn network_chat(&mut self, who: &str, text: String) {
///         self.lines.push(format!("{who}: {text}"));
///     }
///
///     fn network_players(&mut self, players: &[String]) {
///         self.lines.push(format!("{} players", players.len()));
///     }
///
///     fn network_disconnected(&mut self, reason: &Reason) {
///         self.lines.push(format!("disconnected: {reason}"));
///     }
///
///     // Not called by podsix, because its name doesn't begin with `network`.
///     fn clear(&mut self) {
///         self.lines.clear();
///     }
/// }
///
/// assert_eq!(Log::ACTIONS, ["players", "chat"]);
/// # Log::default().clear();
/// # let _ = |event: &Event| event.handled();
/// ```
///
/// # Methods
///
/// | method | is called |
/// | --- | --- |
/// | `network_<action>` | for each message with this action: the variant's name in snake_case, or, without an enum, the action itself |
/// | `network_connected` | when the connection is up |
/// | `network_disconnected` | when it is over; may take the `&Reason` |
/// | `network_error` | when something failed; may take the `&Error` |
/// | `network` | for everything, after the event's own method; takes the `&Event` |
/// | any other | never |
///
/// They take `&mut self`; then, if they want it, the context, which is
/// `&mut Channel<T>` on a server and `&mut Connection` on a client (with the
/// protocol of an end that is bound to one: `&mut Channel<T, Game>`); then what
/// there is to know: the fields of the message by name. `name: &T` borrows a
/// field, and one underscore in front of a name is ignored, so that a field
/// that is not used can be called `_name`. The value in a newtype variant is
/// called `data`. (Without an enum it is [one value](#without-an-enum).)
///
/// All methods of a block have the same context. If none has one, the handler
/// works on a server and on a client.
///
/// A method returns nothing, or a `Result<(), E>` whose error comes to
/// `network_error`.
///
/// People who port a program from Python may keep `Network_<action>`.
///
/// # Arguments
///
/// | argument | meaning | default |
/// | --- | --- | --- |
/// | the enum, first | the messages to handle: an enum or struct with [`#[derive(Message)]`](macro@Message) | none: [by the actions' names](#without-an-enum) |
/// | `..`, after the enum | actions without a method are meant: another handler has them, or nobody | an action without a method is a compile error |
/// | `crate = "…"` | the path to podsix, where it has another name or comes through another crate | `::podsix` |
///
/// ```
/// # use podsix::network_handler;
/// # #[derive(podsix::Message)]
/// # pub enum ToClient {
/// #     Players { players: Vec<String> },
/// #     Chat { who: String, text: String },
/// # }
/// struct PlayerCount(usize);
///
/// #[network_handler(ToClient, ..)]
/// impl PlayerCount {
///     fn network_players(&mut self, players: &[String]) {
///         self.0 = players.len();
///     }
/// }
/// assert_eq!(PlayerCount::ACTIONS, ["players"]);
/// ```
///
/// # `#[action(Variant)]`, `#[action("action")]` on a method
///
/// Names the variant that the method handles, or the action where there is no
/// enum, for a method with another name: where the action is called like a
/// lifecycle method or is no Rust name, or for a name you like better.
///
/// ```
/// # use podsix::network_handler;
/// #[derive(podsix::Message)]
/// pub enum ToClient {
///     Error { message: String },
/// }
///
/// # struct Game;
/// #[network_handler(ToClient)]
/// impl Game {
///     // The message.
///     #[action(Error)]
///     fn on_error_message(&mut self, message: &str) {
///         println!("the server says {message}");
///     }
///
///     // What happened to the connection.
///     fn network_error(&mut self, error: &podsix::Error) {
///         println!("{error}");
///     }
/// }
/// ```
///
/// # Without an enum
///
/// `#[network_handler]` alone goes by the actions' names: the quick way, and
/// that of programs that come from Python. A misspelt action or field is then
/// found when the program runs, not when it is built.
///
/// ```
/// # use podsix::network_handler;
/// #[derive(podsix::Data)]
/// struct Line {
///     from: (f32, f32),
///     to: (f32, f32),
/// }
///
/// # #[derive(Default)]
/// # struct Whiteboard { lines: Vec<Line>, names: Vec<String> }
/// #[network_handler]
/// impl Whiteboard {
///     // `{"action": "draw", "from": [0, 0], "to": [5, 5]}`
///     fn network_draw(&mut self, line: Line) {
///         self.lines.push(line);
///     }
///
///     #[action("clear-all")]
///     fn clear(&mut self) {
///         self.lines.clear();
///     }
/// }
///
/// assert_eq!(Whiteboard::ACTIONS, ["draw", "clear-all"]);
/// ```
///
/// A method takes, after the context, all fields of the message as one value,
/// or nothing. It is of any type with [`#[derive(Data)]`](macro@Data) or serde's
/// `Deserialize`, and called as you like: a struct of the fields, a map, or a
/// `podsix::Value`, which can be anything. It owns its data.
///
/// | parameter | what is made of the message |
/// | --- | --- |
/// | `line: T` | a `T` |
/// | `line: &T` | a `T`, lent for the call |
/// | `text: &str`, `points: &[T]` | a `String`, a `Vec<T>`, lent for the call |
///
/// The action is what follows `network_` or `Network_`, letter by letter:
/// `network_start_line` is called for `start_line`, `Network_startLine` for
/// `startLine`. `#[action("…")]` names any other, of 1 to 255 bytes.
///
/// # `cfg`
///
/// A method under `#[cfg(…)]` is there or not, as elsewhere; there may be two
/// for one action under conditions that exclude each other.
///
/// # What it makes
///
/// The block stays as it is. Beside it, the type gets a constant `ACTIONS`, the
/// actions that it has methods for, and an implementation of [`NetworkHandler`], by
/// which podsix calls the methods: an index into a table of actions, then
/// a `match`.
///
/// A type has one such block. Two are reported by the compiler as two
/// implementations of one trait.
///
/// [`NetworkHandler`]: https://docs.rs/podsix/latest/podsix/trait.NetworkHandler.html
#[proc_macro_attribute]
pub fn network_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(args.into(), item.into()).into()
}
