//! Boots the real server on port 0 over a fresh store and speaks HTTP and WebSocket to it.

mod client;
mod clock;
mod company;
mod people;
mod server;
mod socket;
mod store;
mod wait;

pub use client::{Client, Reply};
pub use clock::TestClock;
pub use company::Company;
pub use people::{PASSWORD, Person, publish, refusal_of};
pub use server::{Node, Server};
pub use socket::Subscription;
pub use store::{Store, on_each_store, on_eventstoredb};
pub use wait::eventually;
