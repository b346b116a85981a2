//! Load, baselines and crash checks against the real Docket server: `docket-bench`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod cli;

use std::process::ExitCode;

use clap::Parser;

// The load comes from one thread: the server and the database have better use for the others.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
