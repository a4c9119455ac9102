//! How the window looks: the colours of the page for browsers, its shapes, its texts.

use macroquad::Error;
use macroquad::prelude::*;
use podsix_examples::whiteboard::{self, HEIGHT, WIDTH};

use crate::curve;

pub(crate) const PAGE: Color = Color::from_hex(0xf3f4f7);
pub(crate) const SURFACE: Color = Color::from_hex(0xffffff);
pub(crate) const PAPER: Color = Color::from_hex(0xffffff);
pub(crate) const GRID: Color = Color::from_hex(0xdfe2ea);
pub(crate) const LINE: Color = Color::from_hex(0xd5d9e2);
pub(crate) const TEXT: Color = Color::from_hex(0x1b1e27);
pub(crate) const QUIET: Color = Color::from_hex(0x596074);
pub(crate) const ACCENT: Color = Color::from_hex(0x4f46e5);
pub(crate) const GOOD: Color = Color::from_hex(0x12804a);
pub(crate) const BUSY: Color = Color::from_hex(0xa15c00);
pub(crate) const BAD: Color = Color::from_hex(0xc42b2b);

pub(crate) const BOARD_RADIUS: f32 = 14.0;
/// Between the window's edges and what is in it.
pub(crate) const MARGIN: f32 = 16.0;
/// The height of the row above the board.
pub(crate) const TOOLBAR: f32 = 64.0;

/// Where the board is: as large as there is room.
pub(crate) fn board() -> Rect {
    let room = vec2(
        screen_width() - 2.0 * MARGIN,
        screen_height() - TOOLBAR - MARGIN,
    );
    let board = vec2(WIDTH as f32, HEIGHT as f32);
    let size = board * (room / board).min_element().max(0.01);
    let corner = vec2(MARGIN, TOOLBAR) + (room - size) / 2.0;
    Rect::new(corner.x, corner.y, size.x, size.y)
}

/// The colour of somebody's strokes.
pub(crate) fn ink([red, green, blue]: whiteboard::Color) -> Color {
    Color::from_rgba(red, green, blue, 255)
}

// ---- shapes ----

/// Fills a rectangle with round corners.
pub(crate) fn fill(place: Rect, radius: f32, color: Color) {
    draw_mesh(&fan(place, radius, color, None));
}

/// Shows a picture in a rectangle with the board's corners.
pub(crate) fn picture(place: Rect, picture: &Texture2D) {
    draw_mesh(&fan(place, BOARD_RADIUS, WHITE, Some(picture.clone())));
}

/// Draws the edge of a rectangle with round corners.
pub(crate) fn outline(place: Rect, radius: f32, width: f32, color: Color) {
    let mut edge = edge(place, radius);
    edge.extend_from_within(..1);
    for pair in edge.windows(2) {
        if let [a, b] = pair {
            draw_line(a.x, a.y, b.x, b.y, width, color);
        }
    }
}

/// A soft shadow around something with round corners.
pub(crate) fn shadow(place: Rect, radius: f32) {
    const SOFT: f32 = 18.0;

    let grown = Rect::new(
        place.x - SOFT,
        place.y - SOFT + 5.0,
        place.w + 2.0 * SOFT,
        place.h + 2.0 * SOFT,
    );
    let color = Color::new(0.08, 0.09, 0.16, 0.07);
    let inner = edge(place, radius);
    let outer = edge(grown, radius + SOFT);
    let vertex = |at: Vec2, color| Vertex::new(at.x, at.y, 0.0, 0.0, 0.0, color);
    let pairs = inner.iter().zip(&outer);
    let vertices = pairs
        .flat_map(|(&inner, &outer)| [vertex(inner, color), vertex(outer, color.with_alpha(0.0))]);
    let count = 2 * inner.len() as u16;
    let sides = (0..count).step_by(2).flat_map(|index| {
        let next = (index + 2) % count;
        [index, index + 1, next, next, index + 1, next + 1]
    });
    draw_mesh(&Mesh {
        vertices: vertices.collect(),
        indices: sides.collect(),
        texture: None,
    });
}

/// The triangles from the middle of a rectangle with round corners to its edge.
fn fan(place: Rect, radius: f32, color: Color, texture: Option<Texture2D>) -> Mesh {
    let edge = edge(place, radius);
    let vertex = |at: Vec2| {
        let part = (at - place.point()) / place.size();
        // What was painted is kept with its lowest row first.
        Vertex::new(at.x, at.y, 0.0, part.x, 1.0 - part.y, color)
    };
    let count = edge.len() as u16;
    let indices = (1..=count).flat_map(|index| [0, index, index % count + 1]);
    Mesh {
        indices: indices.collect(),
        vertices: [place.center()]
            .into_iter()
            .chain(edge)
            .map(vertex)
            .collect(),
        texture,
    }
}

