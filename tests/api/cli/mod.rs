//! The command line: the program as a process of its own, over a store of the tests.

mod demo;
mod events;
mod help;
mod migrate;
mod program;
mod projections;
mod tamper;
mod user;
mod verify_store;
