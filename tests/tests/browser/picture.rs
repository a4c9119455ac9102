//! What the pictures of the whiteboard show.

use std::env;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use podsix_examples::whiteboard::ToServer;

use crate::guests::{Board, Guest, Server, until};

/// Three people draw, and point at something. Waits until this board shows all of
/// it: how many strokes that is, and the people, who stay.
pub(crate) fn paint(server: &Server, board: &mut dyn Board) -> (usize, Vec<Guest>) {
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
            let drawn: usize = drawn.map(|stroke| stroke.points.len()).sum();
            drawn == points && board.shows(&strokes)
        });
        guests.push(guest);
    }
    (count, guests)
}

/// Leaves a file where somebody wants pictures.
pub(crate) fn leave(name: &str, file: &[u8]) {
    if let Some(folder) = env::var_os("PODSIX_PICTURES") {
        fs::write(Path::new(&folder).join(name), file).unwrap();
    }
}

pub(crate) type Line = Vec<(i32, i32)>;

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

/// What is drawn in the window.
pub(crate) fn pond() -> Line {
    curve(36, |part| {
        let (sin, cos) = (part * TAU).sin_cos();
        (800.0 + 150.0 * cos, 905.0 + 28.0 * sin)
    })
}
