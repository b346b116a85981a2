//! The program: which subcommand was asked for.

use std::future::Future;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

use super::exit::report;
use super::options::Options;
use super::{Exit, config, schema, serve};

/// What can be asked of the program.
#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Serve the API until SIGTERM or SIGINT; what happens where no command is given
    Serve,
    /// Print the schema of the API
    Schema,
    /// Look at the configuration
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
    command: Option<Command>,
}

/// Runs what the process's arguments ask for.
pub fn main() -> ExitCode {
    let Cli { options, command } = Cli::parse();
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(options),
        Command::Schema => schema::run(),
        Command::Config(command) => config::run(command, options),
    };
    report(done)
}

/// Prints what was asked for. Whoever reads it may have seen enough: a closed pipe is no failure.
///
/// # Errors
/// `Failed` where standard output cannot be written.
pub(super) fn print(text: &str) -> Result<(), Exit> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Exit::Failed(error.into())),
        _ => Ok(()),
    }
}

/// Runs `work` on a runtime of its own.
///
/// # Errors
/// That of `work`; `Failed` where there can be no runtime.
pub(super) fn block_on(work: impl Future<Output = Result<(), Exit>>) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Exit::Failed(error.into()))?.block_on(work)
}
