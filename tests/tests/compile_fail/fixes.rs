//! What the compiler proposes for a mistake is what to write.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

use super::{COMPILER, COPIES, compiler, files};

/// Mends each case as the help in what is printed for it says, and has it
/// compiled again.
#[test]
fn proposed_fixes_are_right() -> io::Result<()> {
    if env::var_os(COPIES).is_some() || !compiler()?.starts_with(COMPILER) {
        return Ok(());
    }
    let mended = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mended");
    if mended.exists() {
        fs::remove_dir_all(&mended)?;
    }
    let cases = trybuild::TestCases::new();
    let mut count = 0;
    for case in files("rs")? {
        let printed = fs::read_to_string(case.with_extension("stderr"))?;
        let proposals = proposals(&printed);
        if proposals.is_empty() {
            continue;
        }
        count += proposals.len();
        let path = mended.join(&case);
        fs::create_dir_all(path.parent().unwrap_or(&mended))?;
        fs::write(&path, applied(&fs::read_to_string(&case)?, &proposals))?;
        cases.pass(path);
    }
    assert!(count >= 8, "only {count} proposals were found");
    Ok(())
}

/// What a help would have a line be, or stand above it, by the line's number.
#[derive(Debug, PartialEq)]
enum Proposal {
    Instead(String),
    Above(String),
}

/// The proposals in what the compiler printed, each in one of these forms:
///
/// ```text
/// help: there is an associated function `network_chat` with a similar name
///    |
/// 15 -     fn network_chatt(&mut self, _text: String) {}
/// 15 +     fn network_chat(&mut self, _text: String) {}
///
/// help: a field with a similar name exists
///    |
/// 15 |     fn network_chat(&mut self, text: String) {
///    |                                 +
///
/// help: consider annotating `Suit` with `#[derive(Default)]`
///    |
/// 14 + #[derive(Default)]
/// 15 | struct Suit(u8);
/// ```
fn proposals(printed: &str) -> BTreeMap<usize, Proposal> {
    let mut found = BTreeMap::new();
    let mut lines = printed.lines().peekable();
    let mut in_help = false;
    while let Some(line) = lines.next() {
        if !line.starts_with([' ', '|']) && !line.starts_with(|first: char| first.is_ascii_digit())
        {
            in_help = line.starts_with("help: ");
        }
        let Some((number, sign, code)) = numbered(line).filter(|_| in_help) else {
            continue;
        };
        let marked = lines.peek().is_some_and(|marks| {
            let marks = marks.trim_start_matches([' ', '|']);
            !marks.is_empty() && marks.chars().all(|mark| " +~".contains(mark))
        });
        let replaced = lines.peek().and_then(|next| numbered(next));
        let proposal = match (sign, replaced) {
            ("-", Some((_, "+", code))) => {
                lines.next();
                Proposal::Instead(code.to_owned())
            }
            ("+", _) => Proposal::Above(code.to_owned()),
            ("|", _) if marked => Proposal::Instead(code.to_owned()),
            _ => continue,
        };
        let before = found.insert(number, proposal);
        assert_eq!(before, None, "two proposals for one line, in:\n{printed}");
    }
    found
}

/// The parts of `15 +     fn network_chat() {}`.
fn numbered(line: &str) -> Option<(usize, &str, &str)> {
    let (number, rest) = line.trim_start().split_once(' ')?;
    let sign = rest.get(..1)?;
    let code = rest.get(1..)?;
    Some((
        number.parse().ok()?,
        sign,
        code.strip_prefix(' ').unwrap_or(code),
    ))
}

fn applied(source: &str, proposals: &BTreeMap<usize, Proposal>) -> String {
    let mut mended = String::new();
    for (index, line) in source.lines().enumerate() {
        match proposals.get(&(index + 1)) {
            None => mended.push_str(line),
            Some(Proposal::Instead(code)) => mended.push_str(code),
            Some(Proposal::Above(code)) => {
                mended.push_str(code);
                mended.push('\n');
                mended.push_str(line);
            }
        }
        mended.push('\n');
    }
    mended
}
