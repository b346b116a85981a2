//! A comment on a task as it is read.

use chrono::{DateTime, Utc};
use docket_domain::{Actor, EventId, TaskId};
use serde::{Deserialize, Serialize};

use super::{TaskRow, columns};
use crate::table::{Cell, Index, Row, Table};

/// Something that was said about a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommentRow {
    /// Its id.
    pub id: EventId,
    /// The task.
    pub task: TaskId,
    /// Who said it.
    pub author: Actor,
    /// What was said; `None` once it has been erased.
    pub text: Option<String>,
    /// When.
    #[serde(with = "crate::micros::at")]
    pub at: DateTime<Utc>,
}

impl Row for CommentRow {
    type Id = EventId;
    const TABLE: Table =
        Table::new("task_comment", &[columns::TASK_ID]).indexed(&[Index::on("task_id")]);
    const PROJECTION: &'static str = TaskRow::PROJECTION;

    fn id(&self) -> EventId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(self.task)]
    }
}
