//! Why a store is not restored into.

use crate::LogError;

/// Why a store is not restored into.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RestoreError {
    /// There is something in it.
    #[error("the store is not empty: there are rows in {0}; restore into an empty one")]
    NotEmpty(String),
    /// An earlier restore was not finished.
    #[error(
        "a restore into this store was not finished; `--start-over` takes away what it has written, and \
         begins anew"
    )]
    Unfinished,
    /// Somebody else holds the log, or whoever restores may not.
    #[error(
        "the log cannot be held: stop every server, and every other restore, that uses this store ({0})"
    )]
    InUse(LogError),
    /// The store cannot be reached, or refuses.
    #[error(transparent)]
    Log(#[from] LogError),
}
