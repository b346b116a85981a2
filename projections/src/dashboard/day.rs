//! What happened on one day.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use docket_domain::{IdError, UserId};
use serde::{Deserialize, Serialize};

use super::Histogram;
use crate::table::{Cell, Row, Table};
use crate::text::text_serde;

/// The projection's name.
pub(super) const PROJECTION: &str = "dashboard";

/// What happened in an organization on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// The day.
    pub id: NaiveDate,
    /// Runs that began.
    pub runs_started: u64,
    /// Runs that reached an end.
    pub runs_completed: u64,
    /// Runs that were cancelled.
    pub runs_cancelled: u64,
    /// Tasks that were created.
    pub tasks_created: u64,
    /// Tasks that were completed.
    pub tasks_completed: u64,
    /// Tasks that were cancelled.
    pub tasks_cancelled: u64,
    /// Approvals that were asked for.
    pub approvals_requested: u64,
    /// Approvals that were decided, withdrawn or expired.
    pub approvals_decided: u64,
    /// Work with a due date that ended in time.
    pub sla_met: u64,
    /// Work with a due date that turned out to be late.
    pub sla_missed: u64,
    /// How long the runs took that were completed.
    pub run_times: Histogram,
    /// How long the tasks took that were completed.
    pub task_times: Histogram,
    /// How long the approvals took that were decided.
    pub approval_times: Histogram,
}

impl DayRow {
    pub(super) fn new(id: NaiveDate) -> Self {
        Self {
            id,
            runs_started: 0,
            runs_completed: 0,
            runs_cancelled: 0,
            tasks_created: 0,
            tasks_completed: 0,
            tasks_cancelled: 0,
            approvals_requested: 0,
            approvals_decided: 0,
            sla_met: 0,
            sla_missed: 0,
            run_times: Histogram::default(),
            task_times: Histogram::default(),
            approval_times: Histogram::default(),
        }
    }
}

impl Row for DayRow {
    type Id = NaiveDate;
    const TABLE: Table = Table::new("dashboard_day", &[]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> NaiveDate {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}

/// Names what a person did on a day: `2026-11-20/usr_…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberDay {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// The person.
    pub user: UserId,
}

impl fmt::Display for MemberDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.day, self.user)
    }
}

impl FromStr for MemberDay {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fault = || IdError { prefix: UserId::PREFIX, text: text.to_owned() };
        let (day, user) = text.split_once('/').ok_or_else(fault)?;
        Ok(Self { day: day.parse().map_err(|_| fault())?, user: user.parse()? })
    }
}

text_serde!(MemberDay);

/// What a person did on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDayRow {
    /// The day and the person.
    pub id: MemberDay,
    /// Tasks that the person completed.
    pub tasks_completed: u64,
    /// Votes that the person cast.
    pub votes: u64,
}

impl Row for MemberDayRow {
    type Id = MemberDay;
    const TABLE: Table = Table::new("dashboard_member_day", &[]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> MemberDay {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}
