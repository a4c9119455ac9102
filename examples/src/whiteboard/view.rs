//! The board as a client sees it.

use std::collections::BTreeMap;

use podsix::network_handler;

use super::{Color, Person, Point, Stroke, ToClient};

/// What the server has told: a listener, for `dispatch`.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// This client's id and colour, once it is welcome.
    pub me: Option<(String, Color)>,
    /// Who is here.
    pub people: Vec<Person>,
    /// Where the pointers of others are, by id.
    pub cursors: BTreeMap<String, Point>,
    strokes: BTreeMap<u32, Stroke>,
}

#[network_handler(ToClient, ..)]
impl View {
    fn network_welcome(&mut self, id: String, color: Color, strokes: Vec<Stroke>) {
        self.me = Some((id, color));
        let numbered = strokes.into_iter().map(|stroke| (stroke.stroke, stroke));
        self.strokes = numbered.collect();
    }

    fn network_people(&mut self, people: Vec<Person>) {
        let is_here = |id: &String| people.iter().any(|person| person.id == *id);
        self.cursors.retain(|id, _| is_here(id));
        self.people = people;
    }

    fn network_stroke(&mut self, stroke: u32, id: String, color: Color, points: Vec<i32>) {
        self.point_at_end(&id, &points);
        let begun = Stroke {
            stroke,
            id,
            color,
            points,
        };
        self.strokes.insert(stroke, begun);
    }

    fn network_draw(&mut self, stroke: u32, points: Vec<i32>) {
        let Some(grown) = self.strokes.get_mut(&stroke) else {
            return;
        };
        grown.points.extend(&points);
        let id = grown.id.clone();
        self.point_at_end(&id, &points);
    }

    fn network_erase(&mut self, strokes: &[u32]) {
        for number in strokes {
            self.strokes.remove(number);
        }
    }

    fn network_clear(&mut self) {
        self.strokes.clear();
    }

    fn network_cursor(&mut self, id: String, at: Option<Point>) {
        match at {
            Some(point) => self.cursors.insert(id, point),
            None => self.cursors.remove(&id),
        };
    }

    // For those that do not join.
    fn network_initial(&mut self) {}
    fn network_players(&mut self) {}

    fn network_disconnected(&mut self) {
        self.me = None;
        self.people.clear();
        self.cursors.clear();
    }
}

impl View {
    /// The strokes, the oldest first.
    pub fn strokes(&self) -> impl Iterator<Item = &Stroke> {
        self.strokes.values()
    }

    /// Who draws has the pointer at the last point.
    fn point_at_end(&mut self, id: &str, points: &[i32]) {
        let is_me = self.me.as_ref().is_some_and(|(me, _)| me == id);
        if let (false, [.., x, y]) = (is_me, points) {
            self.cursors.insert(id.to_owned(), (*x, *y));
        }
    }
}
