//! Medians, intervals, ratios, and the tables that show them.

use std::fmt::Write;

/// The value below which this part of the others lie.
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let at = (last as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// The median, and where the middle half of the values lies.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Summary {
    pub fn of(values: &[f64]) -> Self {
        let mut values = values.to_vec();
        Self {
            median: quantile(&mut values, 0.5),
            low: quantile(&mut values, 0.25),
            high: quantile(&mut values, 0.75),
        }
    }

    /// Of the ratios, each of two values of the same repetition.
    pub fn of_ratios(values: &[f64], base: &[f64]) -> Self {
        let ratios = values.iter().zip(base).map(|(value, base)| value / base);
        Self::of(&ratios.collect::<Vec<_>>())
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, low, high } = self;
        write!(f, "{} ({}–{})", short(*median), short(*low), short(*high))
    }
}

/// A number with three digits that matter.
pub fn short(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if size >= 1e6 => format!("{:.2} M", number / 1e6),
        _ if size >= 1e4 => format!("{:.1} k", number / 1e3),
        _ if size >= 100.0 => format!("{number:.0}"),
        _ if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// A table in markdown.
pub fn table(title: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("\n### {title}\n\n");
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}
