//! What the example programs share: the messages of each pair, and manners at
//! the command line. The programs themselves are in the folder `examples`.

pub mod board_game;
pub mod chat;
pub mod cli;
pub mod lagtime;
pub mod whiteboard;
