//! Logs: for people by default, for machines with `DOCKET_LOG_FORMAT=json`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("log: `{filter}` is no filter such as `info` or `docket=debug,warn`: {source}")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Something else in the process logs already.
    #[error("logging has been set up already")]
    Twice,
}

/// Logs what `filter` lets through to standard error, from now on.
///
/// # Errors
/// `Filter` for a filter that cannot be read, `Twice` the second time.
pub fn init_logs(filter: &str, format: LogFormat) -> Result<(), LogError> {
    let levels = EnvFilter::try_new(filter)
        .map_err(|source| LogError::Filter { filter: filter.to_owned(), source })?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(levels)
        .with_writer(std::io::stderr)
        // Where standard error goes to a full disk, to tell of that there would be a panic.
        .log_internal_errors(false);
    let started = match format {
        LogFormat::Human => logs.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    started.map_err(|_| LogError::Twice)
}
