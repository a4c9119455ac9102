//! Programs to run and to copy from: see the folder `examples`.
