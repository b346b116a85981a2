//! Work that people do, tasks and approvals alike.

use std::fmt;
use std::str::FromStr;

use docket_domain::{ApprovalId, IdError, TaskId};

use crate::event::Event;
use crate::text::text_serde;

/// A piece of work: a task or an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkId {
    /// A task.
    Task(TaskId),
    /// An approval.
    Approval(ApprovalId),
}

impl WorkId {
    /// `task` or `approval`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Task(_) => "task",
            Self::Approval(_) => "approval",
        }
    }

    /// The work that an event is about.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let task = event.task_event().map(|(id, _)| Self::Task(id));
        task.or_else(|| event.approval_event().map(|(id, _)| Self::Approval(id)))
    }
}

impl fmt::Display for WorkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(id) => id.fmt(f),
            Self::Approval(id) => id.fmt(f),
        }
    }
}

impl FromStr for WorkId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse().map(Self::Task).or_else(|_| text.parse().map(Self::Approval))
    }
}

text_serde!(WorkId);
