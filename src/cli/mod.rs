//! The command line: one file for each subcommand.

mod config;
mod exit;
mod options;
mod program;
mod schema;
mod serve;

pub use exit::Exit;
use program::block_on;
pub use program::main;
