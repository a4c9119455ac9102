//! The page itself: on narrow and wide screens, light and dark, with the keyboard.

use std::env;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use podsix_examples::whiteboard::ToServer;
use serde_json::json;

use crate::driver::{Browser, Tab};
use crate::guests::{Board as _, Guest, Server, until};

/// Width, height and scheme of the windows that are tried, and the pictures' names.
const WINDOWS: [(u32, u32, &str, &str); 4] = [
    (1600, 1000, "light", "wide-light"),
    (1600, 1000, "dark", "wide-dark"),
    (360, 740, "light", "narrow-light"),
    (360, 740, "dark", "narrow-dark"),
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
        let board = tab.eval("document.getElementById('live').clientWidth");
        assert!(
            board.as_u64().unwrap() > u64::from(width) * 3 / 4,
            "{board} of {width}"
        );
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
    let (mut count, mut guests) = (0, Vec::new());
    for (name, lines, pointer) in [
        ("Ann", sky(), (1260, 420)),
        ("Bob", meadow(), (420, 890)),
        ("Cleo", house(), (860, 470)),
    ] {
        let mut guest = Guest::join(server, name);
        for line in &lines {
            guest.draw(line);
        }
        guest.send(&ToServer::Cursor { at: Some(pointer) });
        count += lines.len();
        until("all of it is drawn", || {
            let strokes: Vec<_> = guest.turn().strokes().cloned().collect();
            let points: usize = lines.iter().map(|line| 2 * line.len()).sum();
            let mine = guest.turn().me.as_ref().unwrap().0.clone();
            let drawn = strokes.iter().filter(|stroke| stroke.id == mine);
            drawn.map(|stroke| stroke.points.len()).sum::<usize>() == points && tab.shows(&strokes)
        });
        guests.push(guest);
    }
    (tab, count, guests)
}

type Line = Vec<(i32, i32)>;

fn curve(points: u32, at: impl Fn(f64) -> (f64, f64)) -> Line {
    let places = (0..=points).map(|index| at(f64::from(index) / f64::from(points)));
    places
        .map(|(x, y)| (x.round() as i32, y.round() as i32))
        .collect()
}

/// Straight from corner to corner: with few points, the page would round them off.
fn corners(corners: &[(i32, i32)]) -> Line {
    const STEPS: i32 = 16;

    let sides = corners.windows(2).map(|side| (side[0], side[1]));
    let walk = |((x, y), (to_x, to_y)): ((i32, i32), (i32, i32))| {
        let along = move |step| (x + (to_x - x) * step / STEPS, y + (to_y - y) * step / STEPS);
        (0..=STEPS).map(along)
    };
    sides.flat_map(walk).collect()
}

fn circle(x: f64, y: f64, radius: f64) -> Line {
    curve(40, |part| {
        (
            x + radius * (part * TAU).cos(),
            y + radius * (part * TAU).sin(),
        )
    })
}

fn sky() -> Vec<Line> {
    let mut lines = vec![circle(1250.0, 240.0, 90.0)];
    for ray in 0..12 {
        let (sin, cos) = (f64::from(ray) / 12.0 * TAU).sin_cos();
        lines.push(curve(4, |part| {
            let radius = 125.0 + 55.0 * part;
            (1250.0 + radius * cos, 240.0 + radius * sin)
        }));
    }
    for (x, y) in [(300.0, 170.0), (640.0, 250.0)] {
        lines.push(curve(60, |part| {
            let bump = 26.0 * (part * 5.0 * TAU).sin().abs();
            let (sin, cos) = (part * TAU).sin_cos();
            (x + (130.0 + bump) * cos, y + (48.0 + bump) * sin)
        }));
    }
    lines
}

fn house() -> Vec<Line> {
    vec![
        corners(&[(620, 520), (620, 790), (1000, 790), (1000, 520), (620, 520)]),
        corners(&[(570, 530), (810, 340), (1050, 530)]),
        corners(&[(760, 790), (760, 640), (860, 640), (860, 790)]),
        corners(&[(660, 570), (730, 570), (730, 640), (660, 640), (660, 570)]),
        corners(&[(890, 570), (960, 570), (960, 640), (890, 640), (890, 570)]),
        circle(843.0, 718.0, 5.0),
    ]
}

fn meadow() -> Vec<Line> {
    let hill = |part: f64| (40.0 + 1520.0 * part, 830.0 - 40.0 * (part * TAU).sin());
    let mut lines = vec![curve(80, hill)];
    for (x, height) in [
        (180.0, 90.0),
        (290.0, 130.0),
        (400.0, 100.0),
        (1180.0, 120.0),
        (1400.0, 95.0),
    ] {
        let foot = hill((x - 40.0) / 1520.0).1 + 60.0;
        let top = foot - height;
        lines.push(curve(8, |part| {
            (x + 8.0 * (part * TAU).sin(), foot - height * part)
        }));
        lines.push(curve(60, |part| {
            let (sin, cos) = (part * TAU).sin_cos();
            let radius = 26.0 + 14.0 * (part * 6.0 * TAU).cos();
            (x + radius * cos, top - 30.0 + radius * sin)
        }));
    }
    lines
}

/// Leaves a picture, where somebody wants one.
fn save(tab: &Tab<'_>, name: &str) {
    // What was told is painted with the next frame.
    let picture = tab.picture();
    assert!(picture.starts_with(b"\x89PNG"));
    if let Some(folder) = env::var_os("PODSIX_PICTURES") {
        fs::write(Path::new(&folder).join(name).with_extension("png"), picture).unwrap();
    }
}
