//! Writes the games with many actions that `src/dispatch.rs` measures.

use std::fmt::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::new();
    for count in [8, 64, 256] {
        write!(text, "game!(game_{count}, {count}:")?;
        for number in 0..count {
            write!(text, " Act{number} network_act{number} {number}")?;
        }
        writeln!(text, ");")?;
    }
    let path = std::path::Path::new(&std::env::var("OUT_DIR")?).join("games.rs");
    std::fs::write(path, text)?;
    Ok(())
}
