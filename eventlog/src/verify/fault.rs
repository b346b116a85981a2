//! What can be wrong with a log.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Something that the log promises and does not keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// Positions without an event, before the head.
    #[error("there are no events from position {from} to {to}")]
    Missing {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
    },
    /// An event after the end of the log.
    #[error("the log ends at {head}, and there is an event at position {position}")]
    BeyondHead {
        /// The event's position.
        position: u64,
        /// Where the log ends.
        head: u64,
    },
    /// A stream that does not go on where it was.
    #[error(
        "{stream} has the sequence {found} at position {position}, where {expected} comes next"
    )]
    Sequence {
        /// The event's position.
        position: u64,
        /// The stream: type and id of its aggregate.
        stream: String,
        /// The sequence that comes next.
        expected: u64,
        /// The sequence that the event has.
        found: u64,
    },
    /// A commit whose last event is not where its events say.
    #[error("the commit {commit} ends at position {position}, and says that it ends at {said}")]
    CommitEnd {
        /// The position of the event that shows it.
        position: u64,
        /// The commit.
        commit: Uuid,
        /// Where an event of it says that it ends.
        said: u64,
    },
    /// A commit that goes on after another.
    #[error("the commit {commit} goes on at position {position}, after another commit")]
    CommitSplit {
        /// The position where it goes on.
        position: u64,
        /// The commit.
        commit: Uuid,
    },
    /// An event that was recorded before the one that precedes it.
    #[error(
        "the event at position {position} was recorded at {at}, before what precedes it ({before})"
    )]
    TimeWentBack {
        /// The event's position.
        position: u64,
        /// When it was recorded.
        at: DateTime<Utc>,
        /// When what precedes it was recorded.
        before: DateTime<Utc>,
    },
    /// An event that cannot be read.
    #[error("the event at position {position} cannot be read: {reason}")]
    Unreadable {
        /// Its position.
        position: u64,
        /// Why not.
        reason: String,
    },
}

impl LogFault {
    /// A stable name of the kind of fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "EVENTS_MISSING",
            Self::BeyondHead { .. } => "EVENT_BEYOND_HEAD",
            Self::Sequence { .. } => "SEQUENCE_BROKEN",
            Self::CommitEnd { .. } => "COMMIT_END_WRONG",
            Self::CommitSplit { .. } => "COMMIT_SPLIT",
            Self::TimeWentBack { .. } => "TIME_WENT_BACK",
            Self::Unreadable { .. } => "EVENT_UNREADABLE",
        }
    }

    /// The position where it shows.
    pub const fn position(&self) -> u64 {
        match self {
            Self::Missing { from: position, .. }
            | Self::BeyondHead { position, .. }
            | Self::Sequence { position, .. }
            | Self::CommitEnd { position, .. }
            | Self::CommitSplit { position, .. }
            | Self::TimeWentBack { position, .. }
            | Self::Unreadable { position, .. } => *position,
        }
    }
}
