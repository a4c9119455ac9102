//! The pointers of others, with their names.

use macroquad::prelude::*;
use podsix_examples::whiteboard::{Person, Point, View, WIDTH};

use crate::look::{self, Look};

pub(crate) fn show(look: &Look, board: Rect, view: &View) {
    for person in &view.people {
        if let Some(&at) = view.cursors.get(&person.id) {
            show_one(look, board, person, at);
        }
    }
}

fn show_one(look: &Look, board: Rect, person: &Person, (x, y): Point) {
    let at = board.point() + vec2(x as f32, y as f32) * board.w / WIDTH as f32;
    let color = look::ink(person.color);
    let tip = [(2.0, 2.0), (6.6, 15.0), (8.9, 9.1), (15.0, 6.8)].map(|(x, y)| at + vec2(x, y));
    let [top, lower, inner, right] = tip;
    for (a, b) in [(top, lower), (lower, inner), (inner, right), (right, top)] {
        draw_line(a.x, a.y, b.x, b.y, 1.5, look::PAPER);
    }
    draw_triangle(top, lower, inner, color);
    draw_triangle(top, inner, right, color);

    let size = vec2(look.width(&person.name, 13) + 19.0, 22.0);
    // The name stands where there is room for it.
    let mut corner = at + vec2(13.0, 15.0);
    if corner.x + size.x > board.right() {
        corner.x = at.x - size.x - 2.0;
    }
    if corner.y + size.y > board.bottom() {
        corner.y = at.y - size.y;
    }
    let place = Rect::new(corner.x, corner.y, size.x, size.y);
    look::fill(place, 8.0, look::SURFACE);
    look::outline(place, 8.0, 1.5, color);
    look.text(
        &person.name,
        place.x + 9.5,
        place.center().y,
        13,
        look::TEXT,
    );
}
