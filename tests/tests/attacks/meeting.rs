//! Attackers and clients that mean well meet at one server.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use podsix::PeerAddr;
use podsix_tests::attacks::{self, Attack, Attacker, Ended, Friend, Noted, Outcome, Why, Wire};

use crate::host::Host;

/// In which an answer has to come.
const IN_TIME: Duration = Duration::from_secs(5);
/// After which the next question may be asked.
const EACH: Duration = Duration::from_millis(5);
/// In which all of an attack has to be over.
const PATIENCE: Duration = Duration::from_secs(60);

/// Plays an attack on each of its wires.
pub(crate) fn meet(name: &str) {
    let attacks = attacks::all();
    let attack = attacks.iter().find(|attack| attack.name == name).unwrap();
    for wire in attack.wires {
        Meeting::new(attack, *wire).run();
    }
}

/// What was seen of one attacker at the server.
#[derive(Debug, Default)]
struct File {
    came: bool,
    errors: Vec<&'static str>,
    end: Option<podsix::Reason>,
}

struct Meeting<'a> {
    attack: &'a Attack,
    wire: Wire,
    outcome: Outcome,
    host: Host,
    friends: Vec<(Friend, Instant)>,
    attackers: Vec<Attacker>,
    files: HashMap<SocketAddr, File>,
    slowest: Duration,
    begun: Instant,
}

impl<'a> Meeting<'a> {
    fn new(attack: &'a Attack, wire: Wire) -> Self {
        let host = Host::new(attack);
        let friends = Wire::ALL.iter().map(|wire| {
            let url = format!("{}://{}", wire.scheme(), host.addr(*wire));
            (Friend::connect(&url).unwrap(), Instant::now())
        });
        let mut meeting = Self {
            attack,
            wire,
            outcome: attack.outcome(wire),
            friends: friends.collect(),
            host,
            attackers: Vec::new(),
            files: HashMap::new(),
            slowest: Duration::ZERO,
            begun: Instant::now(),
        };
        // All of them are in, and were answered.
        meeting.friends_are_answered(1);
        meeting
    }

    fn run(mut self) {
        for number in 0..self.attack.at_once {
            let attacker = self.attacker(number);
            self.attackers.push(attacker);
        }
        self.until("the attack is over", |meeting| {
            meeting.attackers.iter().all(|one| meeting.is_over(one))
        });
        for attacker in &self.attackers {
            self.judge(attacker);
        }
        if !self.attack.alone {
            let asked = self.friends.iter().map(|(friend, _)| friend.asked).max();
            self.friends_are_answered(asked.unwrap() + 2);
        }
        self.check_the_server();
    }

    fn attacker(&self, number: usize) -> Attacker {
        let addr = self.host.addr(self.wire);
        loop {
            let mut attacker = Attacker::connect(addr, self.attack, self.wire, number).unwrap();
            if let Outcome::Stays { .. } = self.outcome {
                attacker.asks();
            }
            // A friend at another of the server's ports may have the same address.
            if !self.files.contains_key(&attacker.addr()) {
                return attacker;
            }
        }
    }

    /// Lets everybody have a turn.
    fn turn(&mut self) {
        let mut patience = Duration::from_millis(1);
        for attacker in &mut self.attackers {
            if attacker.turn() {
                patience = Duration::ZERO;
            }
        }
        for (friend, asked) in &mut self.friends {
            if let Some(time) = friend.turn(patience).unwrap() {
                self.slowest = self.slowest.max(time);
            }
            // One of them waits for all.
            patience = Duration::ZERO;
            let may_ask = self.attackers.is_empty() || !self.attack.alone;
            if may_ask && friend.waits().is_none() && asked.elapsed() >= EACH {
                *asked = Instant::now();
                friend.ask().unwrap();
            }
        }
        while let Ok((who, what)) = self.host.notes.try_recv() {
            let PeerAddr::Socket(addr) = who else {
                continue;
            };
            let file = self.files.entry(addr).or_default();
            assert!(file.end.is_none(), "{what:?} after the end: {file:?}");
            match what {
                Noted::Came => file.came = true,
                Noted::Went(reason) => file.end = Some(reason),
                Noted::Failed(kind, up) => {
                    assert!(up, "{kind}");
                    file.errors.push(kind);
                }
            }
        }
        for (friend, _) in &self.friends {
            let trouble = friend.trouble();
            assert!(trouble.is_none(), "{}: {trouble:?}", self.title());
            let waits = friend.waits().unwrap_or_default();
            assert!(waits < IN_TIME, "{}: no answer in {waits:?}", self.title());
        }
    }

