//! The row above the board: how it stands, who is here, and the buttons.

use std::time::{Duration, Instant};

use macroquad::prelude::*;
use podsix_examples::whiteboard::View;

use crate::look::{self, Look, MARGIN, TOOLBAR};
use crate::pen::Pen;
use crate::session::Session;

/// What somebody asked for.
pub(crate) enum Wish {
    Undo,
    Clear,
}

/// To clear the board, one clicks twice within this time.
const SURE: Duration = Duration::from_secs(3);

const MIDDLE: f32 = TOOLBAR / 2.0;

#[derive(Default)]
pub(crate) struct Toolbar {
    /// When the button to clear was clicked.
    asked: Option<Instant>,
}

impl Toolbar {
    pub(crate) fn show(
        &mut self,
        look: &Look,
        session: &Session,
        view: &View,
        pen: &Pen,
    ) -> Option<Wish> {
        let left = show_state(look, session);
        let (clicked, right) = self.show_buttons(look, view, pen);
        show_people(look, view, left + 24.0, right - 20.0);
        clicked
    }

    /// What was clicked, and where the buttons begin.
    fn show_buttons(&mut self, look: &Look, view: &View, pen: &Pen) -> (Option<Wish>, f32) {
        self.asked = self.asked.filter(|asked| asked.elapsed() < SURE);
        let clear = if self.asked.is_some() {
            "Clear for all?"
        } else {
            "Clear"
        };
        let can_clear = view.me.is_some() && view.strokes().next().is_some();
        let right = screen_width() - MARGIN;
        let (clears, right) = button(look, right, clear, BIN, can_clear);
        let (undoes, right) = button(look, right - 8.0, "Undo", ARROW, pen.can_undo(view));
        if undoes {
            return (Some(Wish::Undo), right);
        }
        if clears && self.asked.take().is_none() {
            self.asked = Some(Instant::now());
            return (None, right);
        }
        (clears.then_some(Wish::Clear), right)
    }
}

/// Name of the program and state of the connection; where they end.
fn show_state(look: &Look, session: &Session) -> f32 {
    let mark = Rect::new(MARGIN, MIDDLE - 14.0, 28.0, 28.0);
    look::fill(mark, 7.0, look::ACCENT);
    look::icon(mark.point(), mark.w, 32.0, 2.6, WAVE, WHITE);
    let mut left = mark.right() + 10.0;
    look.bold("Whiteboard", left, MIDDLE, 18, look::TEXT);
    left += look.bold_width("Whiteboard", 18) + 20.0;

    let mut state = session.state().to_owned();
    let light = match session.state() {
        "Connected" => look::GOOD,
        "Connecting" => look::BUSY,
        _ => look::BAD,
    };
    if let Some(time) = session.connection.link().round_trip_time {
        let ms = time.as_secs_f64() * 1000.0;
        state = match ms < 1.0 {
            true => format!("{state}  <1 ms"),
            false => format!("{state}  {ms:.0} ms"),
        };
    }
    draw_circle(left, MIDDLE, 4.0, light);
    left += 11.0;
    look.text(&state, left, MIDDLE, 14, look::QUIET);
    left + look.width(&state, 14)
}

/// Who is here, oneself first, as far as there is room.
fn show_people(look: &Look, view: &View, left: f32, right: f32) {
    const GAP: f32 = 6.0;

    let me = view.me.as_ref().map(|(id, _)| id);
    let (mine, others): (Vec<_>, Vec<_>) = view
        .people
        .iter()
        .partition(|person| Some(&person.id) == me);
    let chips = mine
        .iter()
        .map(|person| (format!("{} (you)", person.name), person.color));
    let chips = chips.chain(
        others
            .iter()
            .map(|person| (person.name.clone(), person.color)),
    );

    let count = format!("{} here", view.people.len());
    let mut room = right - left - look.width(&count, 14);
    if view.people.is_empty() || room < 0.0 {
        return;
    }
    let mut shown = Vec::new();
    for (name, color) in chips {
        let width = look.width(&name, 14) + 38.0;
        // `+9` for the others has to fit, too.
        let reserve = if shown.len() + 1 < view.people.len() {
            50.0
        } else {
            0.0
        };
        if width + GAP + reserve > room {
            break;
        }
        room -= width + GAP;
        shown.push((name, width, Some(color)));
    }
    let more = view.people.len() - shown.len();
    if more > 0 && room > 50.0 {
        let name = format!("+{more}");
        let width = look.width(&name, 14) + 22.0;
        room -= width + GAP;
        shown.push((name, width, None));
    }
    let mut left = left + room;
    look.text(&count, left - 6.0, MIDDLE, 14, look::QUIET);
    left += look.width(&count, 14);
    for (name, width, color) in shown {
        left += GAP;
        let chip = Rect::new(left, MIDDLE - 14.0, width, 28.0);
        look::fill(chip, 14.0, look::SURFACE);
        look::outline(chip, 14.0, 1.0, look::LINE);
        let mut text = left + 11.0;
        if let Some(color) = color {
            draw_circle(left + 15.0, MIDDLE, 5.0, look::ink(color));
            text += 16.0;
        }
        look.text(&name, text, MIDDLE, 14, look::TEXT);
        left += width;
    }
}

/// Whether it was clicked, and where it begins; `right` is where it ends.
fn button(look: &Look, right: f32, name: &str, icon: &[&[i32]], can: bool) -> (bool, f32) {
    let width = look.bold_width(name, 15) + 54.0;
    let place = Rect::new(right - width, MIDDLE - 20.0, width, 40.0);
    let is_under_mouse = can && place.contains(mouse_position().into());
    let edge = if is_under_mouse {
        look::ACCENT
    } else {
        look::LINE
    };
    let color = if can {
        look::TEXT
    } else {
        look::QUIET.with_alpha(0.6)
    };
    look::fill(place, 10.0, look::SURFACE);
    look::outline(place, 10.0, 1.0, edge);
    let corner = vec2(place.x + 14.0, MIDDLE - 9.0);
    for line in icon {
        look::icon(corner, 18.0, 200.0, 1.5, line, color);
    }
    look.bold(name, place.x + 40.0, MIDDLE, 15, color);
    let is_clicked = is_under_mouse && is_mouse_button_pressed(MouseButton::Left);
    (is_clicked, place.x)
}

// Each `x` is followed by its `y`, as in strokes; a corner has its point twice.
const WAVE: &[i32] = &[7, 21, 9, 14, 12, 14, 15, 20, 18, 20, 19, 14, 25, 10];
const ARROW: &[&[i32]] = &[
    &[75, 40, 40, 75, 40, 75, 75, 110],
    &[45, 75, 120, 75, 165, 75, 165, 165, 120, 165, 80, 165],
];
const BIN: &[&[i32]] = &[
    &[40, 55, 160, 55],
    &[80, 55, 80, 35, 80, 35, 120, 35, 120, 35, 120, 55],
    &[55, 55, 62, 165, 62, 165, 138, 165, 138, 165, 145, 55],
    &[85, 85, 85, 135],
    &[115, 85, 115, 135],
];
