//! The pending timers of one aggregate.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use docket_domain::{ApprovalId, IdError, OrganizationId, RunId, StepId, TaskId, TimerKey};
use serde::{Deserialize, Serialize};

use super::columns;
use crate::table::{Cell, Index, Reach, Row, Table};
use crate::text::text_serde;

/// The aggregate whose timers these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerSubject {
    /// A task.
    Task(TaskId),
    /// An approval.
    Approval(ApprovalId),
    /// A run, for the waits of its steps.
    Run(RunId),
}

impl fmt::Display for TimerSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(id) => id.fmt(f),
            Self::Approval(id) => id.fmt(f),
            Self::Run(id) => id.fmt(f),
        }
    }
}

impl FromStr for TimerSubject {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let task = text.parse().map(Self::Task);
        let approval = || text.parse().map(Self::Approval);
        task.or_else(|_| approval()).or_else(|_| text.parse().map(Self::Run))
    }
}

text_serde!(TimerSubject);

/// A timer that has not fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingTimer {
    /// Which timer it is.
    pub key: TimerKey,
    /// The activation that waits; `None` for a task's and an approval's.
    pub step: Option<StepId>,
    /// When it is due.
    #[serde(with = "crate::micros::at")]
    pub at: DateTime<Utc>,
}

/// The pending timers of one aggregate; there is no row where none is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerRow {
    /// The aggregate.
    pub id: TimerSubject,
    /// Its pending timers, by time.
    pub pending: Vec<PendingTimer>,
}

impl Row for TimerRow {
    type Id = TimerSubject;
    const TABLE: Table =
        Table::new("timer", &[columns::NEXT_AT]).indexed(&[Index::reaching(Reach::All, "next_at")]);
    const PROJECTION: &'static str = "timers";

    fn id(&self) -> TimerSubject {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        let next = self.pending.iter().map(|timer| timer.at).min();
        vec![Cell::time(next.unwrap_or(DateTime::<Utc>::MAX_UTC))]
    }
}

/// A timer whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueTimer {
    /// The organization.
    pub organization: OrganizationId,
    /// The aggregate that has to be told.
    pub subject: TimerSubject,
    /// The timer.
    pub timer: PendingTimer,
}
