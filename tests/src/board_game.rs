//! People who play the example `board_game` at the terminal, whatever the
//! language of the programs is.

use crate::program::Program;

/// A whole match, with everything that a player can do: ann, who has been
/// started, waits for bob, who is started now; they play one round and another.
#[track_caller]
pub fn plays_a_match(mut ann: Program, start_bob: impl FnOnce() -> Program) {
    ann.expect("Nobody else is here yet.");
    let mut bob = start_bob();
    bob.expect("You play against ann.");
    ann.expect("You play against bob.");
    bob.types("where?");
    bob.expect("Type a square");
    bury(&mut ann, "b3");
    ann.types("a1");
    ann.expect("No: first both chests have to be buried.");
    bury(&mut bob, "D4");
    begins(&mut ann, &mut bob);

    // Who was there first begins.
    bob.types("b3");
    bob.expect("No: it is not your turn.");
    ann.types("c3");
    ann.expect("You dig at c3: 2 steps from the chest");
    bob.expect("ann digs at c3: 2 steps from the chest");
    bob.expect("   4 . . . # .         4 . . . . .");
    bob.types("carry e5");
    bob.expect("No: a chest is carried one step at a time.");
    bob.types("carry d5");
    bob.expect("Your chest is at d5.");
    ann.expect("bob carries the chest one step on.");
    ann.expect("   3 . # . . .         3 . . 2 . .");
    ann.types("c3");
    ann.expect("No: there is a hole already.");
    ann.types("d4");
    ann.expect("You dig at d4: 1 step from the chest");
    bob.types("b4");
    ann.expect("bob digs at b4: 1 step from the chest");
    ann.types("carry b4");
    ann.expect("No: there is a hole.");
    // She has heard that the chest was carried, but not where it went.
    let told = |line: &String| line.contains("d5");
    assert!(!ann.seen.iter().any(told), "{:?}", ann.seen);
    ann.types("d5");
    ann.expect("You dig at d5: there is the chest!");
    ann.expect("You win, 1 : 0.");
    bob.expect("ann digs at d5: there is the chest!");
    bob.expect("   5 . . . * .         5 . . . . .");
    bob.expect("You lose, 0 : 1.");
    bob.expect("The chest of ann was at b3.");

    ann.types("a1");
    ann.expect("No: this round is over.");
    ann.types("again");
    bob.expect("ann wants another round");
    bob.types("again");
    for player in [&mut ann, &mut bob] {
        player.expect("You play against");
        player.expect("   3 . . . . .         3 . . . . .");
    }
    // Who has lost begins.
    bury(&mut bob, "a1");
    bury(&mut ann, "a2");
    begins(&mut bob, &mut ann);
    bob.types("a2");
    bob.expect("You win, 1 : 1.");
    ann.expect("You lose, 1 : 1.");

    bob.types("quit");
    bob.ends_well();
    ann.expect("bob has left.");
    ann.expect("Nobody else is here yet.");
    ann.ends_its_input();
    ann.ends_well();
}

/// Rivals leave at any moment of a match, and the one who stays finds others.
#[track_caller]
pub fn survives_leavers(start: impl Fn(&str) -> Program) {
    let mut ann = start("ann");
    ann.expect("Nobody else is here yet.");
    ann.types("a1");
    ann.expect("No: nobody is there to play with.");

    // The end of input, while the chests are buried.
    let mut bob = start("bob");
    ann.expect("You play against bob.");
    bury(&mut ann, "a1");
    bob.ends_its_input();
    bob.ends_well();
    ann.expect("bob has left.");
    ann.expect("Nobody else is here yet.");

    // A program that is killed, in the midst of a round.
    let mut cleo = start("cleo");
    ann.expect("You play against cleo.");
    bury(&mut ann, "b2");
    bury(&mut cleo, "e5");
    begins(&mut ann, &mut cleo);
    ann.types("a1");
    ann.expect("You dig at a1: 8 steps from the chest");
    drop(cleo);
    ann.expect("cleo has left.");

    // And one who wanted no other round; somebody else takes the place.
    let mut dan = start("dan");
    ann.expect("You play against dan.");
    bury(&mut ann, "c3");
    bury(&mut dan, "c3");
    begins(&mut ann, &mut dan);
    ann.types("c3");
    ann.expect("You win, 1 : 0.");
    ann.types("again");
    dan.expect("ann wants another round");
    dan.types("quit");
    dan.ends_well();
    ann.expect("dan has left.");
    let mut eve = start("eve");
    ann.expect("You play against eve.");
    eve.expect("You play against ann.");

    // Two can play while others do.
    let mut fay = start("fay");
    fay.expect("Nobody else is here yet.");
    drop(ann);
    eve.expect("ann has left.");
    eve.expect("You play against fay.");
    fay.expect("You play against eve.");
}

fn bury(player: &mut Program, square: &str) {
    player.types(square);
    let square = square.to_lowercase();
    player.expect(&format!("Your chest is at {square}."));
}

fn begins(first: &mut Program, second: &mut Program) {
    first.expect("Your turn: dig on ");
    second.expect("It is ");
}
