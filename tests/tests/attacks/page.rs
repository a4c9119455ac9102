//! The page that tells of the attacks tells of each, and what it tells is so.

use podsix_tests::attacks::{self, Attack, Outcome, Wire};

const PAGE: &str = include_str!("../../HOSTILE.md");

#[test]
fn each_attack_is_tested() {
    let names: Vec<&str> = attacks::all().iter().map(|attack| attack.name).collect();
    assert_eq!(names, crate::TESTED);
}

#[test]
fn each_attack_is_told_of() {
    for attack in attacks::all() {
        let test = format!("| `tests/tests/attacks/main.rs::{}` |", attack.name);
        let row = PAGE.lines().find(|line| line.ends_with(&test));
        let row = row.unwrap_or_else(|| panic!("no row with {test}"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[2], wires(&attack), "{row}");
        for wire in attack.wires {
            let word = match attack.outcome(*wire) {
                Outcome::Stays { .. } => "stays".to_owned(),
                Outcome::StaysOut(_) => "does not come in".to_owned(),
                Outcome::Ends { why, .. } => format!("`{why:?}`"),
            };
            assert!(cells[3].contains(&word), "{word}: {row}");
        }
    }
}

/// Its wires, as the page has them.
fn wires(attack: &Attack) -> String {
    if attack.wires == Wire::ALL {
        return "all".to_owned();
    }
    let names: Vec<&str> = attack.wires.iter().map(|wire| name(*wire)).collect();
    names.join(", ")
}

fn name(wire: Wire) -> &'static str {
    match wire {
        Wire::Native => "Native",
        Wire::PodSixNet => "PodSixNet",
        Wire::Json => "JSON",
        Wire::WebSocket => "WebSocket",
    }
}
