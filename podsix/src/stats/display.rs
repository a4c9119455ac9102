//! Figures as a small table.

use std::fmt;

use super::{LimitCounts, LinkStats, ReasonCounts, ReceivedAction, SentAction, ServerStats, Stats};

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        link(f, &self.link)?;
        counts(f, "limits", self.limits.iter())?;
        received(f, &self.received)?;
        sent(f, &self.sent)
    }
}

impl fmt::Display for ServerStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(
            f,
            "channels",
            &[
                (self.channels as u64, "now"),
                (self.came, "came"),
                (self.ended.total(), "ended"),
                (self.refused.total(), "refused"),
            ],
        )?;
        counts(f, "ended", self.ended.iter())?;
        counts(f, "refused", self.refused.iter())?;
        link(f, &self.links)?;
        counts(f, "limits", self.limits.iter())?;
        received(f, &self.received)?;
        sent(f, &self.sent)
    }
}

impl fmt::Display for LinkStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        link(f, self)
    }
}

impl fmt::Display for ReasonCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.iter())
    }
}

impl fmt::Display for LimitCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.iter())
    }
}

/// How wide the first column is, at the least.
const FIRST: usize = 12;

fn link(f: &mut fmt::Formatter<'_>, link: &LinkStats) -> fmt::Result {
    if let Some(time) = link.round_trip_time {
        writeln!(f, "{:FIRST$}  {time:.1?}", "round trip")?;
    }
    let messages = [
        (link.messages_received, "received"),
        (link.messages_sent, "sent"),
    ];
    line(f, "messages", &messages)?;
    let bytes = [
        (link.bytes_received, "received"),
        (link.bytes_sent, "sent"),
        (link.queued_bytes as u64, "queued"),
    ];
    line(f, "bytes", &bytes)?;
    let trouble = [
        (link.dropped, "dropped"),
        (link.unhandled, "unhandled"),
        (link.differing, "differing"),
        (link.bad, "bad"),
        (link.undeliverable, "undeliverable"),
        (link.failed, "failed"),
    ];
    let trouble: Vec<_> = trouble
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .collect();
    if trouble.is_empty() {
        return Ok(());
    }
    line(f, "trouble", &trouble)
}

/// One line of figures, each with the word behind it.
fn line(f: &mut fmt::Formatter<'_>, name: &str, figures: &[(u64, &str)]) -> fmt::Result {
    write!(f, "{name:FIRST$}")?;
    let mut between = "  ";
    for (figure, word) in figures {
        write!(f, "{between}{} {word}", grouped(*figure))?;
        between = ", ";
    }
    writeln!(f)
}

/// One line of those figures that are not nought, if there are any.
fn counts<'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    counts: impl Iterator<Item = (&'a str, u64)>,
) -> fmt::Result {
    let mut counts = counts.filter(|(_, count)| *count > 0).peekable();
    if counts.peek().is_none() {
        return Ok(());
    }
    write!(f, "{name:FIRST$}  ")?;
    list(f, counts)?;
    writeln!(f)
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    counts: impl Iterator<Item = (&'a str, u64)>,
) -> fmt::Result {
    let mut between = "";
    for (name, count) in counts.filter(|(_, count)| *count > 0) {
        write!(f, "{between}{name} {}", grouped(count))?;
        between = ", ";
    }
    Ok(())
}

fn received(f: &mut fmt::Formatter<'_>, actions: &[ReceivedAction]) -> fmt::Result {
    let heads = ["unhandled", "differing", "bad", "failed"];
    let troubles = |action: &ReceivedAction| {
        let &ReceivedAction {
            unhandled,
            differing,
            bad,
            failed,
            ..
        } = action;
        [unhandled, differing, bad, failed]
    };
    // A column without any trouble in it is not worth its place.
    let all = actions.iter().map(troubles);
    let all = all.reduce(|a, b| std::array::from_fn(|index| a[index] | b[index]));
    let shown = all.unwrap_or_default().map(|sum| sum > 0);
    let is_timed = actions.iter().any(|action| action.handling.is_some());

    let mut head = vec!["messages", "bytes"];
    head.extend(chosen(shown, heads));
    if is_timed {
        head.extend(["handling", "longest"]);
    }
    let rows = actions.iter().map(|action| {
        let mut row = vec![grouped(action.messages), grouped(action.bytes)];
        row.extend(chosen(shown, troubles(action)).map(grouped));
        if is_timed {
            let handling = action.handling.unwrap_or_default();
            row.push(format!("{:.1?}", handling.total));
            row.push(format!("{:.1?}", handling.longest));
        }
        (action.action.as_str(), row)
    });
    table(f, "received", &head, rows.collect())
}

fn sent(f: &mut fmt::Formatter<'_>, actions: &[SentAction]) -> fmt::Result {
    let rows = actions.iter().map(|action| {
        let row = vec![grouped(action.messages), grouped(action.bytes)];
        (action.action.as_str(), row)
    });
    table(f, "sent", &["messages", "bytes"], rows.collect())
}

fn chosen<T, const N: usize>(shown: [bool; N], values: [T; N]) -> impl Iterator<Item = T> {
    let pairs = shown.into_iter().zip(values);
    pairs.filter_map(|(shown, value)| shown.then_some(value))
}

/// A table behind an empty line, if it has any rows: the first column to the
/// left, the others to the right.
fn table(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    head: &[&str],
    rows: Vec<(&str, Vec<String>)>,
) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, row)| (shown(name), row))
        .collect();
    let first = rows.iter().map(|(name, _)| name.chars().count());
    let first = first.max().unwrap_or(0).max(FIRST);
    let widths: Vec<usize> = (0..)
        .zip(head)
        .map(|(column, head)| {
            let cells = rows.iter().filter_map(|(_, row)| row.get(column));
            let cells = cells.map(|cell| cell.chars().count());
            cells.max().unwrap_or(0).max(head.len())
        })
        .collect();
    write!(f, "\n{name:first$}")?;
    for (head, width) in head.iter().zip(&widths) {
        write!(f, "  {head:>width$}")?;
    }
    writeln!(f)?;
    for (name, row) in &rows {
        write!(f, "{name:first$}")?;
        for (cell, width) in row.iter().zip(&widths) {
            write!(f, "  {cell:>width$}")?;
        }
        writeln!(f)?;
    }
    Ok(())
}

