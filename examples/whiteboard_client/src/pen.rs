//! The mouse as a pen: what it draws, until the server has sent it back.

use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

use macroquad::input::utils::{register_input_subscriber, repeat_all_miniquad_input};
use macroquad::miniquad::{EventHandler, KeyCode, KeyMods, MouseButton};
use macroquad::prelude::{Rect, Vec2, mouse_position, screen_dpi_scale};
use podsix::{Connection, Result, network_handler};
use podsix_examples::whiteboard::{
    HEIGHT, MAX_MESSAGE_POINTS, MAX_STROKE_POINTS, Point, ToClient, ToServer, View, WIDTH,
};

/// Points nearer to the last one than this are left out.
const NEAREST: f32 = 2.0;

/// The time between two messages that only show where the pointer is.
const CURSOR_INTERVAL: Duration = Duration::from_millis(50);

/// A listener, which also hears of each move of the mouse and each key.
pub(crate) struct Pen {
    mouse: usize,
    /// Where the board is in the window.
    board: Rect,
    /// This client's id, once it is welcome.
    me: Option<String>,
    /// The number of this client's newest stroke.
    newest: Option<u32>,
    /// The stroke that is being drawn.
    stroke: Option<Drawing>,
    /// What is to be sent with this frame.
    fresh: Vec<Part>,
    /// What was sent and did not come back yet.
    unconfirmed: VecDeque<Part>,
    /// Whether the newest stroke is to be taken back.
    undoes: bool,
    /// Where others see the pointer, and since when.
    shown: Option<Point>,
    shown_at: Instant,
}

struct Drawing {
    last: Point,
    count: usize,
}

/// A part of a stroke.
struct Part {
    begins: bool,
    points: Vec<i32>,
}

#[network_handler(ToClient, ..)]
impl Pen {
    fn network_welcome(&mut self, id: String) {
        self.forget();
        self.me = Some(id);
    }

    fn network_stroke(&mut self, stroke: u32, id: &str) {
        if self.me.as_deref() == Some(id) {
            self.newest = Some(stroke);
            self.unconfirmed.pop_front();
        }
    }

    fn network_draw(&mut self, stroke: u32) {
        if self.newest == Some(stroke) {
            self.unconfirmed.pop_front();
        }
    }

    fn network_disconnected(&mut self) {
        self.forget();
    }
}

impl EventHandler for Pen {
    fn update(&mut self) {}
    fn draw(&mut self) {}

    fn mouse_button_down_event(&mut self, button: MouseButton, x: f32, y: f32) {
        let at = in_window(x, y);
        if button == MouseButton::Left && self.board.contains(at) {
            self.put_down(at);
        }
    }

    fn mouse_motion_event(&mut self, x: f32, y: f32) {
        self.go_on(in_window(x, y));
    }

    fn mouse_button_up_event(&mut self, button: MouseButton, x: f32, y: f32) {
        if button == MouseButton::Left {
            self.go_on(in_window(x, y));
            self.stroke = None;
        }
    }

    fn key_down_event(&mut self, key: KeyCode, held: KeyMods, _repeat: bool) {
        if key == KeyCode::Z && (held.ctrl || held.logo) && !held.shift && !held.alt {
            self.undo();
        }
    }
}

impl Pen {
    pub(crate) fn new() -> Self {
        Self::of_mouse(register_input_subscriber())
    }

    fn of_mouse(mouse: usize) -> Self {
        Self {
            mouse,
            board: Rect::default(),
            me: None,
            newest: None,
            stroke: None,
            fresh: Vec::new(),
            unconfirmed: VecDeque::new(),
            undoes: false,
            shown: None,
            shown_at: Instant::now(),
        }
    }

    /// Draws what the mouse has drawn since the last frame. It may have gone through
    /// many places; without them curves have corners.
    pub(crate) fn follow_mouse(&mut self, board: Rect) {
        self.board = board;
        repeat_all_miniquad_input(self, self.mouse);
    }

