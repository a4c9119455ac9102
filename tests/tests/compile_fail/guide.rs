//! The guide's page of mistakes has what is printed: all of it, and nothing else.

use std::{fs, io};

use super::{files, ours};

const PAGE: &str = include_str!("../../../podsix/src/guide/mistakes.md");

/// What the page quotes stands in what is printed for a case.
#[test]
fn quotes_are_what_is_printed() -> io::Result<()> {
    let mut printed = Vec::new();
    for file in files("stderr")? {
        printed.push(in_one_line(&fs::read_to_string(file)?));
    }
    let quotes = quotes();
    assert!(quotes.len() >= 10, "{quotes:#?}");
    for quote in quotes {
        // What is said at run time is in no case.
        let at_run_time = ["spawn was not sent"];
        let compiled = !at_run_time.iter().any(|start| quote.starts_with(start));
        assert!(
            !compiled || printed.iter().any(|printed| printed.contains(&quote)),
            "the page quotes what no case prints: {quote}"
        );
    }
    Ok(())
}

/// Each message has a row in the page's tables, and each row a message.
#[test]
fn tables_list_all_messages() -> io::Result<()> {
    let rows = rows();
    let mut found = vec![false; rows.len()];
    for file in files("stderr")? {
        let printed = fs::read_to_string(&file)?;
        for message in printed.lines().filter_map(ours) {
            let mut known = false;
            for (row, found) in rows.iter().zip(&mut found) {
                if fits(row, message) {
                    known = true;
                    *found = true;
                }
            }
            assert!(known, "the page lacks, from {}: {message}", file.display());
        }
    }
    for (row, found) in rows.iter().zip(found) {
        assert!(found, "no case has what the page lists: {row}");
    }
    Ok(())
}

/// The paragraphs that begin with `>`, each in one line.
fn quotes() -> Vec<String> {
    let mut quotes = vec![String::new()];
    for line in PAGE.lines() {
        match (line.strip_prefix('>').map(str::trim), quotes.last_mut()) {
            (Some(words), Some(quote)) if !words.is_empty() => {
                quote.push(' ');
                quote.push_str(words);
            }
            _ => quotes.push(String::new()),
        }
    }
    quotes
        .iter()
        .map(|quote| in_one_line(quote))
        .filter(|quote| !quote.is_empty())
        .collect()
}

/// The second column of the tables.
fn rows() -> Vec<&'static str> {
    let message = |line: &'static str| line.strip_prefix("| ")?.split(" | ").nth(1);
    PAGE.lines()
        .filter_map(message)
        .filter(|message| !matches!(*message, "message" | "---"))
        .collect()
}

/// Whether `message` is `row`, which has a `…` for anything.
fn fits(row: &str, message: &str) -> bool {
    let mut pieces = row.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = message.strip_prefix(first) else {
        return false;
    };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    row.ends_with('…') || rest.is_empty()
}

/// The words alone, as the page has backticks where the compiler has none.
fn in_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('`', "")
}
