//! An event as the audit trail finds it.

use chrono::{DateTime, Utc};
use docket_domain::Actor;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::columns;
use crate::table::{Cell, Index, Reach, Row, Table};

/// An event's place and what it is found by. The fields are in the order of the table's columns, from which it
/// is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its place in the log.
    pub position: i64,
    /// The aggregate's id.
    pub subject_id: String,
    /// Its type.
    pub event_type: String,
    /// Who caused it.
    pub actor: Actor,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// When it was recorded.
    #[serde(with = "crate::micros::at")]
    pub recorded_at: DateTime<Utc>,
}

impl Row for AuditRow {
    type Id = i64;
    const TABLE: Table = Table::new(
        "audit",
        &[
            columns::SUBJECT_ID,
            columns::EVENT_TYPE,
            columns::ACTOR,
            columns::CORRELATION_ID,
            columns::RECORDED_AT,
        ],
    )
    .indexed(&[
        Index::reaching(Reach::Value, "subject_id"),
        Index::reaching(Reach::Value, "correlation_id"),
        // Docket itself acts in every organization.
        Index::reaching(Reach::ValueFirst, "actor"),
    ])
    .by_position(columns::SUBJECT_ID);
    const PROJECTION: &'static str = "audit";

    fn id(&self) -> i64 {
        self.position
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.subject_id),
            Cell::text(&self.event_type),
            Cell::text(self.actor),
            Cell::text(self.correlation_id),
            Cell::time(self.recorded_at),
        ]
    }
}
