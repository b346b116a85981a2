//! Work that is under way.

use chrono::{DateTime, Utc};
use docket_domain::{Assignment, UserId};
use serde::{Deserialize, Serialize};

use super::day::PROJECTION;
use crate::table::{Cell, Row, Table};
use crate::task::TaskStatus;
use crate::work::WorkId;

/// What open work is counted by.
pub(crate) mod columns {
    use crate::table::Column;

    /// The status of a task, `open` of an approval.
    pub(crate) const STATUS: Column = Column::text("status");
    /// Whoever holds it: a user's id; null while nobody does.
    pub(crate) const ASSIGNEE: Column = Column::text("assignee").or_null();
}

/// A task or an approval that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenWorkRow {
    /// The work.
    pub id: WorkId,
    /// How it stands; an approval is open.
    pub status: TaskStatus,
    /// Whoever holds it; nobody holds an approval.
    pub assignee: Option<UserId>,
    /// When it is due.
    #[serde(with = "crate::micros::maybe")]
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it is known already that it is late.
    pub missed: bool,
}

impl OpenWorkRow {
    pub(super) fn new(id: WorkId, due_at: Option<DateTime<Utc>>) -> Self {
        Self { id, status: TaskStatus::Open, assignee: None, due_at, missed: false }
    }

    /// Gives a task to somebody, or to nobody: another holder has not begun yet.
    pub(super) fn assign(&mut self, assignment: &Assignment) {
        if assignment.assignee.is_none() || assignment.assignee != self.assignee {
            self.status = TaskStatus::Open;
        }
        self.assignee = assignment.assignee;
    }

    /// Whether it ends in time at `at`; `None` where nothing was promised, or it is known already.
    pub(super) fn ends_in_time(&self, at: DateTime<Utc>) -> Option<bool> {
        self.due_at.filter(|_| !self.missed).map(|due_at| at <= due_at)
    }
}

impl Row for OpenWorkRow {
    type Id = WorkId;
    const TABLE: Table = Table::new("dashboard_open", &[columns::STATUS, columns::ASSIGNEE]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> WorkId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(self.status), Cell::text_or_null(self.assignee)]
    }
}
