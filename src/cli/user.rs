//! `docket user`: people who cannot help themselves.

use std::io::{BufRead as _, IsTerminal as _};

use super::options::Options;
use super::store::{Role, with_services};
use super::{Exit, print};
use crate::identity::{IdentityError, Secret};

/// What can be done for a person.
#[derive(clap::Subcommand, Debug, Clone)]
pub enum Command {
    /// Give a person a new password and end all their sessions
    ///
    /// The password is asked for on a terminal, and is else the first line of standard input.
    ResetPassword {
        /// The person's e-mail address
        email: String,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// `Failed` where nobody has the address or the password is not acceptable, `Unavailable` where the store
/// cannot be opened.
pub fn run(command: Command, options: Options) -> Result<(), Exit> {
    let Command::ResetPassword { email } = command;
    with_services(options, Role::Server, async |services| {
        let password = read_password()?;
        let reset = services.api.identity.reset_password(&email, password).await;
        reset.map_err(|error| refused(&email, error))?;
        print(&format!("{email} has a new password, and all sessions have ended"))
    })
}

fn read_password() -> Result<Secret, Exit> {
    let failed = |error: std::io::Error| Exit::Failed(error.into());
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        let end = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(end);
        return Ok(Secret::from(line));
    }
    let first = rpassword::prompt_password("new password: ").map_err(failed)?;
    let again = rpassword::prompt_password("the same again: ").map_err(failed)?;
    if first == again {
        Ok(Secret::from(first))
    } else {
        Err(Exit::Failed(anyhow::anyhow!("the two are not the same: nothing was changed")))
    }
}

fn refused(email: &str, error: IdentityError) -> Exit {
    match error {
        IdentityError::NoSuchPerson => {
            Exit::Failed(anyhow::anyhow!("nobody has the e-mail address {email}"))
        }
        IdentityError::Store(error) => Exit::Unavailable(error.to_string()),
        other => Exit::Failed(other.into()),
    }
}