    /// Sends what is new: the points of one frame together.
    pub(crate) fn send(&mut self, connection: &Connection, view: &View) -> Result<()> {
        for message in self.messages() {
            connection.send(&message)?;
        }
        if mem::take(&mut self.undoes) && self.can_undo(view) {
            connection.send(&ToServer::Undo)?;
        }
        match self.stroke {
            // Who draws is seen where the stroke is.
            Some(Drawing { last, .. }) => self.shown = Some(last),
            None => self.send_pointer(connection)?,
        }
        Ok(())
    }

    fn send_pointer(&mut self, connection: &Connection) -> Result<()> {
        let mouse = Vec2::from(mouse_position());
        let at = self.board.contains(mouse).then(|| self.place(mouse));
        let is_time = self.shown_at.elapsed() >= CURSOR_INTERVAL;
        if self.me.is_some() && at != self.shown && is_time {
            connection.send(&ToServer::Cursor { at })?;
            self.shown = at;
            self.shown_at = Instant::now();
        }
        Ok(())
    }

    /// Takes the newest stroke back, with the next frame.
    pub(crate) fn undo(&mut self) {
        self.undoes = true;
    }

    /// Erases everything.
    pub(crate) fn clear(&self, connection: &Connection) -> Result<()> {
        connection.send(&ToServer::Clear).map(drop)
    }

    /// Whether there is a stroke to take back.
    pub(crate) fn can_undo(&self, view: &View) -> bool {
        let is_mine = |id: &str| self.me.as_deref() == Some(id);
        self.stroke.is_none() && view.strokes().any(|stroke| is_mine(&stroke.id))
    }

    /// The lines that were sent and did not come back yet.
    pub(crate) fn preview(&self, view: &View) -> Vec<Vec<i32>> {
        let mut lines: Vec<Vec<i32>> = Vec::new();
        for Part { begins, points } in &self.unconfirmed {
            match lines.last_mut() {
                Some(line) if !begins => line.extend(points),
                None if !begins => {
                    let newest = view.strokes().find(|it| Some(it.stroke) == self.newest);
                    let end = newest.map_or(&[][..], |it| &it.points);
                    let end = end.last_chunk::<2>().copied().into_iter().flatten();
                    lines.push(end.chain(points.iter().copied()).collect());
                }
                _ => lines.push(points.clone()),
            }
        }
        lines
    }

    fn put_down(&mut self, at: Vec2) {
        if self.me.is_some() && self.stroke.is_none() {
            let point = self.place(at);
            self.begin(point);
        }
    }

    fn begin(&mut self, point: Point) {
        let points = vec![point.0, point.1];
        self.fresh.push(Part {
            begins: true,
            points,
        });
        self.stroke = Some(Drawing {
            last: point,
            count: 1,
        });
    }

    fn go_on(&mut self, at: Vec2) {
        let point = self.place(at);
        let Some(Drawing { last, count }) = &mut self.stroke else {
            return;
        };
        if as_vec(*last).distance(as_vec(point)) < NEAREST {
            return;
        }
        if *count == MAX_STROKE_POINTS {
            let last = *last;
            self.begin(last);
            return self.go_on(at);
        }
        *count += 1;
        *last = point;
        match self.fresh.last_mut() {
            Some(part) => part.points.extend([point.0, point.1]),
            None => self.fresh.push(Part {
                begins: false,
                points: vec![point.0, point.1],
            }),
        }
    }

    /// What is new, as messages. It is unconfirmed from now on.
    fn messages(&mut self) -> Vec<ToServer> {
        let mut messages = Vec::new();
        for Part { begins, points } in self.fresh.drain(..) {
            for (index, points) in points.chunks(2 * MAX_MESSAGE_POINTS).enumerate() {
                let (begins, points) = (begins && index == 0, points.to_vec());
                messages.push(match begins {
                    true => ToServer::Stroke {
                        points: points.clone(),
                    },
                    false => ToServer::Draw {
                        points: points.clone(),
                    },
                });
                self.unconfirmed.push_back(Part { begins, points });
            }
        }
        messages
    }

