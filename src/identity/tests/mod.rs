//! The identity service over a real log and a real bus.

mod keys;
mod members;
mod passwords;
mod sessions;
mod support;
