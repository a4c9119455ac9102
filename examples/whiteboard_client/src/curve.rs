//! Strokes as smooth lines.

use macroquad::prelude::{Color, Vec2, draw_circle, draw_line, vec2};
use podsix_examples::whiteboard::pairs;

/// How many straight lines make a bend.
const STEPS: u16 = 6;

/// The curve of a stroke from its middle number `from`: it goes through the middles
/// between points, and each point pulls it to itself. It begins at the first point
/// and ends at the last middle, since how it goes on from there is for the next
/// point to tell.
pub(crate) fn curve(points: &[Vec2], from: usize) -> Vec<Vec2> {
    let middles: Vec<Vec2> = points.windows(2).map(middle).collect();
    let mut line = match from {
        0 => points
            .iter()
            .take(1)
            .chain(middles.first())
            .copied()
            .collect(),
        _ => middles
            .get(from - 1)
            .into_iter()
            .copied()
            .collect::<Vec<_>>(),
    };
    let bends = middles.windows(2).zip(points.iter().skip(1));
    for (ends, &pulls) in bends.skip(from.saturating_sub(1)) {
        let &[begin, end] = ends else { continue };
        line.extend((1..=STEPS).map(|step| {
            let part = f32::from(step) / f32::from(STEPS);
            let (near, far) = (begin.lerp(pulls, part), pulls.lerp(end, part));
            near.lerp(far, part)
        }));
    }
    line
}

/// The straight rest of a stroke, from its last middle to its last point.
pub(crate) fn tail(points: &[Vec2]) -> Vec<Vec2> {
    match points {
        [.., before, last] => vec![middle(&[*before, *last]), *last],
        points => points.to_vec(),
    }
}

/// The points of a flat list.
pub(crate) fn points(flat: &[i32]) -> Vec<Vec2> {
    pairs(flat).map(|(x, y)| vec2(x as f32, y as f32)).collect()
}

/// Draws straight lines from point to point, with round joins and ends.
pub(crate) fn draw(line: &[Vec2], width: f32, color: Color) {
    for pair in line.windows(2) {
        if let [a, b] = pair {
            draw_line(a.x, a.y, b.x, b.y, width, color);
        }
    }
    for point in line {
        draw_circle(point.x, point.y, width / 2.0, color);
    }
}

fn middle(pair: &[Vec2]) -> Vec2 {
    pair.iter().sum::<Vec2>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZIGZAG: [i32; 10] = [0, 0, 100, 0, 100, 100, 0, 100, 0, 200];

    #[test]
    fn a_curve_goes_from_the_first_point_through_the_middles() {
        let line = curve(&points(&ZIGZAG), 0);
        assert_eq!(line.first(), Some(&vec2(0.0, 0.0)));
        assert_eq!(line.last(), Some(&vec2(0.0, 150.0)));
        for middle in [vec2(50.0, 0.0), vec2(100.0, 50.0), vec2(50.0, 100.0)] {
            assert!(line.contains(&middle), "{middle}");
        }
        // It never goes as far as to the corner.
        assert!(
            line.iter()
                .all(|point| point.distance(vec2(100.0, 0.0)) > 15.0)
        );
    }

    /// However a stroke arrives, it looks the same.
    #[test]
    fn a_curve_that_goes_on_is_the_whole_curve() {
        let points = points(&ZIGZAG);
        let whole = curve(&points, 0);
        for count in 2..points.len() {
            let (begun, rest) = (curve(&points[..count], 0), curve(&points, count - 1));
            assert_eq!(begun.last(), rest.first());
            assert_eq!([&begun[..], &rest[1..]].concat(), whole);
        }
    }

    #[test]
    fn a_single_point_is_a_dot() {
        let dot = points(&[7, 8]);
        assert_eq!(tail(&dot), [vec2(7.0, 8.0)]);
        assert_eq!(
            tail(&points(&[0, 0, 10, 0])),
            [vec2(5.0, 0.0), vec2(10.0, 0.0)]
        );
        assert!(tail(&[]).is_empty() && curve(&[], 0).is_empty());
    }
}
