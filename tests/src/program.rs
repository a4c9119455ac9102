//! Programs that tests run as processes of their own, as people run them.

use std::env;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A program that runs, and is killed at the end of the test if it still does.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    errors: Receiver<String>,
    /// The lines of both, as far as they were read.
    pub seen: Vec<String>,
}

impl Program {
    /// Starts an example.
    pub fn start(name: &str, args: &[&str]) -> Self {
        Self::start_and_read(name, args, usize::MAX)
    }

    /// Starts an example whose output is closed after so many lines.
    pub fn start_and_read(name: &str, args: &[&str], lines: usize) -> Self {
        let mut command = Command::new(path_of(name));
        Self::run(name, command.args(args), lines)
    }

    /// Starts any program.
    pub fn run(name: &str, command: &mut Command, lines: usize) -> Self {
        let mut child = command
            .env_remove("RUST_LOG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            name: name.to_owned(),
            input: child.stdin.take(),
            output: read_lines(child.stdout.take().unwrap(), lines),
            errors: read_lines(child.stderr.take().unwrap(), usize::MAX),
            child,
            seen: Vec::new(),
        }
    }

    /// Where a server says that it listens.
    #[track_caller]
    pub fn listening_address(&mut self) -> String {
        let line = self.expect("listening on ");
        line.strip_prefix("listening on ").unwrap().to_owned()
    }

    /// Waits until its output is closed at this end.
    #[track_caller]
    pub fn is_read_no_more(&self) {
        let end = next(&self.output, Instant::now() + PATIENCE);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
    }

    /// Reads on to a line of output that contains `wanted`.
    #[track_caller]
    pub fn expect(&mut self, wanted: &str) -> String {
        self.read_to(wanted, |program| &program.output)
    }

    /// Reads on to a line of the error output that contains `wanted`.
    #[track_caller]
    pub fn complains(&mut self, wanted: &str) -> String {
        self.read_to(wanted, |program| &program.errors)
    }

    /// The next line of output.
    #[track_caller]
    pub fn next_line(&mut self) -> String {
        self.read_to("", |program| &program.output)
    }

    /// The next line of output, if there is one already.
    pub fn try_line(&mut self) -> Option<String> {
        let line = self.output.try_recv().ok()?;
        self.seen.push(line.clone());
        Some(line)
    }

    /// Types a line.
    pub fn types(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        // A program that has ended meanwhile is met by the next `expect`.
        let _ = writeln!(input, "{text}");
    }

    /// Types nothing more.
    pub fn ends_its_input(&mut self) {
        self.input = None;
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end of the program, which must be a success.
    #[track_caller]
    pub fn ends_well(&mut self) {
        self.ends_with(0);
    }

    /// Waits for the end of the program, with this exit code.
    #[track_caller]
    pub fn ends_with(&mut self, code: i32) {
        let status = self.ends();
        if status.code() != Some(code) {
            self.fail(&format!("expected the exit code {code}, but: {status}"));
        }
    }

    /// Waits for the end of the program, which must not be a panic.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        for lines in [&self.output, &self.errors] {
            while let Ok(line) = next(lines, until) {
                self.seen.push(line);
            }
        }
        if Instant::now() >= until {
            self.fail("it does not end");
        }
        if self.seen.iter().any(|line| line.contains("panicked")) {
            self.fail("it panicked");
        }
        // It has closed its outputs, so it is ending if it has not ended yet.
        self.child.wait().unwrap()
    }

    /// Sends it a signal of the operating system.
    #[cfg(unix)]
    pub fn is_sent(&self, signal: nix::sys::signal::Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal).unwrap();
    }

    #[track_caller]
    fn read_to(&mut self, wanted: &str, lines: fn(&Self) -> &Receiver<String>) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            match next(lines(self), until) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(wanted) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.fail(&format!("no `{wanted}` came in {PATIENCE:?}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.fail(&format!("there is no `{wanted}`"));
                }
            }
        }
    }

    /// Fails the test, and shows what the program printed.
    #[track_caller]
    pub fn fail(&mut self, problem: &str) -> ! {
        self.seen.extend(self.output.try_iter());
        self.seen.extend(self.errors.try_iter());
        let seen = self.seen.join("\n");
        panic!("{}: {problem}; it printed:\n{seen}", self.name);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next(lines: &Receiver<String>, until: Instant) -> Result<String, RecvTimeoutError> {
    lines.recv_timeout(until.saturating_duration_since(Instant::now()))
}

/// Reads so many lines in a thread, so that a wait for them can be bounded.
fn read_lines(source: impl Read + Send + 'static, count: usize) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // The source is closed before the channel is.
        for line in BufReader::new(source).lines().take(count) {
            // Nobody reads on where the test is over.
            let Ok(()) = sender.send(line.unwrap()) else {
                return;
            };
        }
    });
    receiver
}

/// Where an example program is. `cargo test --workspace` builds all of them
/// before it runs a test; where only these tests were built, the examples may be
/// missing or old, so cargo is asked to look.
fn path_of(name: &str) -> PathBuf {
    static BUILD: Once = Once::new();

    // This test is `target/<profile>/deps/examples-<hash>`.
    let test = env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let path = profile.join("examples").join(name);
    let path = path.with_extension(env::consts::EXE_EXTENSION);
    BUILD.call_once(|| {
        let profile_name = match profile.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let status = Command::new(env!("CARGO"))
            .args(["build", "-p", "podsix-examples", "--examples"])
            .args(["--profile", profile_name])
            .arg("--target-dir")
            .arg(profile.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(status.unwrap().success(), "the examples can't be built");
    });
    assert!(path.exists(), "{} is missing", path.display());
    path
}
