//! A screen that nobody sees, Xvfb, with the window of the whiteboard on it, and a
//! hand at the mouse and the keyboard, xdotool.

use std::env;
use std::fs;
use std::io::{Write as _, stderr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use podsix_examples::whiteboard::{Color, Stroke, pairs};
use podsix_tests::program::Program;

use crate::guests::Board;

/// The window, which fills its screen.
pub(crate) struct Window {
    pub(crate) program: Program,
    screen: Screen,
}

struct Screen {
    _server: Program,
    display: String,
    /// Xvfb keeps the pixels in a file there.
    folder: PathBuf,
}

impl Window {
    /// Opens one; where there is none, tests have nothing to do.
    pub(crate) fn open(address: &str, name: &str) -> Option<Self> {
        static TOLD: Once = Once::new();

        let path = env::var_os("PODSIX_WINDOW").filter(|path| !path.is_empty());
        if path.is_none() {
            // Unlike `eprintln!` this is shown although the tests pass.
            TOLD.call_once(|| {
                let told =
                    b"note: the tests of the window did not run; `.ci/run window` runs them\n";
                let _ = stderr().write_all(told);
            });
        }
        let path = path?;
        let screen = Screen::start();
        let mut command = Command::new(path);
        command.args([address, "--name", name]);
        command.env("DISPLAY", &screen.display);
        let program = Program::run("whiteboard_client", &mut command, usize::MAX);
        Some(Self { program, screen })
    }

    /// Draws through these points of the board with the mouse.
    pub(crate) fn draw(&self, points: &[(i32, i32)]) {
        let mut commands = Vec::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            let (x, y) = on_screen(x, y);
            commands.extend(["mousemove".to_owned(), x.to_string(), y.to_string()]);
            if index == 0 {
                commands.extend(["mousedown".to_owned(), "1".to_owned()]);
            }
        }
        commands.extend(["mouseup".to_owned(), "1".to_owned()]);
        self.hand(&commands);
    }

    /// Presses keys together, as `ctrl+z`.
    pub(crate) fn press(&self, keys: &str) {
        self.hand(&["key".to_owned(), keys.to_owned()]);
    }

    /// Whether anything in this colour is seen where this point of the board is.
    pub(crate) fn has(&self, color: Color, (x, y): (i32, i32)) -> bool {
        let (x, y) = on_screen(x, y);
        self.sees(color, x - 2..x + 3, y - 2..y + 3)
    }

    /// Whether this colour is in the row above the board, where the people are.
    pub(crate) fn names(&self, color: Color) -> bool {
        self.sees(color, 0..WIDTH, 0..TOP)
    }

    /// What is seen, as a file in X11's format for pictures.
    pub(crate) fn picture(&self) -> Vec<u8> {
        fs::read(self.screen.folder.join("Xvfb_screen0")).unwrap()
    }

    fn sees(&self, [red, green, blue]: Color, across: Range<usize>, down: Range<usize>) -> bool {
        let picture = self.picture();
        let head = |index: usize| {
            let bytes = picture[4 * index..].first_chunk().unwrap();
            u32::from_be_bytes(*bytes) as usize
        };
        let (size, row_bytes, colors) = (head(0), head(12), head(19));
        let rows = picture[size + 12 * colors..].chunks_exact(row_bytes);
        rows.skip(down.start).take(down.len()).any(|row| {
            let pixels = &row.as_chunks::<4>().0[across.clone()];
            pixels
                .iter()
                .any(|&[b, g, r, _]| [r, g, b] == [red, green, blue])
        })
    }

    fn hand(&self, commands: &[String]) {
        let mut xdotool = Command::new("xdotool");
        xdotool.args(commands).env("DISPLAY", &self.screen.display);
        assert!(xdotool.status().unwrap().success(), "{commands:?}");
    }
}

impl Board for Window {
    /// Where each of them begins.
    fn shows(&mut self, strokes: &[Stroke]) -> bool {
        let seen = |stroke: &Stroke| {
            let begin = pairs(&stroke.points).next();
            begin.is_some_and(|point| self.has(stroke.color, point))
        };
        strokes.iter().all(seen)
    }
}

impl Screen {
    fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("podsix-screen-{}-{number}", process::id());
        let folder = env::temp_dir().join(folder);
        fs::create_dir(&folder).unwrap();
        let mut command = Command::new("Xvfb");
        // It takes a display that is free, and tells which.
        command.args(["-displayfd", "1", "-nolisten", "tcp"]);
        command.args(["-screen", "0", &format!("{WIDTH}x{HEIGHT}x24")]);
        command.args([Path::new("-fbdir"), &folder]);
        let mut server = Program::run("Xvfb", &mut command, usize::MAX);
        let display = format!(":{}", server.next_line());
        Self {
            _server: server,
            display,
            folder,
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

// The window as it opens, and the board in it.
const WIDTH: usize = 1200;
const HEIGHT: usize = 800;
const LEFT: usize = 24;
const TOP: usize = 64;

fn on_screen(x: i32, y: i32) -> (usize, usize) {
    let scaled = |place: i32| place as usize * 72 / 100;
    (LEFT + scaled(x), TOP + scaled(y))
}
