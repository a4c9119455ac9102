//! A window of the shared whiteboard. Run `whiteboard_server` first, then this,
//! in the folder `examples/whiteboard_client`:
//!
//! ```sh
//! cargo run --release -- --name Ann
//! ```

mod curve;
mod look;
mod paper;
mod pen;
mod pointers;
mod session;
mod toolbar;

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::mpsc;

use macroquad::Window;
use macroquad::conf::Conf as WindowConf;
use macroquad::miniquad::conf::{Conf, LinuxBackend, Platform};
use macroquad::prelude::{clear_background, is_quit_requested, next_frame, prevent_quit};
use podsix_examples::cli::{Stop, client_args, exit_code};
use podsix_examples::whiteboard::View;

use crate::look::Look;
use crate::paper::Paper;
use crate::pen::Pen;
use crate::session::Session;
use crate::toolbar::{Toolbar, Wish};

const HELP: &str = "\
A window of the shared whiteboard, for whiteboard_server.

Usage: whiteboard_client [ADDRESS] [--name NAME]

  ADDRESS       where the server is, as host:port; the default is 127.0.0.1:31425
  --name NAME   your name; without it you are a guest
  -h, --help    show this

Draw with the left button. Ctrl+Z takes your newest stroke back.";

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(args) = client_args()? else {
        return Ok(writeln!(stdout(), "{HELP}")?);
    };
    let session = Session::connect(args)?;
    let (tell, told) = mpsc::channel();
    Window::from_config(window(), async move {
        let ended = draw_together(session).await;
        let _ = tell.send(ended.map_err(|error| error.to_string()));
    });
    // What was not told ended well: some systems end the program with its window.
    Ok(told.try_recv().unwrap_or(Ok(()))?)
}

fn window() -> WindowConf {
    WindowConf {
        miniquad_conf: Conf {
            window_title: "Whiteboard".to_owned(),
            window_width: 1200,
            window_height: 800,
            high_dpi: true,
            // Smooth edges.
            sample_count: 4,
            platform: Platform {
                linux_backend: LinuxBackend::X11WithWaylandFallback,
                ..Platform::default()
            },
            ..Conf::default()
        },
        ..WindowConf::default()
    }
}

async fn draw_together(mut session: Session) -> Result<(), Box<dyn Error>> {
    let stop = Stop::on_signals(session.connection.waker())?;
    // Goodbye is said below.
    prevent_quit();
    let look = Look::load()?;
    let (mut view, mut paper, mut pen) = (View::default(), Paper::new(look::board()), Pen::new());
    let mut toolbar = Toolbar::default();
    while !stop.is_wanted() && !is_quit_requested() {
        let board = look::board();
        pen.follow_mouse(board);
        pen.send(&session.connection, &view)?;

        clear_background(look::PAGE);
        match toolbar.show(&look, &session, &view, &pen) {
            Some(Wish::Undo) => pen.undo(),
            Some(Wish::Clear) => pen.clear(&session.connection)?,
            None => {}
        }
        paper.paint(board, &view);
        paper.show(&look, &view, &pen);
        pointers::show(&look, board, &view);
        session.show_trouble(&look, board);
        next_frame().await;

        session.turn()?;
        // Each of them listens to what concerns it.
        session.connection.dispatch(&mut session.link);
        session.connection.dispatch(&mut view);
        session.connection.dispatch(&mut paper);
        session.connection.dispatch(&mut pen);
    }
    Ok(session.leave()?)
}
