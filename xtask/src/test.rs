//! `cargo xtask test`: every test, with nothing to set up beforehand.

use std::process::ExitCode;

use anyhow::{Context, Result};
use private_postgres::PrivateServer;

use crate::cargo;

/// Where the tests that need PostgreSQL find it.
pub(crate) const URL: &str = "DOCKET_TEST_POSTGRES_URL";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A superuser's URL of a PostgreSQL server to use, instead of a private one; each test makes
    /// its own database there.
    #[arg(long, env = URL, value_name = "URL", hide_env_values = true)]
    postgres_url: Option<String>,

    /// What `cargo test --workspace` is given beside.
    #[arg(last = true, value_name = "ARGUMENTS")]
    arguments: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(url) = &options.postgres_url {
        println!("PostgreSQL: the one that {URL} names");
        return test(url, &options.arguments);
    }
    let server = PrivateServer::start().context("starting a private PostgreSQL server")?;
    println!("PostgreSQL: a private server on port {}, for this run", server.port());
    test(&server.url(), &options.arguments)
}

fn test(url: &str, arguments: &[String]) -> Result<ExitCode> {
    let mut command = cargo::cargo();
    command.args(["test", "--workspace"]).args(arguments).env(URL, url);
    let status = command.status().context("running `cargo test`")?;
    Ok(cargo::exit_code(status))
}
