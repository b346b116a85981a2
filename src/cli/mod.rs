//! The command line: one file for each subcommand.

mod backup;
mod completions;
mod config;
mod events;
mod exit;
mod migrate;
mod options;
mod parked;
mod program;
mod progress;
mod projections;
mod restore;
mod schema;
mod serve;
mod store;
mod user;
mod verify_store;

pub use exit::Exit;
pub use program::main;
use program::{as_json, block_on, print};