    fn until(&mut self, what: &str, happened: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !happened(self) {
            self.turn();
            if Instant::now() >= until {
                let open = self.attackers.iter().find(|one| !self.is_over(one));
                let open = open.map(|one| {
                    let got = String::from_utf8_lossy(&one.got[..one.got.len().min(300)]);
                    let step = one.next_step();
                    format!("{:?}, {step:.80?}, {got:?}, {:?}", one.end, self.file(one))
                });
                panic!("{}: it never happened: {what}; {open:?}", self.title());
            }
        }
    }

    fn friends_are_answered(&mut self, times: u32) {
        let all = |meeting: &Self| {
            let mut friends = meeting.friends.iter();
            friends.all(|(friend, _)| friend.asked >= times && friend.waits().is_none())
        };
        self.until("answers for everybody else", all);
    }

    fn file(&self, attacker: &Attacker) -> Option<&File> {
        self.files.get(&attacker.addr())
    }

    /// Whether everything has been seen that comes of it.
    fn is_over(&self, attacker: &Attacker) -> bool {
        let file = self.file(attacker);
        let has_ended = file.is_some_and(|file| file.end.is_some());
        match self.outcome {
            Outcome::Stays { errors } => {
                // Some are told a little later than what came after them.
                let told = file.map_or(0, |file| file.errors.len());
                attacker.has_done_all() && told >= errors.len() || has_ended
            }
            Outcome::Ends { told, .. } => has_ended && (!told || attacker.end.is_some()),
            Outcome::StaysOut(_) => attacker.end.is_some(),
        }
    }

    /// Whether what came of it for this one is what should.
    fn judge(&self, attacker: &Attacker) {
        let nothing = File::default();
        let file = self.file(attacker).unwrap_or(&nothing);
        let got = &attacker.got[attacker.got.len().saturating_sub(2_000)..];
        let said = String::from_utf8_lossy(got);
        let title = self.title();
        let shown = format!("{title}: {file:?}, {:?}, was told {said:?}", attacker.end);
        match self.outcome {
            Outcome::Stays { errors } => {
                assert!(file.came && file.end.is_none(), "{shown}");
                assert_eq!(attacker.end, None, "{shown}");
                match errors {
                    ["any"] => assert_eq!(file.errors.len(), 1, "{shown}"),
                    _ => assert_eq!(file.errors, errors, "{shown}"),
                }
            }
            Outcome::Ends { why, words, told } => {
                let Some(reason) = &file.end else {
                    panic!("{shown}");
                };
                assert_eq!(Why::of(reason), Some(why), "{shown}");
                assert!(reason.to_string().contains(words), "{words}: {shown}");
                if told {
                    assert!(why.was_told(self.wire, &attacker.got, words), "{shown}");
                    assert_eq!(attacker.end, Some(Ended::Stopped), "{shown}");
                }
            }
            Outcome::StaysOut(words) => {
                assert!(!file.came, "{shown}");
                assert!(said.contains(words), "{words}: {shown}");
                assert_eq!(attacker.end, Some(Ended::Stopped), "{shown}");
            }
        }
    }

    /// Whether the server took no more than it may, and said no more than it should.
    fn check_the_server(self) {
        let title = self.title();
        let stay = match self.outcome {
            Outcome::Stays { .. } => self.attackers.len(),
            _ => 0,
        };
        let (friends, attackers, slowest) = (self.friends, self.attackers, self.slowest);
        let report = self.host.end();
        assert_eq!(report.channels, friends.len() + stay, "{title}");
        println!(
            "{title}: {} KiB of memory, the slowest answer after {slowest:?}, {:?} in all",
            report.memory >> 10,
            self.begun.elapsed()
        );
        let most = self.attack.memory as u64;
        assert!(report.memory <= most, "{title}: {} bytes", report.memory);
        let lines = &report.lines;
        assert!(
            lines.len() <= 15 + 2 * attackers.len(),
            "{title}: {lines:#?}"
        );
        for line in lines {
            let harmless = line.chars().all(|char| !char.is_control());
            assert!(harmless && line.len() < 1_500, "{title}: {line:?}");
        }
    }

    fn title(&self) -> String {
        format!("{} on {}", self.attack.name, self.wire.scheme())
    }
}
