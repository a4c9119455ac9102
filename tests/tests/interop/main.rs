//! podsix and programs on PodSixNet, the Python library, together. They are run
//! by the interpreter that the variable `PODSIX_PYTHON` names, which has to have
//! PodSixNet; where there is none these tests do nothing but say so. The folder
//! `tests/python` has the programs, and tells how to run all this.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that unwraps says clearly enough what went wrong"
)]

mod ends;
mod literal;
mod python;

mod clients;
mod endings;
mod every_value;
mod hostile;
mod programs;
mod rooms;
mod servers;
