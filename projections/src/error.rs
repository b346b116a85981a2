//! What the read models refuse or cannot do.

/// Why a read model did not answer, or did not move on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewsError {
    /// The database of the read models cannot be reached, or failed.
    #[error("the read models are unavailable: {0}")]
    Unavailable(String),
    /// A stored row is not what a projection wrote.
    #[error("a row of {table} cannot be read: {reason}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Why not.
        reason: String,
    },
    /// The question cannot be answered as it is put.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The read model has not reached the position within the time given.
    #[error("{projection} has not reached position {position} yet; ask again later")]
    Behind {
        /// The projection.
        projection: &'static str,
        /// The position that was waited for.
        position: u64,
    },
    /// There is no projection of that name.
    #[error("there is no projection `{0}`")]
    UnknownProjection(String),
    /// Another node leads the projections of this group now; what was being written is not.
    #[error("the lease on {0} is held elsewhere")]
    LeaseLost(&'static str),
    /// The row is as it was before an event that cannot be applied: what is asked for is not known.
    #[error(
        "{projection} cannot apply the event at position {position}, and shows what was before it"
    )]
    Parked {
        /// The projection.
        projection: &'static str,
        /// The event's position.
        position: u64,
    },
    /// The event at the position is not one that a projection cannot apply.
    #[error("{projection} has nothing parked at position {position}{}", first.map_or_else(String::new, |first| format!(" that can be skipped: it waits behind position {first}")))]
    NotParked {
        /// The projection.
        projection: &'static str,
        /// The position.
        position: u64,
        /// The position of the event that the one at `position` waits behind; `None` where it does not wait.
        first: Option<u64>,
    },
    /// Nothing is parked under the key.
    #[error("{projection} has nothing parked under `{key}`")]
    NoSuchKey {
        /// The projection.
        projection: &'static str,
        /// The key.
        key: String,
    },
    /// The projection does not move with its group: nothing can be applied to its rows.
    #[error("{0} has stopped: rebuild it")]
    NotMoving(&'static str),
    /// The projection is being rebuilt by another process.
    #[error("{0} is being rebuilt already")]
    RebuildUnderWay(&'static str),
    /// An event cannot be folded.
    #[error("{projection} cannot fold the event at position {position}: {reason}")]
    Unfoldable {
        /// The projection.
        projection: &'static str,
        /// The event's position.
        position: u64,
        /// Why not.
        reason: String,
    },
    /// The read models show more than the log holds: one of the two is not of this store, or was lost in part.
    #[error("the read models of {group} are at position {position}, and the log ends at {log}")]
    Ahead {
        /// The group.
        group: &'static str,
        /// The position that its rows have reached.
        position: u64,
        /// The position of the log's last event that can be read.
        log: u64,
    },
    /// The event log did not answer.
    #[error("the event log cannot be read: {0}")]
    Log(String),
}

/// What is wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The table has no such column, or cannot be asked for parties.
    #[error("{table} cannot be filtered or sorted by `{column}`")]
    UnknownColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The value is of another kind than the column.
    #[error("`{0}` is compared with a value of another kind")]
    WrongKind(&'static str),
    /// The filter is larger than the limit.
    #[error("a filter has at most {max} comparisons and values; leave some out")]
    FilterTooLarge {
        /// The most that there may be.
        max: usize,
    },
    /// The text to look for is longer than the limit.
    #[error("a text to look for has at most {max} characters")]
    TextTooLong {
        /// The most that there may be.
        max: usize,
    },
    /// The cursor is not one that this list gave.
    #[error("the cursor is not one of this list in this order; begin without one")]
    InvalidCursor,
    /// More rows are asked for than a page holds, or none.
    #[error("ask for 1 to {max} rows")]
    PageSize {
        /// The most that there may be.
        max: u32,
    },
    /// Both ends of a list are asked for at once.
    #[error("use `first` or `last`, not both")]
    FirstAndLast,
    /// The range of days is longer than the limit, or ends before it begins.
    #[error("the range must end after it begins and span at most {max_days} days")]
    Range {
        /// The longest range.
        max_days: u32,
    },
}

impl ViewsError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "READ_MODELS_UNAVAILABLE",
            Self::Corrupt { .. } => "READ_MODEL_CORRUPT",
            Self::Query(error) => error.code(),
            Self::Behind { .. } => "READ_MODEL_BEHIND",
            Self::UnknownProjection(_) => "UNKNOWN_PROJECTION",
            Self::LeaseLost(_) => "LEASE_LOST",
            Self::Parked { .. } => "READ_MODEL_PARKED",
            Self::NotParked { .. } | Self::NoSuchKey { .. } => "NOT_PARKED",
            Self::NotMoving(_) => "NOT_MOVING",
            Self::RebuildUnderWay(_) => "REBUILD_UNDER_WAY",
            Self::Unfoldable { .. } => "UNFOLDABLE",
            Self::Ahead { .. } => "READ_MODEL_AHEAD",
            Self::Log(_) => "LOG_UNAVAILABLE",
        }
    }
}

impl QueryError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownColumn { .. } => "UNKNOWN_COLUMN",
            Self::WrongKind(_) => "WRONG_KIND",
            Self::FilterTooLarge { .. } => "FILTER_TOO_LARGE",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::InvalidCursor => "INVALID_CURSOR",
            Self::PageSize { .. } => "PAGE_SIZE",
            Self::FirstAndLast => "FIRST_AND_LAST",
            Self::Range { .. } => "RANGE",
        }
    }
}

impl From<sqlx::Error> for ViewsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<docket_eventlog::LogError> for ViewsError {
    fn from(error: docket_eventlog::LogError) -> Self {
        Self::Log(error.to_string())
    }
}
