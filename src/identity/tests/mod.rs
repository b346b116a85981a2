//! The identity service over a real log and a real bus.

mod doubt;
mod keys;
mod members;
mod passwords;
mod sessions;
mod support;
mod way;
