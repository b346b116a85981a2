//! Why there is no demo.

use docket_eventlog::LogError;
use docket_projections::ViewsError;

use crate::app::StartError;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The log is where the story cannot be told at its own time.
    #[error(
        "the demo is a month of history, and EventStoreDB records by its own clock: leave out --events-url \
         (DOCKET_EVENTS_URL)"
    )]
    LogElsewhere,
    /// The stores cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store holds something else, which a demo must not mix with.
    #[error(
        "the store holds other data, and the demo needs one of its own: leave out --data-dir and \
         --database-url, or name an empty one"
    )]
    Occupied,
    /// An earlier attempt ended half-way.
    #[error("the demo in this store was not finished: remove the store, and start again")]
    Unfinished,
    /// The story cannot be read.
    #[error("the demo's story cannot be read: {0}")]
    Story(#[from] serde_norway::Error),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The read models cannot be read.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// Something in the story was refused, or is not there.
    #[error("the demo's story does not go on: {0}")]
    Stuck(String),
}