    /// Where on the board a place in the window is.
    fn place(&self, at: Vec2) -> Point {
        let part = (at - self.board.point()) / self.board.size();
        let on = |part: f32, size: i32| ((part * size as f32).round() as i32).clamp(0, size);
        (on(part.x, WIDTH), on(part.y, HEIGHT))
    }

    fn forget(&mut self) {
        *self = Self {
            board: self.board,
            ..Self::of_mouse(self.mouse)
        };
    }
}

/// The system counts the pixels of the screen, which can be smaller than ours.
fn in_window(x: f32, y: f32) -> Vec2 {
    Vec2::new(x, y) / screen_dpi_scale()
}

fn as_vec((x, y): Point) -> Vec2 {
    Vec2::new(x as f32, y as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pen of somebody who is welcome, on a board of half its size in the window.
    fn pen() -> Pen {
        let mut pen = Pen::of_mouse(0);
        pen.board = Rect::new(100.0, 50.0, 800.0, 500.0);
        pen.network_welcome("7".to_owned());
        pen
    }

    fn at(x: f32, y: f32) -> Vec2 {
        Vec2::new(x, y)
    }

    #[test]
    fn what_is_drawn_in_a_frame_is_one_message() {
        let mut pen = pen();
        pen.put_down(at(100.0, 50.0));
        pen.go_on(at(110.0, 60.0));
        pen.go_on(at(110.2, 60.2));
        pen.go_on(at(2000.0, -7.0));
        let points = vec![0, 0, 20, 20, 1600, 0];
        assert_eq!(pen.messages(), [ToServer::Stroke { points }]);
        assert_eq!(pen.messages(), []);
        pen.go_on(at(500.0, 300.0));
        let points = vec![800, 500];
        assert_eq!(pen.messages(), [ToServer::Draw { points }]);
    }

    #[test]
    fn nobody_draws_who_is_not_welcome() {
        let mut pen = pen();
        pen.put_down(at(100.0, 50.0));
        pen.network_disconnected();
        pen.go_on(at(200.0, 50.0));
        pen.put_down(at(200.0, 50.0));
        assert_eq!(pen.messages(), []);
    }

    #[test]
    fn messages_and_strokes_do_not_grow_beyond_what_is_taken() {
        let mut pen = pen();
        pen.put_down(at(100.0, 50.0));
        for step in 0..MAX_STROKE_POINTS {
            let x = if step % 2 == 0 { 200.0 } else { 300.0 };
            pen.go_on(at(x, 50.0));
        }
        let mut strokes: Vec<usize> = Vec::new();
        for message in pen.messages() {
            match message {
                ToServer::Stroke { points } => {
                    assert!(points.len() <= 2 * MAX_MESSAGE_POINTS);
                    strokes.push(points.len() / 2);
                }
                ToServer::Draw { points } => {
                    assert!(points.len() <= 2 * MAX_MESSAGE_POINTS);
                    *strokes.last_mut().unwrap() += points.len() / 2;
                }
                other => panic!("{other:?}"),
            }
        }
        // The second begins where the first ended.
        assert_eq!(strokes, [MAX_STROKE_POINTS, 2]);
    }

    #[test]
    fn what_did_not_come_back_is_shown_meanwhile() {
        let (mut pen, view) = (pen(), View::default());
        pen.put_down(at(100.0, 50.0));
        pen.messages();
        pen.go_on(at(110.0, 50.0));
        pen.messages();
        assert_eq!(pen.preview(&view), [[0, 0, 20, 0]]);
        pen.network_stroke(3, "8");
        pen.network_draw(3);
        assert_eq!(pen.preview(&view), [[0, 0, 20, 0]]);
        pen.network_stroke(4, "7");
        assert_eq!(pen.preview(&view), [[20, 0]]);
        pen.network_draw(4);
        assert!(pen.preview(&view).is_empty());
    }
}
