//! Everybody draws on one board.

use podsix_examples::whiteboard::ToServer;
use serde_json::json;

use crate::driver::{Browser, Tab};
use crate::guests::{Board, Guest, Script, Server, agree, until};

const ZIGZAG: [(i32, i32); 5] = [(100, 100), (300, 200), (100, 300), (300, 400), (100, 500)];
const BOX: [(i32, i32); 5] = [(700, 200), (1100, 200), (1100, 600), (700, 600), (700, 200)];

/// Opens the page, and waits until it may draw.
fn visit<'a>(browser: &'a Browser, server: &Server) -> Tab<'a> {
    let tab = browser.open(&server.url());
    until("the page is welcome", || is_welcome(&tab));
    tab
}

fn is_welcome(tab: &Tab<'_>) -> bool {
    tab.eval("document.body.dataset.state") == "connected" && tab.text("people").contains("(you)")
}

#[test]
fn tabs_a_rust_program_and_a_script_have_the_same_board() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let server = Server::start();
    let mut guest = Guest::join(&server, "rust");
    let mut first = visit(&browser, &server);
    let mut second = visit(&browser, &server);
    let mut script = Script::start(&server);
    let here = 3 + usize::from(script.is_some());
    until("all are here", || {
        first.text("count") == format!("{here} here")
    });

    first.draw(&ZIGZAG);
    agree(1, &mut guest, &mut [&mut first, &mut second]);
    second.draw(&BOX);
    agree(2, &mut guest, &mut [&mut first, &mut second]);
    guest.draw(&ZIGZAG);
    let strokes = agree(3, &mut guest, &mut [&mut first, &mut second]);
    // Each has drawn one, in a colour of its own, and nothing was lost.
    assert!(
        strokes.iter().all(|stroke| stroke.points.len() >= 10),
        "{strokes:?}"
    );
    for (index, stroke) in strokes.iter().enumerate() {
        let others = strokes.iter().skip(index + 1);
        for other in others {
            assert_ne!(stroke.id, other.id);
            assert_ne!(stroke.color, other.color);
        }
    }
    let mut count = 3;
    if let Some(script) = &mut script {
        script.draw(&BOX);
        count += 1;
        let strokes = agree(count, &mut guest, &mut [&mut first, &mut second, script]);
        let last = strokes.last().unwrap();
        until("all of the script's points are there", || {
            guest.turn().strokes().last().unwrap().points.len() == 2 * BOX.len()
        });
        assert!(strokes.iter().filter(|stroke| stroke.id == last.id).count() == 1);
        agree(count, &mut guest, &mut [&mut first, &mut second, script]);
    }

    // Only one's own newest stroke is taken back.
    second.draw(&ZIGZAG);
    agree(count + 1, &mut guest, &mut [&mut first, &mut second]);
    first.click("#undo");
    let strokes = agree(count, &mut guest, &mut [&mut first, &mut second]);
    assert!(strokes.iter().all(|stroke| stroke.stroke != 1));
    assert_eq!(first.eval("document.getElementById('undo').disabled"), true);

    // Who comes later sees all of it.
    let mut late_tab = visit(&browser, &server);
    let mut late_guest = Guest::join(&server, "late");
    agree(count, &mut guest, &mut [&mut late_tab, &mut late_guest]);
    if let Some(mut late_script) = Script::start(&server) {
        let script = script.as_mut().unwrap();
        agree(count, &mut guest, &mut [script, &mut late_script]);
    }

    late_tab.click("#clear");
    late_tab.click("#confirm-clear button[value=clear]");
    agree(
        0,
        &mut guest,
        &mut [&mut first, &mut second, &mut late_tab, &mut late_guest],
    );
    if let Some(script) = &mut script {
        agree(0, &mut guest, &mut [script]);
    }
    first.draw(&BOX);
    agree(
        1,
        &mut guest,
        &mut [&mut first, &mut second, &mut late_tab, &mut late_guest],
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn names_and_pointers_are_seen() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let server = Server::start();
    let tab = visit(&browser, &server);
    let mut guest = Guest::join(&server, "<b>ann</b>");
    guest.send(&ToServer::Cursor {
        at: Some((800, 500)),
    });
    let pointers = "[...document.querySelectorAll('#cursors .name')].map((it) => it.textContent)";
    until("ann's pointer is there", || {
        tab.eval(pointers) == json!(["<b>ann</b>"])
    });
    guest.send(&ToServer::Cursor { at: None });
    until("it is gone", || tab.eval(pointers) == json!([]));
    guest.send(&ToServer::Cursor { at: Some((1, 1)) });
    until("it is there", || {
        tab.eval(pointers) == json!(["<b>ann</b>"])
    });
    drop(guest);
    until("it leaves with ann", || tab.eval(pointers) == json!([]));
    until("the time of a round trip is shown", || {
        tab.text("round-trip").ends_with(" ms")
    });
}

#[test]
fn tabs_come_back_when_the_server_was_started_again() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let mut server = Server::start();
    let mut first = visit(&browser, &server);
    let mut second = visit(&browser, &server);
    for says_goodbye in [true, false] {
        let mut guest = Guest::join(&server, "before");
        first.draw(&ZIGZAG);
        agree(1, &mut guest, &mut [&mut first, &mut second]);
        server = server.restart(says_goodbye);
        // The new server's board is empty.
        for tab in [&mut first, &mut second] {
            until("the tab is back", || tab.shows(&[]) && is_welcome(tab));
        }
        let mut guest = Guest::join(&server, "after");
        second.draw(&BOX);
        first.draw(&ZIGZAG);
        agree(2, &mut guest, &mut [&mut first, &mut second]);
        first.click("#undo");
        second.click("#undo");
        agree(0, &mut guest, &mut [&mut first, &mut second]);
    }
}
