//! The window on the desktop.

use podsix_examples::whiteboard::{COLORS, Color, Stroke};

use crate::desktop::Window;
use crate::driver::Browser;
use crate::guests::{Board as _, Guest, Script, Server, agree, until};
use crate::picture::{leave, paint, pond};

const ZIGZAG: [(i32, i32); 5] = [(100, 100), (300, 200), (100, 300), (300, 400), (100, 500)];
const BOX: [(i32, i32); 5] = [(700, 200), (1100, 200), (1100, 600), (700, 600), (700, 200)];

/// Waits until this guest has so many strokes.
fn drawn(guest: &mut Guest, count: usize) -> Vec<Stroke> {
    agree(count, guest, &mut []);
    guest.turn().strokes().cloned().collect()
}

/// Waits until the window shows that it is welcome: its colour.
fn welcome(window: &Window, guest: &mut Guest, name: &str) -> Color {
    let mut color = None;
    until("the window has joined", || {
        let people = &guest.turn().people;
        color = people.iter().find(|it| it.name == name).map(|it| it.color);
        color.is_some()
    });
    let color = color.unwrap();
    until("the window is welcome", || window.names(color));
    color
}

#[test]
fn the_window_draws_with_all_others() {
    let server = Server::start();
    let mut guest = Guest::join(&server, "rust");
    let Some(window) = Window::open(&server.address, "Zoë") else {
        return;
    };
    let color = welcome(&window, &mut guest, "Zoë");

    window.draw(&ZIGZAG);
    let strokes = drawn(&mut guest, 1);
    assert_eq!(strokes[0].color, color);
    until("all of it has come", || {
        let strokes = guest.turn().strokes();
        let ends: Vec<_> = strokes.flat_map(|it| it.points.last_chunk::<2>()).collect();
        let &[&[x, y]] = &ends[..] else { return false };
        x.abs_diff(100) < 3 && y.abs_diff(500) < 3
    });
    until("it is seen in the window", || window.has(color, (200, 450)));

    guest.draw(&BOX);
    let strokes = drawn(&mut guest, 2);
    until("the guest's is seen in the window", || {
        window.has(strokes[1].color, (1100, 400))
    });

    // Where there is a browser, or a script, their boards are the same.
    let browser = Browser::start();
    let mut tab = browser.as_ref().map(|it| it.open(&server.url()));
    let mut script = Script::start(&server);
    if let Some(tab) = &mut tab {
        agree(2, &mut guest, &mut [tab]);
        tab.draw(&[(400, 700), (600, 700), (600, 800)]);
        let strokes = drawn(&mut guest, 3);
        until("the page's is seen in the window", || {
            window.has(strokes[2].color, (500, 700))
        });
        tab.click("#undo");
        agree(2, &mut guest, &mut [tab]);
    }
    if let Some(script) = &mut script {
        agree(2, &mut guest, &mut [script]);
        script.draw(&[(400, 50), (600, 50), (600, 90)]);
        let strokes = drawn(&mut guest, 3);
        until("the script's is seen in the window", || {
            window.has(strokes[2].color, (500, 50))
        });
    }

    // Only one's own stroke is taken back.
    let others: Vec<_> = guest.turn().strokes().skip(1).cloned().collect();
    window.press("ctrl+z");
    until("it is taken back", || guest.shows(&others));
    until("it is gone from the window, and the guest's is not", || {
        !window.has(color, (200, 450)) && window.has(others[0].color, (1100, 400))
    });
}

#[test]
fn the_window_comes_back_when_the_server_does() {
    let server = Server::start();
    let mut guest = Guest::join(&server, "before");
    let Some(mut window) = Window::open(&server.address, "Zoë") else {
        return;
    };
    welcome(&window, &mut guest, "Zoë");
    guest.draw(&BOX);
    let strokes = drawn(&mut guest, 1);
    until("it is seen", || window.has(strokes[0].color, (1100, 400)));

    let server = server.restart(false);
    let mut guest = Guest::join(&server, "after");
    welcome(&window, &mut guest, "Zoë");
    // The new server's board is empty.
    until("the old stroke is gone", || {
        !window.has(strokes[0].color, (1100, 400))
    });
    window.draw(&ZIGZAG);
    drawn(&mut guest, 1);

    // It says goodbye when it is told to stop.
    #[cfg(unix)]
    {
        window.program.is_sent(nix::sys::signal::Signal::SIGINT);
        until("the others hear of it", || guest.turn().people.len() == 1);
        window.program.ends_well();
    }
}

#[test]
fn its_picture_is_that_of_the_page() {
    let server = Server::start();
    let Some(mut window) = Window::open(&server.address, "Eli") else {
        return;
    };
    // The first one gets the first colour.
    let color = COLORS[0];
    until("the window is welcome", || window.names(color));
    let (count, mut guests) = paint(&server, &mut window);
    window.draw(&pond());
    until("it has come", || {
        guests[0].turn().strokes().count() == count + 1
    });
    until("it is seen", || window.has(color, pond()[7]));
    leave("window.xwd", &window.picture());
}
