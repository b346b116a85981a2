//! The program: which subcommand was asked for.

use std::future::Future;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::Shell;
use serde::Serialize;

use super::exit::report;
use super::options::Options;
use super::{
    Exit, backup, completions, config, events, migrate, projections, restore, schema, serve, user,
    verify_store,
};

/// What can be asked of the program.
#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Serve the API until SIGTERM or SIGINT; what happens where no command is given
    Serve(serve::Arguments),
    /// Print the schema of the API
    Schema,
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Check that everything stored is whole: the log event by event, and the read models against it
    ///
    /// Exit codes: 0 all is well, 3 something is not, 4 the store cannot be opened or read. A data directory
    /// that a server uses cannot be verified meanwhile; a PostgreSQL database can.
    VerifyStore(verify_store::Arguments),
    /// Look at the read models, and build them anew
    #[command(subcommand)]
    Projections(projections::Command),
    /// Bring the schemas in PostgreSQL up to date, as the role of `DOCKET_MIGRATE_URL`
    Migrate,
    /// Write everything that cannot be made again into a new directory, beside a running server
    ///
    /// Exit codes: 0 it is there, and whole; 1 it cannot be written; 2 there is something in its place;
    /// 3 the store is not whole; 4 the store cannot be opened or read. Without 0 there is no backup.
    Backup(backup::Arguments),
    /// Make an empty store, on SQLite or PostgreSQL, from a backup of either, and verify it
    ///
    /// Exit codes: 0 it is there, and whole; 2 the store is not empty, or the master key is another one;
    /// 3 the backup is damaged or of a later release, or the store is not what it should be; 4 the store cannot
    /// be opened or written. Stop every server that uses the store first.
    Restore(restore::Arguments),
    /// Help people who cannot help themselves
    #[command(subcommand)]
    User(user::Command),
    /// Print the log as JSON Lines; it may be in use meanwhile
    #[command(subcommand)]
    Events(events::Command),
    /// Print what a shell completes commands and options by
    Completions {
        /// Which shell
        shell: Shell,
    },
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
    let done = match command.unwrap_or_else(|| Command::Serve(serve::Arguments::default())) {
        Command::Serve(arguments) => serve::run(arguments, options),
        Command::Schema => schema::run(),
        Command::Config(command) => config::run(command, options),
        Command::VerifyStore(arguments) => verify_store::run(arguments, options),
        Command::Projections(command) => projections::run(command, options),
        Command::Migrate => migrate::run(options),
        Command::Backup(arguments) => backup::run(&arguments, options),
        Command::Restore(arguments) => restore::run(&arguments, options),
        Command::User(command) => user::run(command, options),
        Command::Events(command) => events::run(&command, options),
        Command::Completions { shell } => completions::run(shell, Cli::command()),
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

/// What was asked for, as JSON for machines.
///
/// # Errors
/// `Failed` where it has no form in JSON.
pub(super) fn as_json(what: &impl Serialize) -> Result<String, Exit> {
    serde_json::to_string_pretty(what).map_err(|error| Exit::Failed(error.into()))
}

/// Runs `work` on a runtime of its own.
///
/// # Errors
/// That of `work`; `Failed` where there can be no runtime.
pub(super) fn block_on(work: impl Future<Output = Result<(), Exit>>) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Exit::Failed(error.into()))?.block_on(work)
}
