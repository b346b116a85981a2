//! Set-up, tests and generated files of Docket's own development: `cargo xtask`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod cargo;
mod contract;
mod postgres;
mod release_data;
mod schema;
mod test;

use std::process::ExitCode;

use clap::Parser;

/// Set-up, tests and generated files of Docket's own development.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Run every test of the workspace, with a PostgreSQL server for those that need one.
    Test(test::Options),
    /// Run the contract suite over every event store, and print what each passed and skipped.
    Contract(contract::Options),
    /// Run a private PostgreSQL server and print its URL, until ^C.
    Postgres,
    /// Write `schema.graphql` anew from the code.
    Schema(schema::Options),
    /// Keep what the current version stores, for the tests of later ones: once for each release.
    ReleaseData,
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Test(options) => test::run(&options),
        Task::Contract(options) => contract::run(&options),
        Task::Postgres => postgres::run(),
        Task::Schema(options) => schema::run(&options),
        Task::ReleaseData => release_data::run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
