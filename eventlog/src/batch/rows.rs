//! The rows that a batch writes.

use super::choose::{Accepted, Choice};
use crate::commit::{Append, Commit, NewEvent};

/// One event to write; positions as offsets from the head that the batch begins at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) position: u64,
    pub(crate) commit_end: u64,
    pub(crate) sequence: u64,
    pub(crate) commit: &'a Commit,
    pub(crate) append: &'a Append,
    pub(crate) event: &'a NewEvent,
}

impl<'a> Choice<'a> {
    /// Every event to write, in the order of positions.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.accepted.iter().flat_map(Accepted::rows)
    }
}

impl<'a> Accepted<'a> {
    fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let (commit, commit_end) = (self.commit, self.last);
        let events = commit.appends.iter().flat_map(|append| {
            let sequences = append.expected + 1..;
            append.events.iter().zip(sequences).map(move |event| (append, event))
        });
        events.zip(self.first..).map(move |((append, (event, sequence)), position)| Row {
            position,
            commit_end,
            sequence,
            commit,
            append,
            event,
        })
    }
}
