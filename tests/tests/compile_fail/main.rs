//! Wrong uses of the macros, and what the compiler says to each.
//!
//! Every file in `ui/<theme>/` is one mistake, with what is printed for it
//! beside it; those in `ui/pass/<theme>/` are right. After a change:
//! `TRYBUILD=overwrite cargo test --test compile_fail`, then read the difference
//! as a newcomer would.

mod fixes;
mod guide;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The compiler whose own words are in the files. With any other only our
/// messages are compared, so that a new compiler doesn't turn a test red.
const COMPILER: &str = "rustc 1.95.";

const CASES: &str = "ui/*/*.rs";

/// Set for the run that finds out what another compiler says.
const COPIES: &str = "PODSIX_UI_COPIES";

#[test]
fn mistakes_are_explained() -> io::Result<()> {
    if let Some(copies) = env::var_os(COPIES) {
        trybuild::TestCases::new().compile_fail(Path::new(&copies).join(CASES));
    } else if compiler()?.starts_with(COMPILER) {
        trybuild::TestCases::new().compile_fail(CASES);
    } else {
        compare_our_own_words()?;
    }
    Ok(())
}

#[test]
fn right_uses_compile() {
    if env::var_os(COPIES).is_none() {
        trybuild::TestCases::new().pass("ui/pass/*/*.rs");
    }
}

/// Has what this compiler says written beside copies of the cases, and looks
/// for our messages there.
fn compare_our_own_words() -> io::Result<()> {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_fail");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    let cases = files("rs")?;
    for case in &cases {
        let copy = copies.join(case);
        fs::create_dir_all(copy.parent().unwrap_or(&copies))?;
        fs::copy(case, copy)?;
    }
    let run = Command::new(env::current_exe()?)
        .arg("mistakes_are_explained")
        .env(COPIES, &copies)
        .env("TRYBUILD", "overwrite")
        .output()?;
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "a case compiles:\n{printed}");
    for expected in files("stderr")? {
        let actual = fs::read_to_string(copies.join(&expected))?;
        for words in fs::read_to_string(&expected)?.lines().filter_map(ours) {
            assert!(
                without_code(&actual).contains(&without_code(words)),
                "{}: `{words}` is missing in:\n{actual}",
                expected.display()
            );
        }
    }
    Ok(())
}

/// What of a line are words of ours: an error of the macros, a panic at compile
/// time, or what the compiler is told to say of a trait.
fn ours(line: &str) -> Option<&str> {
    const THEIRS: [&str; 4] = [
        "aborting",
        "the trait bound",
        "implementation of",
        "the `?` operator",
    ];
    let starts = [
        "error: ",
        "error[E0080]: evaluation panicked: ",
        "error[E0277]: ",
    ];
    let words = starts
        .into_iter()
        .find_map(|start| line.strip_prefix(start))?;
    let theirs = THEIRS.iter().any(|theirs| words.starts_with(theirs));
    (!theirs).then_some(words)
}

/// The words without what stands in backticks, since compilers don't spell all
/// types alike.
fn without_code(words: &str) -> String {
    words.split('`').step_by(2).collect()
}

/// The files in `ui/<theme>/` with this extension.
fn files(extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for theme in fs::read_dir("ui")? {
        let theme = theme?.path();
        for file in fs::read_dir(theme)? {
            let file = file?.path();
            if file.extension().is_some_and(|found| found == extension) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

fn compiler() -> io::Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
