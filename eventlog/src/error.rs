//! What the log refuses or cannot do.

use crate::StreamId;

/// Why a commit was not made, or a read not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// A stream is not at the sequence that the commit was decided on.
    #[error("stream {}/{} is at {actual}, not at {expected}", stream.aggregate_type, stream.aggregate_id)]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The sequence that was expected.
        expected: u64,
        /// The sequence of its last event.
        actual: u64,
    },
    /// A name is held by another.
    #[error("the {kind} is taken already")]
    Claimed {
        /// What is named.
        kind: &'static str,
        /// The id that holds it.
        holder: String,
    },
    /// The key was used before, with another input.
    #[error("the idempotency key was used before with another input")]
    IdempotencyKeyReused,
    /// The connection was lost while the commit was being made, and whether it was cannot be found out now.
    #[error("the connection was lost and the outcome is unknown; send it again with the same key")]
    OutcomeUnknown,
    /// The store cannot be reached, is full, or is shutting down; nothing was appended.
    #[error("the event log is unavailable: {0}")]
    Unavailable(String),
    /// No store can take this: a commit without events, a number beyond 2^53. Sending it again does not help.
    #[error("the event log does not take this: {0}")]
    Invalid(String),
    /// What is stored cannot be what was written.
    #[error("the event log is corrupt: {0}")]
    Corrupt(String),
}

impl LogError {
    /// A stable name of the kind of error, for logs, metrics and answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "CONFLICT",
            Self::Claimed { .. } => "CLAIMED",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::OutcomeUnknown => "OUTCOME_UNKNOWN",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Invalid(_) => "INVALID",
            Self::Corrupt(_) => "CORRUPT",
        }
    }
}