/// The edge of a rectangle with round corners, clockwise.
fn edge(place: Rect, radius: f32) -> Vec<Vec2> {
    const STEPS: u8 = 10;

    let radius = radius.min(place.w / 2.0).min(place.h / 2.0);
    let inner = place.size() - 2.0 * radius;
    let first = place.point() + radius;
    let corners = [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)];
    let turns = (0u8..).zip(corners).flat_map(|(corner, (x, y))| {
        let middle = first + inner * vec2(x, y);
        (0..=STEPS).map(move |step| {
            let quarters = f32::from(corner) + f32::from(step) / f32::from(STEPS);
            middle + radius * Vec2::from_angle(quarters * std::f32::consts::FRAC_PI_2)
        })
    });
    turns.collect()
}

/// Draws a line as on the board, through points in a square of `side` units that
/// is shown at `corner` in this size.
pub(crate) fn icon(corner: Vec2, size: f32, side: f32, width: f32, line: &[i32], color: Color) {
    let points = curve::points(line);
    let mut line = curve::curve(&points, 0);
    line.extend(points.last());
    for point in &mut line {
        *point = corner + *point * size / side;
    }
    curve::draw(&line, width, color);
}

// ---- texts ----

/// The fonts.
pub(crate) struct Look {
    regular: Font,
    bold: Font,
}

impl Look {
    pub(crate) fn load() -> Result<Self, Error> {
        let look = Self {
            regular: load_ttf_font_from_bytes(dejavu::sans::regular())?,
            bold: load_ttf_font_from_bytes(dejavu::sans::bold())?,
        };
        Ok(look)
    }

    /// Writes a line, `left` its begin and `middle` the height of its middle.
    pub(crate) fn text(&self, words: &str, left: f32, middle: f32, size: u16, color: Color) {
        write(&self.regular, words, left, middle, size, color);
    }

    /// As [`text`](Self::text), for what matters.
    pub(crate) fn bold(&self, words: &str, left: f32, middle: f32, size: u16, color: Color) {
        write(&self.bold, words, left, middle, size, color);
    }

    /// How wide a line is.
    pub(crate) fn width(&self, words: &str, size: u16) -> f32 {
        measure_text(words, Some(&self.regular), size, 1.0).width
    }

    /// How wide a line is of what matters.
    pub(crate) fn bold_width(&self, words: &str, size: u16) -> f32 {
        measure_text(words, Some(&self.bold), size, 1.0).width
    }

    /// Says something at the lower edge of the board: what has happened, and what
    /// comes of it.
    pub(crate) fn notice(&self, board: Rect, what: &str, comes: &str) {
        const SIZE: u16 = 15;
        const HEIGHT: f32 = 22.0;

        let room = board.w - 80.0;
        let what = wrap_text(&sentence(what), Some(&self.regular), SIZE, 1.0, room);
        let lines: Vec<&str> = what.lines().collect();
        let widths = lines
            .iter()
            .chain([&comes])
            .map(|line| self.width(line, SIZE));
        let width = widths.fold(0.0, f32::max) + 36.0;
        let height = HEIGHT * (lines.len() + 1) as f32 + 20.0;
        let left = board.center().x - width / 2.0;
        let place = Rect::new(left, board.bottom() - height - 16.0, width, height);
        shadow(place, 12.0);
        fill(place, 12.0, SURFACE);
        outline(place, 12.0, 1.0, LINE);
        let mut middle = place.y + 10.0 + HEIGHT / 2.0;
        for line in lines {
            self.text(line, place.x + 18.0, middle, SIZE, TEXT);
            middle += HEIGHT;
        }
        self.text(comes, place.x + 18.0, middle, SIZE, QUIET);
    }
}

fn write(font: &Font, words: &str, left: f32, middle: f32, font_size: u16, color: Color) {
    // Capitals of this font are so high.
    let baseline = middle + 0.365 * f32::from(font_size);
    let params = TextParams {
        font: Some(font),
        font_size,
        color,
        ..TextParams::default()
    };
    draw_text_ex(words, left.round(), baseline.round(), params);
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
