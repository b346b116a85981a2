//! How many runs, tasks and approvals there are in each state.

use docket_domain::OrganizationId;
use docket_domain::approval::Outcome;
use serde::{Deserialize, Serialize};

use super::day::PROJECTION;
use crate::table::{Cell, Row, Table};
use crate::task::TaskStatus;

/// Everything that an organization has, by state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalRow {
    /// The organization.
    pub id: OrganizationId,
    /// Its runs.
    pub runs: RunTotals,
    /// Its tasks.
    pub tasks: TaskTotals,
    /// Its approvals.
    pub approvals: ApprovalTotals,
}

/// Runs by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTotals {
    /// Those that go on. Where the start of one was given up, for it could not be applied, its end still counts: so this
    /// may be below 0, and does not depend on when that was.
    pub running: i64,
    /// Those that reached an end.
    pub completed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
}

/// Tasks by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTotals {
    /// Those that nobody has started on.
    pub open: u64,
    /// Those that somebody is at work on.
    pub in_progress: u64,
    /// Those that are done.
    pub completed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
}

/// Approvals by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTotals {
    /// Those that are undecided.
    pub pending: u64,
    /// Those that were approved.
    pub approved: u64,
    /// Those that were rejected.
    pub rejected: u64,
    /// Those that were withdrawn.
    pub withdrawn: u64,
    /// Those that were not decided in time.
    pub expired: u64,
}

impl TotalRow {
    pub(crate) fn new(id: OrganizationId) -> Self {
        Self {
            id,
            runs: RunTotals::default(),
            tasks: TaskTotals::default(),
            approvals: ApprovalTotals::default(),
        }
    }
}

impl TaskTotals {
    pub(super) const fn of(&mut self, status: TaskStatus) -> &mut u64 {
        match status {
            TaskStatus::Open => &mut self.open,
            TaskStatus::InProgress => &mut self.in_progress,
            TaskStatus::Completed => &mut self.completed,
            TaskStatus::Cancelled => &mut self.cancelled,
        }
    }
}

impl ApprovalTotals {
    pub(super) const fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Approved => &mut self.approved,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Withdrawn => &mut self.withdrawn,
            Outcome::Expired => &mut self.expired,
        }
    }
}

impl Row for TotalRow {
    type Id = OrganizationId;
    const TABLE: Table = Table::new("dashboard_total", &[]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> OrganizationId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}
