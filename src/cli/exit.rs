//! How the program ends.

use std::process::ExitCode;

use crate::config::ConfigError;
use crate::telemetry::LogError;

/// Why a subcommand did not do what was asked; each has an exit code of its own.
#[derive(Debug, thiserror::Error)]
pub enum Exit {
    /// It failed: 1.
    #[error("{0:#}")]
    Failed(anyhow::Error),
    /// The arguments or the configuration are wrong: 2.
    #[error("{0}")]
    Usage(String),
    /// A check found something: 3.
    #[error("{0}")]
    Found(String),
    /// A store, or the address to listen on, cannot be had: 4.
    #[error("{0}")]
    Unavailable(String),
}

impl Exit {
    const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Found(_) => 3,
            Self::Unavailable(_) => 4,
        }
    }
}

impl From<ConfigError> for Exit {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<LogError> for Exit {
    fn from(error: LogError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<anyhow::Error> for Exit {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Says what went wrong on standard error, and answers the exit code.
#[expect(clippy::print_stderr, reason = "this is the command line's last word")]
pub fn report(done: Result<(), Exit>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => {
            eprintln!("error: {exit}");
            ExitCode::from(exit.code())
        }
    }
}
