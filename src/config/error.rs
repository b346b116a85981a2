//! What can be wrong with a configuration.

use std::path::PathBuf;

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there, or cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Values that cannot be read, each with where it is from.
    #[error("{}", .0.join("\n"))]
    Values(Vec<String>),
    /// A value that can be read and makes no sense.
    #[error("{key}: {message}")]
    Nonsense {
        /// The setting.
        key: &'static str,
        /// What is wrong with it, and what to do.
        message: String,
    },
}
