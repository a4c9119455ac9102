//! The board, painted.

use std::collections::BTreeMap;
use std::mem;

use macroquad::prelude::*;
use podsix::network_handler;
use podsix_examples::whiteboard::{HEIGHT, ToClient, View, WIDTH};

use crate::curve;
use crate::look::{self, Look};
use crate::pen::Pen;

/// The width of a pen, on the board.
const PEN: f32 = 5.0;
/// In the window, no pen is thinner.
const THINNEST: f32 = 1.75;

/// Pixels of the picture for one of the window: more than one make smooth edges.
const DETAIL: f32 = 2.0;

/// A picture of the strokes: what is settled is painted on it once and stays. The
/// little that may still change is drawn above it in each frame. A listener.
pub(crate) struct Paper {
    /// Where the board is in the window.
    board: Rect,
    picture: RenderTarget,
    /// How many points of a stroke are painted, by its number.
    painted: BTreeMap<u32, usize>,
    is_stale: bool,
}

#[network_handler(ToClient, ..)]
impl Paper {
    fn network_welcome(&mut self) {
        self.is_stale = true;
    }

    fn network_erase(&mut self) {
        self.is_stale = true;
    }

    fn network_clear(&mut self) {
        self.is_stale = true;
    }
}

impl Paper {
    pub(crate) fn new(board: Rect) -> Self {
        let size = (board.size() * DETAIL).as_uvec2().max(UVec2::ONE);
        let picture = render_target(size.x, size.y);
        picture.texture.set_filter(FilterMode::Linear);
        Self {
            board,
            picture,
            painted: BTreeMap::new(),
            is_stale: true,
        }
    }

    /// Paints what is new.
    pub(crate) fn paint(&mut self, board: Rect, view: &View) {
        if self.board != board {
            *self = Self::new(board);
        }
        let begins_anew = mem::take(&mut self.is_stale);
        if begins_anew {
            self.painted.clear();
        }
        let mut lines = Vec::new();
        let newest = newest(view);
        for stroke in view.strokes() {
            let painted = self.painted.entry(stroke.stroke).or_default();
            let may_grow = newest.get(stroke.id.as_str()) == Some(&stroke.stroke);
            let count = stroke.points.len() / 2;
            let settled = if may_grow { count - 1 } else { count };
            if *painted < settled {
                let points = curve::points(&stroke.points);
                let color = look::ink(stroke.color);
                lines.push((curve::curve(&points, *painted), color));
                if !may_grow {
                    lines.push((curve::tail(&points), color));
                }
                *painted = settled;
            }
        }
        if lines.is_empty() && !begins_anew {
            return;
        }
        set_camera(&Camera2D {
            render_target: Some(self.picture.clone()),
            ..Camera2D::from_display_rect(Rect::new(0.0, 0.0, WIDTH as f32, HEIGHT as f32))
        });
        if begins_anew {
            paint_blank();
        }
        for (line, color) in lines {
            curve::draw(&line, self.pen(), color);
        }
        set_default_camera();
    }

    /// Shows it, with what is being drawn.
    pub(crate) fn show(&self, look: &Look, view: &View, pen: &Pen) {
        let board = self.board;
        look::shadow(board, look::BOARD_RADIUS);
        look::picture(board, &self.picture.texture);
        let lines = pen.preview(view);
        if view.me.is_some() && view.strokes().next().is_none() && lines.is_empty() {
            let hint = "Draw here. Everybody sees it.";
            let left = board.center().x - look.width(hint, 18) / 2.0;
            look.text(hint, left, board.center().y, 18, look::QUIET);
        }
        let (scale, width) = (self.scale(), self.pen() * self.scale());
        let draw = |line: &[Vec2], color| {
            let place = |point: &Vec2| board.point() + *point * scale;
            let line: Vec<Vec2> = line.iter().map(place).collect();
            curve::draw(&line, width, color);
        };
        let newest = newest(view);
        for stroke in view.strokes() {
            if newest.get(stroke.id.as_str()) == Some(&stroke.stroke) {
                draw(
                    &curve::tail(&curve::points(&stroke.points)),
                    look::ink(stroke.color),
                );
            }
        }
        if let Some((_, color)) = view.me {
            for line in lines {
                let points = curve::points(&line);
                draw(&curve::curve(&points, 0), look::ink(color));
                draw(&curve::tail(&points), look::ink(color));
            }
        }
        if view.me.is_none() {
            look::fill(board, look::BOARD_RADIUS, look::PAGE.with_alpha(0.4));
        }
        look::outline(board, look::BOARD_RADIUS, 1.0, look::LINE);
    }

    /// What one unit of the board is in the window.
    fn scale(&self) -> f32 {
        self.board.w / WIDTH as f32
    }

    /// The width of strokes, on the board. They do not vanish in a small window.
    fn pen(&self) -> f32 {
        PEN.max(THINNEST / self.scale())
    }
}

/// The newest stroke of each author. All others are finished.
fn newest(view: &View) -> BTreeMap<&str, u32> {
    let strokes = view.strokes();
    strokes
        .map(|stroke| (stroke.id.as_str(), stroke.stroke))
        .collect()
}

fn paint_blank() {
    const CELL: i32 = 40;

    clear_background(look::PAPER);
    for x in (CELL / 2..WIDTH).step_by(CELL as usize) {
        for y in (CELL / 2..HEIGHT).step_by(CELL as usize) {
            draw_circle(x as f32, y as f32, 2.0, look::GRID);
        }
    }
}
