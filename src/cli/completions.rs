//! `docket completions`: what a shell needs to complete commands and options.

use clap_complete::{Shell, generate};

use super::{Exit, print};

/// Prints the script for `shell`.
///
/// # Errors
/// `Failed` where standard output cannot be written.
pub fn run(shell: Shell, mut program: clap::Command) -> Result<(), Exit> {
    let mut script = Vec::new();
    generate(shell, &mut program, "docket", &mut script);
    print(String::from_utf8_lossy(&script).trim_end())
}