/// The name of an action, which a peer may have made up, fit for a table.
fn shown(name: &str) -> String {
    const MAX_CHARS: usize = 40;
    let mut shown: String = name.escape_debug().take(MAX_CHARS).collect();
    if name.escape_debug().nth(MAX_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// A number in groups of three digits: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::HandlingTime;

    fn stats() -> ServerStats {
        let received = |action: &str, messages, bytes| ReceivedAction {
            action: action.to_owned(),
            messages,
            bytes,
            ..ReceivedAction::default()
        };
        ServerStats {
            channels: 2,
            came: 1005,
            ended: ReasonCounts {
                closed_by_peer: 1002,
                timed_out: 1,
                ..ReasonCounts::default()
            },
            refused: ReasonCounts {
                server_full: 7,
                ..ReasonCounts::default()
            },
            links: LinkStats {
                round_trip_time: Some(Duration::from_micros(1234)),
                messages_sent: 310,
                messages_received: 1_234_567,
                bytes_sent: 12_000,
                bytes_received: 9_999_999,
                dropped: 3,
                unhandled: 2,
                ..LinkStats::default()
            },
            limits: LimitCounts {
                max_channels: 7,
                dead_after: 1,
                ..LimitCounts::default()
            },
            received: vec![
                ReceivedAction {
                    unhandled: 2,
                    ..received("a\u{1b}[31m", 2, 20)
                },
                received("move", 1_234_565, 9_000_000),
            ],
            sent: vec![SentAction {
                action: "moved_to_another_room".to_owned(),
                messages: 310,
                bytes: 11_000,
            }],
        }
    }

    #[test]
    fn a_server_shows_a_table() {
        let expected = "\
channels      2 now, 1,005 came, 1,003 ended, 7 refused
ended         closed_by_peer 1,002, timed_out 1
refused       server_full 7
round trip    1.2ms
messages      1,234,567 received, 310 sent
bytes         9,999,999 received, 12,000 sent, 0 queued
trouble       3 dropped, 2 unhandled
limits        max_channels 7, dead_after 1

received       messages      bytes  unhandled
a\\u{1b}[31m           2         20          2
move          1,234,565  9,000,000          0

sent                   messages   bytes
moved_to_another_room       310  11,000
";
        assert_eq!(stats().to_string(), expected);
    }

    #[test]
    fn a_connection_shows_what_there_is() {
        let stats = Stats {
            received: vec![ReceivedAction {
                action: "é".repeat(50),
                messages: 1,
                bytes: 2,
                handling: Some(HandlingTime {
                    total: Duration::from_millis(1500),
                    longest: Duration::from_micros(20),
                }),
                ..ReceivedAction::default()
            }],
            ..Stats::default()
        };
        let name = format!("{}…", "é".repeat(40));
        let expected = format!(
            "\
messages      0 received, 0 sent
bytes         0 received, 0 sent, 0 queued

{:41}  messages  bytes  handling  longest
{name}         1      2      1.5s   20.0µs
",
            "received"
        );
        assert_eq!(stats.to_string(), expected);
    }
}
