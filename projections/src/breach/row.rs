//! Work with a due date, as the list of breaches reads it.

use chrono::{DateTime, Utc};
use docket_domain::task::Origin;
use serde::{Deserialize, Serialize};

use super::columns;
use crate::table::{Cell, Index, Row, Table};
use crate::work::WorkId;

/// Work that breached its SLA, or is open and might.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreachRow {
    /// The work: a piece of work breaches its SLA at most once.
    pub id: WorkId,
    /// What it is, in a few words.
    pub title: String,
    /// The step that raised it; `None` for stand-alone work.
    pub origin: Option<Origin>,
    /// When it was due.
    #[serde(with = "crate::micros::at")]
    pub due_at: DateTime<Utc>,
    /// When the breach was recorded; `None` while it is in time.
    #[serde(with = "crate::micros::maybe")]
    pub breached_at: Option<DateTime<Utc>>,
    /// When it ended; `None` while it is open.
    #[serde(with = "crate::micros::maybe")]
    pub resolved_at: Option<DateTime<Utc>>,
}

impl Row for BreachRow {
    type Id = WorkId;
    const TABLE: Table = Table::new(
        "sla_breach",
        &[
            columns::SUBJECT_TYPE,
            columns::RUN_ID,
            columns::STEP_KEY,
            columns::DUE_AT,
            columns::BREACHED_AT,
            columns::RESOLVED_AT,
        ],
    )
    .indexed(&[Index::on("breached_at")]);
    const PROJECTION: &'static str = "sla_breaches";

    fn id(&self) -> WorkId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.id.kind()),
            Cell::text_or_null(self.origin.as_ref().map(|origin| origin.run)),
            Cell::text_or_null(self.origin.as_ref().map(|origin| &origin.key)),
            Cell::time(self.due_at),
            Cell::time_or_null(self.breached_at),
            Cell::time_or_null(self.resolved_at),
        ]
    }
}
