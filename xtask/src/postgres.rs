//! `cargo xtask postgres`: a server to develop against.

use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context, Result};
use private_postgres::PrivateServer;

/// Prints the URL, alone on its line, and waits until standard input ends or `^C`; either removes
/// the server and its data.
pub(crate) fn run() -> Result<ExitCode> {
    let server = PrivateServer::start().context("starting a private PostgreSQL server")?;
    println!("{}", server.url());
    eprintln!("^C stops it and removes its data");
    let mut ignored = Vec::new();
    std::io::stdin().read_to_end(&mut ignored).context("reading standard input")?;
    Ok(ExitCode::SUCCESS)
}
