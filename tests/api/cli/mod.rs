//! The command line: the program as a process of its own, over a store of the tests.

mod demo;
mod events;
mod help;
mod migrate;
mod parked;
mod pools;
pub mod program;
mod projections;
pub mod tamper;
mod user;
mod verify_store;
