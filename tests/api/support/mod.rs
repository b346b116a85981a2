//! Boots the real server on port 0 over a fresh store and speaks HTTP to it.

mod client;
mod clock;
mod people;
mod server;
mod store;

pub use client::{Client, Reply};
pub use clock::TestClock;
pub use people::{PASSWORD, Person, publish};
pub use server::Server;
pub use store::{Store, on_each_store};
