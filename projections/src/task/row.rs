//! A task as it is read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_domain::task::{Origin, Priority};
use docket_domain::{Actor, Candidates, TaskId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns;
use crate::table::{Cell, Index, Party, Relation, Row, Table};
use crate::text::text_enum;

text_enum! {
    /// How a task stands.
    TaskStatus {
        /// Nobody has started on it.
        Open = "open",
        /// Its holder is at work on it.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It is wanted no longer.
        Cancelled = "cancelled",
    }
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// What to do, in a few words.
    pub title: String,
    /// What to do, at length; empty where nobody said.
    pub description: String,
    /// How it stands.
    pub status: TaskStatus,
    /// How urgent it is.
    pub priority: Priority,
    /// Whoever holds it, or held it when it ended.
    pub assignee: Option<UserId>,
    /// Who may claim it.
    pub candidates: Candidates,
    /// The outcomes to choose from.
    pub outcomes: Vec<String>,
    /// The JSON Schema that its data must satisfy; `None` for a task without a form.
    pub form: Option<Value>,
    /// When it is due.
    #[serde(with = "crate::micros::maybe")]
    pub due_at: Option<DateTime<Utc>>,
    /// When its breach was recorded; `None` where it was in time so far.
    #[serde(with = "crate::micros::maybe")]
    pub breached_at: Option<DateTime<Utc>>,
    /// How far it is, in per cent.
    pub progress: u8,
    /// The step that raised it; `None` for a stand-alone task.
    pub origin: Option<Origin>,
    /// Who asked for it.
    pub created_by: Actor,
    /// When it was created.
    #[serde(with = "crate::micros::at")]
    pub created_at: DateTime<Utc>,
    /// When its holder began.
    #[serde(with = "crate::micros::maybe")]
    pub started_at: Option<DateTime<Utc>>,
    /// When it was completed or cancelled.
    #[serde(with = "crate::micros::maybe")]
    pub ended_at: Option<DateTime<Utc>>,
    /// The person who completed it.
    pub completed_by: Option<UserId>,
    /// What came of it.
    pub outcome: Option<String>,
    /// The answers to its form.
    pub data: Option<Value>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// How many comments there are; they are rows of their own.
    pub comments: u32,
    /// The keys of everybody who takes or took part in it.
    pub seen_by: BTreeSet<String>,
    /// The sequence of its last event.
    pub version: u64,
}

/// How a priority sorts: 0 for the most urgent.
pub const fn priority_rank(priority: Priority) -> i64 {
    match priority {
        Priority::Critical => 0,
        Priority::High => 1,
        Priority::Medium => 2,
        Priority::Low => 3,
    }
}

impl TaskRow {
    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        matches!(self.status, TaskStatus::Open | TaskStatus::InProgress)
    }

    /// Who may act on it now: its holder, or while nobody holds it its candidates.
    fn actors(&self) -> Vec<Party> {
        match self.assignee {
            _ if !self.is_open() => Vec::new(),
            Some(user) => vec![Party::User(user)],
            None => Party::each(&self.candidates).collect(),
        }
    }
}

impl Row for TaskRow {
    type Id = TaskId;
    const TABLE: Table = Table::new(
        "task",
        &[
            columns::TITLE,
            columns::STATUS,
            columns::PRIORITY,
            columns::ASSIGNEE,
            columns::CREATED_BY,
            columns::RUN_ID,
            columns::STEP_KEY,
            columns::DUE_AT,
            columns::CREATED_AT,
            columns::ENDED_AT,
        ],
    )
    .indexed(&[Index::on("run_id")])
    .with_parties();
    const PROJECTION: &'static str = "tasks";

    fn id(&self) -> TaskId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::words(&self.title),
            Cell::text(self.status),
            Cell::int(priority_rank(self.priority)),
            Cell::text_or_null(self.assignee),
            Cell::text(self.created_by),
            Cell::text_or_null(self.origin.as_ref().map(|origin| origin.run)),
            Cell::text_or_null(self.origin.as_ref().map(|origin| &origin.key)),
            Cell::time_or_null(self.due_at),
            Cell::time(self.created_at),
            Cell::time_or_null(self.ended_at),
        ]
    }

    fn parties(&self) -> BTreeSet<String> {
        let acts = self.actors().into_iter().map(|party| Relation::Acts.key(&party));
        acts.chain(self.seen_by.iter().cloned()).collect()
    }
}
