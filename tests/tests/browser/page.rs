//! The page itself: on narrow and wide screens, light and dark, with the keyboard.

use serde_json::json;

use crate::driver::{Browser, Tab};
use crate::guests::{Guest, Server, agree, until};
use crate::picture::{leave, paint};

/// Width, height and scheme of the windows that are tried, and the pictures' names.
const WINDOWS: [(u32, u32, &str, &str); 6] = [
    (1600, 900, "light", "wide-light"),
    (1600, 900, "dark", "wide-dark"),
    (740, 360, "light", "phone-light"),
    (740, 360, "dark", "phone-dark"),
    (360, 740, "light", "upright-phone-light"),
    (360, 740, "dark", "upright-phone-dark"),
];

/// The contrast of each text with what is behind it, as in WCAG: the texts that
/// have less than 4.5.
const FAINT_TEXTS: &str = r"(() => {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parse(color).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      const [, , , alpha = 1] = parse(color);
      if (alpha === 1) return color;
    }
    return getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  };
  const texts = [...document.querySelectorAll('h1, p, li, label, input, button:enabled')];
  return texts
    .filter((each) => each.checkVisibility() && (each.value || each.textContent).trim())
    .map((each) => {
      const [text, back] = [light(getComputedStyle(each).color), light(behind(each))];
      const contrast = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
      return [each.outerHTML.slice(0, 80), contrast];
    })
    .filter(([, contrast]) => contrast < 4.5);
})()";

/// How many pixels of the board are seen.
const SEEN_BOARD: &str = r"(() => {
  const size = (id) => document.getElementById(id).getBoundingClientRect();
  return Math.round(Math.min(size('live').width, size('view').width) * size('live').height);
})()";

#[test]
fn it_is_readable_in_every_window() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let server = Server::start();
    let (tab, strokes, _guests) = painted(&browser, &server);
    for (width, height, scheme, name) in WINDOWS {
        tab.resize(width, height, scheme);
        let dark = "matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(tab.eval(dark), scheme == "dark");
        let fits = "document.documentElement.scrollWidth <= innerWidth";
        until("the page fits", || tab.eval(fits) == true);
        assert_eq!(tab.eval(FAINT_TEXTS), json!([]), "{name}");
        // Most of the window is for drawing.
        let seen = tab.eval(SEEN_BOARD).as_u64().unwrap();
        let all = u64::from(width * height);
        assert!(seen * 100 > all * 60, "{name}: {seen} of {all} pixels");
        save(&tab, name);
    }
    // What the README shows.
    tab.resize(1200, 800, "light");
    until("the page fits", || tab.eval("innerWidth") == 1200);
    save(&tab, "whiteboard");
    assert_eq!(tab.eval("whiteboard.strokes().length"), strokes);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_upright_phone_reaches_all_of_the_board() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let server = Server::start();
    let mut guest = Guest::join(&server, "rust");
    let mut tab = browser.open(&server.url());
    tab.resize(360, 740, "light");
    until("the page is welcome", || {
        tab.text("people").contains("(you)")
    });
    tab.draw(&[(100, 500), (150, 500)]);
    // Its middle shows the middle of the board.
    tab.click("#map");
    tab.draw(&[(750, 400), (850, 600)]);
    tab.eval("document.getElementById('view').scrollTo(9999, 0)");
    tab.draw(&[(1500, 500), (1550, 500)]);
    let strokes = agree(3, &mut guest, &mut [&mut tab]);
    for (stroke, x) in strokes.iter().zip([100, 750, 1500]) {
        assert!((stroke.points[0] - x).abs() < 4, "{x}: {:?}", stroke.points);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_keyboard_reaches_everything_and_is_seen() {
    const TAB_KEY: &str = "\u{e004}";

    let Some(browser) = Browser::start() else {
        return;
    };
    let server = Server::start();
    let (tab, strokes, _guests) = painted(&browser, &server);
    tab.draw(&[(1500, 900), (1550, 950)]);
    until("the stroke is there", || {
        tab.eval("whiteboard.strokes().length") == strokes + 1
    });
    let mut reached = Vec::new();
    for _ in 0..3 {
        tab.press(TAB_KEY);
        let seen = "getComputedStyle(document.activeElement).outlineStyle !== 'none' \
            && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2";
        assert_eq!(tab.eval(seen), true, "after {reached:?}");
        let id = tab.eval("document.activeElement.id");
        reached.push(id.as_str().unwrap().to_owned());
    }
    assert_eq!(reached, ["name", "undo", "clear"]);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// The page with a picture that several people have drawn, how many strokes that
/// is, and the people, who stay.
fn painted<'a>(browser: &'a Browser, server: &Server) -> (Tab<'a>, usize, Vec<Guest>) {
    let mut tab = browser.open(&server.url());
    until("the page is welcome", || {
        tab.text("people").contains("(you)")
    });
    let (count, guests) = paint(server, &mut tab);
    (tab, count, guests)
}

/// Leaves a picture, where somebody wants one.
fn save(tab: &Tab<'_>, name: &str) {
    // What was told is painted with the next frame.
    let picture = tab.picture();
    assert!(picture.starts_with(b"\x89PNG"));
    leave(&format!("{name}.png"), &picture);
}
