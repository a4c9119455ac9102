//! What a block for an enum may be.

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
    #[action(Error)]
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
