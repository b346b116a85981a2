//! What matters of what a server did.

/// Something done to the data directory, or said to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The line of the trace with which it began.
    pub(super) began: usize,
    /// The line with which it was over; beyond every line where it never was.
    pub(super) ended: usize,
    /// What was done.
    pub(super) act: Act,
}

/// What was done; files by their names in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// A file was opened that need not be there, and perhaps emptied.
    Open { name: String, empties: bool },
    /// A file was written: at a place, or at its end.
    Write { name: String, at: Option<u64>, bytes: Vec<u8> },
    /// A file was given a length.
    Resize { name: String, length: u64 },
    /// A file was synced.
    Sync { name: String },
    /// A file got a second name.
    Link { from: String, to: String },
    /// A file got another name.
    Rename { from: String, to: String },
    /// A name was taken away.
    Unlink { name: String },
    /// The names were synced.
    SyncNames,
    /// An answer left that tells of these places in the log.
    Answer { positions: Vec<u64> },
}

impl Call {
    /// Whether it had begun by `moment`, a line of the trace.
    pub(super) fn began_before(&self, moment: usize) -> bool {
        self.began < moment
    }

    /// Whether it was over by `moment`.
    pub(super) fn ended_before(&self, moment: usize) -> bool {
        self.ended < moment
    }
}
