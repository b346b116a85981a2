//! The command line: one file for each subcommand.

mod config;
mod exit;
mod options;

use std::process::ExitCode;

use clap::Parser;

pub use exit::Exit;
use options::Options;

/// What can be asked of the program.
#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Look at the configuration.
    #[command(subcommand)]
    Config(config::Command),
}

/// Workflows, tasks and approvals in which every change is an appended event.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a check found something, 4 unavailable.
#[derive(Parser, Debug)]
#[command(name = "docket", version)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

/// Runs what the process's arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Config(command) => config::run(command, cli.options),
    };
    exit::report(done)
}
