//! Writes the games with many actions that `src/dispatch.rs` measures, and remembers the
//! compiler for the head of the results.

use std::fmt::Write;
use std::process::Command;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let version = Command::new(std::env::var("RUSTC")?).arg("-V").output()?;
    let version = String::from_utf8(version.stdout)?;
    println!("cargo::rustc-env=RUSTC_VERSION={}", version.trim());

    let sizes = [8, 16, 32, 64, 128, 256];
    let mut text = String::new();
    let mut games = String::new();
    for count in sizes {
        write!(text, "game!(game_{count}, {count}:")?;
        for number in 0..count {
            write!(
                text,
                " Act{number} network_act{number} {number} \"act{number}\""
            )?;
        }
        writeln!(text, ");")?;
        let ways = ["podsix", "by_number", "by_name"].map(|way| format!("game_{count}::{way}"));
        write!(games, "({count}, [{}]), ", ways.join(", "))?;
    }
    let length = sizes.len();
    writeln!(
        text,
        "const GAMES: [(usize, [Act; 3]); {length}] = [{games}];"
    )?;
    let path = std::path::Path::new(&std::env::var("OUT_DIR")?).join("games.rs");
    std::fs::write(path, text)?;
    Ok(())
}
