//! Draws charts beside each other in one SVG, to be read on a light or a dark page.

use std::fmt::Write;

use crate::stats::{Summary, short};

/// Lines over an axis that grows by factors.
pub struct Chart {
    pub title: &'static str,
    /// What the axis below counts.
    pub across: &'static str,
    /// What the axis on the left measures.
    pub up: &'static str,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    pub points: Vec<Point>,
}

pub struct Point {
    pub x: f64,
    pub y: Summary,
}

// All in pixels. The names of the lines stand right of a plot, the numbers left of it.
const WIDTH: f64 = 270.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 152.0;
const TOP: f64 = 58.0;
const BOTTOM: f64 = 48.0;
/// Names of lines are at least so far from each other.
const NAME_STEP: f64 = 15.0;

// Colours that people tell apart, whatever colours they see; and text and lines for both
// kinds of page.
const STYLE: &str = "\
    text { font: 12px system-ui, sans-serif; fill: #52514e }\n\
    .title { font-size: 14px; font-weight: 600; fill: #1a1a19 }\n\
    .page { fill: #fcfcfb }\n\
    .grid { stroke: #e4e3df; stroke-width: 1 }\n\
    .line { fill: none; stroke-width: 2; stroke-linejoin: round }\n\
    .c0 { --c: #2a78d6 } .c1 { --c: #c2571a } .c2 { --c: #1a8a5c } .c3 { --c: #8a5cc2 }\n\
    .line, .range { stroke: var(--c) } .dot { fill: var(--c) }\n\
    .range { stroke-width: 1.5 }\n\
    @media (prefers-color-scheme: dark) {\n\
    text { fill: #c3c2b7 } .title { fill: #ffffff } .page { fill: #1a1a19 }\n\
    .grid { stroke: #383835 }\n\
    .c0 { --c: #5598e7 } .c1 { --c: #e8814a } .c2 { --c: #3fb883 } .c3 { --c: #ab86dc }\n\
    }\n";

pub fn draw(charts: &[Chart]) -> String {
    let each = LEFT + WIDTH + RIGHT;
    let (width, height) = (each * charts.len() as f64, TOP + HEIGHT + BOTTOM);
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
        width=\"{width}\" height=\"{height}\" role=\"img\">"
    );
    let titles: Vec<&str> = charts.iter().map(|chart| chart.title).collect();
    let _ = writeln!(svg, "<title>{}</title>", titles.join("; "));
    let _ = writeln!(svg, "<style>\n{STYLE}</style>");
    let _ = writeln!(svg, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>");
    for (index, chart) in charts.iter().enumerate() {
        let left = LEFT + each * index as f64;
        let _ = writeln!(svg, "<g transform=\"translate({left} {TOP})\">");
        chart.draw(&mut svg);
        svg += "</g>\n";
    }
    svg += "</svg>\n";
    svg
}

impl Chart {
    fn draw(&self, svg: &mut String) {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let first = points().map(|point| point.x).fold(f64::INFINITY, f64::min);
        let last = points().map(|point| point.x).fold(0.0, f64::max);
        let highest = points().map(|point| point.y.high).fold(0.0, f64::max);
        let step = round_step(highest / 5.0);
        let most = (highest / step).ceil() * step;
        let across = |x: f64| WIDTH * (x / first).ln() / (last / first).ln();
        let up = |y: f64| HEIGHT - HEIGHT * y / most;

        text(svg, "title", "start", 0.0, -34.0, self.title);
        text(
            svg,
            "",
            "start",
            0.0,
            -14.0,
            &format!("{} a message", self.up),
        );
        let mut tick = 0.0;
        while tick <= most {
            let y = up(tick);
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M0 {y:.1}H{WIDTH}\"/>");
            let label = if tick == 0.0 {
                "0".to_owned()
            } else {
                label(tick)
            };
            text(svg, "", "end", -8.0, y + 4.0, &label);
            tick += step;
        }
        for point in self.lines.first().iter().flat_map(|line| &line.points) {
            let x = across(point.x);
            text(svg, "", "middle", x, HEIGHT + 18.0, &label(point.x));
        }
        text(svg, "", "middle", WIDTH / 2.0, HEIGHT + 38.0, self.across);
        for (index, line) in self.lines.iter().enumerate() {
            let _ = writeln!(svg, "<g class=\"c{}\">", index % 4);
            line.draw(svg, across, up);
            svg.push_str("</g>\n");
        }
        self.draw_names(svg, up);
    }

    /// Each name at the end of its line, and none over another.
    fn draw_names(&self, svg: &mut String, up: impl Fn(f64) -> f64) {
        let ends = self.lines.iter().enumerate().filter_map(|(index, line)| {
            let end = line.points.last()?;
            Some((up(end.y.median), index, &line.name))
        });
        let mut ends: Vec<_> = ends.collect();
        ends.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut free = f64::INFINITY;
        for (y, index, name) in ends {
            let y = y.min(free);
            free = y - NAME_STEP;
            let _ = writeln!(
                svg,
                "<circle class=\"dot c{}\" cx=\"{}\" cy=\"{y:.1}\" r=\"4\"/>",
                index % 4,
                WIDTH + 14.0
            );
            text(svg, "", "start", WIDTH + 23.0, y + 4.0, name);
        }
    }
}

impl Line {
    fn draw(&self, svg: &mut String, across: impl Fn(f64) -> f64, up: impl Fn(f64) -> f64) {
        let mut way = String::new();
        for (index, Point { x, y }) in self.points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            let _ = write!(way, "{letter}{:.1} {:.1}", across(*x), up(y.median));
        }
        let _ = writeln!(svg, "<path class=\"line\" d=\"{way}\"/>");
        for Point { x, y } in &self.points {
            let (x, low, high) = (across(*x), up(y.low), up(y.high));
            let middle = up(y.median);
            let _ = writeln!(
                svg,
                "<path class=\"range\" d=\"M{x:.1} {low:.1}V{high:.1}\"/>\
                <circle class=\"dot\" cx=\"{x:.1}\" cy=\"{middle:.1}\" r=\"3\"/>"
            );
        }
    }
}

fn text(svg: &mut String, class: &str, anchor: &str, x: f64, y: f64, text: &str) {
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"
    );
}

/// A whole number, short.
fn label(number: f64) -> String {
    match number {
        number if number >= 10_000.0 => format!("{} k", number / 1000.0),
        number if number >= 1.0 => format!("{number:.0}"),
        number => short(number),
    }
}

/// The next of 1, 2 and 5, and their tenfold.
fn round_step(least: f64) -> f64 {
    let tens = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|step| step * tens);
    let fits = steps.into_iter().find(|step| *step >= least);
    fits.unwrap_or(10.0 * tens)
}
