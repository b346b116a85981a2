//! `cargo xtask schema`: the SDL that the code declares, as a file for readers and reviews.

use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The generated file, from the root of the workspace.
const FILE: &str = "schema.graphql";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail when the file is not what the code declares.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let declared = declared()?;
    let path = cargo::root().join(FILE);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == declared {
        println!("{FILE} is what the code declares");
    } else if options.check {
        bail!("{FILE} is stale: run `cargo xtask schema` and commit it");
    } else {
        std::fs::write(&path, declared).with_context(|| format!("writing {FILE}"))?;
        println!("{FILE} is written anew");
    }
    Ok(ExitCode::SUCCESS)
}

fn declared() -> Result<String> {
    let mut command = cargo::cargo();
    command.args(["run", "--quiet", "--package", "docket", "--", "schema"]);
    let output = command.stderr(Stdio::inherit()).output().context("running `docket schema`")?;
    if !output.status.success() {
        bail!("`docket schema` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).context("the schema is not UTF-8")
}
