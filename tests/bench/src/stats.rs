//! Medians and their intervals, ratios, and the tables that show them.

use std::fmt::Write;

/// The value below which this part of the others lie.
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let at = (last as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// The median, and an interval for it.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Summary {
    pub fn of(values: &[f64]) -> Self {
        let finite = values.iter().copied().filter(|value| value.is_finite());
        let mut values: Vec<f64> = finite.collect();
        let median = quantile(&mut values, 0.5);
        let rank = rank(values.len());
        let nth = |at: Option<usize>| at.and_then(|at| values.get(at)).copied();
        Self {
            median,
            low: nth(Some(rank)).unwrap_or(median),
            high: nth(values.len().checked_sub(rank + 1)).unwrap_or(median),
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
        if median.is_nan() {
            return f.write_str("–");
        }
        write!(f, "{} ({}–{})", short(*median), short(*low), short(*high))
    }
}

/// Of `count` values in their order, so many may be left out at each end, and the median of
/// what they were drawn from still lies between the rest in 95 of 100 cases. With few
/// values none can be left out, and it is less than that.
fn rank(count: usize) -> usize {
    let covers = |rank: &usize| coverage(count, *rank) >= 0.95;
    (1..count / 2).take_while(covers).last().unwrap_or(0)
}

/// How likely it is that the median lies between the values that are left.
fn coverage(count: usize, rank: usize) -> f64 {
    // Each value is below the median or above it, like a coin's two sides.
    let mut ways = 1.0;
    let mut outside = 0.0;
    for below in 0..=rank {
        outside += ways;
        ways *= (count - below) as f64 / (below + 1) as f64;
    }
    1.0 - 2.0 * outside / 2_f64.powi(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Which interval the tables show.
pub fn interval(count: usize) -> String {
    let rank = rank(count);
    format!(
        "values {} and {} of {count} in their order: the median is between them with {:.1} %",
        rank + 1,
        count - rank,
        100.0 * coverage(count, rank)
    )
}

/// A number with three digits that matter.
pub fn short(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if number.is_nan() => "–".to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_values_show_the_fourth_and_the_twelfth() {
        let values: Vec<f64> = (1..=15).rev().map(f64::from).collect();
        let Summary { median, low, high } = Summary::of(&values);
        assert_eq!((median, low, high), (8.0, 4.0, 12.0));
        assert!((coverage(15, 3) - 0.9648).abs() < 0.0001);
    }

    #[test]
    fn few_values_show_all_and_failed_runs_do_not_count() {
        let Summary { median, low, high } = Summary::of(&[3.0, f64::NAN, 1.0, 2.0]);
        assert_eq!((median, low, high), (2.0, 1.0, 3.0));
        assert_eq!(Summary::of(&[]).to_string(), "–");
    }
}
