//! Ends that are bound to a protocol compare their shapes before they come up.

use super::end::{End, Seen};
use crate::bound::OnMismatch;
use crate::{Message, Reason};

#[derive(Message)]
#[message(crate = "crate")]
enum ToServer {
    Go { way: u8 },
    Stop,
}

#[derive(Message)]
#[message(crate = "crate")]
enum ToClient {
    Score { points: u32 },
}

/// Another version of `ToServer`: one field differs, one action is new.
mod newer {
    use crate::Message;

    #[derive(Message)]
    #[message(crate = "crate")]
    pub(super) enum ToServer {
        Go { way: String },
        Stop,
        Jump,
    }
}

/// What one end makes of the other's opening, byte by byte.
fn meet(mut end: End, other: &mut End) -> (Vec<Seen>, End) {
    for byte in other.out() {
        end.feed(&[byte]);
    }
    (end.seen(), end)
}

fn client<A: Message>() -> End {
    End::bound::<A, ToClient>(true, OnMismatch::Refuse)
}

fn server(on_mismatch: OnMismatch) -> End {
    End::bound::<ToServer, ToClient>(false, on_mismatch)
}

#[test]
fn equal_ends_come_up() {
    let mut client = client::<ToServer>();
    let (seen, mut server) = meet(server(OnMismatch::Refuse), &mut client);
    assert_eq!(seen, [Seen::Connected]);
    let (seen, _) = meet(client, &mut server);
    assert_eq!(seen, [Seen::Connected]);
}

#[test]
fn a_server_refuses_another_version_and_says_how_it_differs() {
    let mut client = client::<newer::ToServer>();
    let (seen, mut server) = meet(server(OnMismatch::Refuse), &mut client);
    assert_eq!(seen, [], "the game hears nothing of who never came in");
    let (seen, _) = meet(client, &mut server);
    let [Seen::Failed(Reason::ProtocolMismatch { problem })] = &seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(
        problem,
        "`go`: the client sends {way: string}, the server expects {way: u8}; \
         `jump`: the client sends it, the server does not know it"
    );
}

#[test]
fn two_enums_in_the_wrong_order_are_suspected() {
    let mut client = End::bound::<ToClient, ToServer>(true, OnMismatch::Refuse);
    let (_, mut server) = meet(server(OnMismatch::Refuse), &mut client);
    let (seen, _) = meet(client, &mut server);
    let [Seen::Failed(Reason::ProtocolMismatch { problem })] = &seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(
        problem,
        "`score`: the client sends it, the server does not know it; \
         are the two enums swapped at one end?"
    );
}

#[test]
fn or_only_warns_by_choice() {
    let mut client = client::<newer::ToServer>();
    let (seen, _) = meet(server(OnMismatch::Warn), &mut client);
    assert_eq!(seen, [Seen::Connected]);
}

#[test]
fn a_client_compares_as_well() {
    // What the server sends is what this client would send.
    let mut server = End::bound::<ToClient, newer::ToServer>(false, OnMismatch::Refuse);
    let mut client = End::bound::<ToClient, ToServer>(true, OnMismatch::Refuse);
    server.feed(&client.out());
    client.feed(&server.out());
    let seen = client.seen();
    assert!(
        matches!(&seen[..], [Seen::Failed(Reason::ProtocolMismatch { .. })]),
        "{seen:?}"
    );
}

#[test]
fn an_end_that_is_not_bound_is_let_in() {
    let mut client = End::client();
    let (seen, _) = meet(server(OnMismatch::Refuse), &mut client);
    assert_eq!(seen, [Seen::Connected]);
}

#[test]
fn names_that_never_come_are_not_waited_for_in_vain() {
    let mut server = End::server();
    // A hello that announces two names, and one of them.
    let mut client = client::<ToServer>();
    let opening = client.out();
    server.feed(&opening[..opening.len() - 1]);
    server.pass(std::time::Duration::from_secs(10));
    assert!(server.link.has_ended());
}
