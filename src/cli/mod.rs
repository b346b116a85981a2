//! The command line: one file for each subcommand.

mod config;
mod exit;
mod options;
mod program;
mod schema;
mod serve;

pub use exit::Exit;
pub use program::main;
use program::{block_on, print};
