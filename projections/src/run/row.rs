//! A run as it is read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_domain::run::Subject;
use docket_domain::{Actor, RunId, StepId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{StepRow, StepStatus, columns};
use crate::table::{Cell, Index, Row, Table};
use crate::text::text_enum;

text_enum! {
    /// How a run stands.
    RunStatus {
        /// It goes on.
        Running = "running",
        /// It reached an end of its definition.
        Completed = "completed",
        /// Somebody ended it.
        Cancelled = "cancelled",
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// The workflow's code.
    pub workflow_code: String,
    /// The workflow's name at that version.
    pub workflow_name: String,
    /// The version that it runs on.
    pub workflow_version: u32,
    /// How it stands.
    pub status: RunStatus,
    /// The outcome of the end that it reached.
    pub outcome: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The variables as they are now.
    pub variables: Map<String, Value>,
    /// Who started it.
    pub started_by: Actor,
    /// When it began.
    #[serde(with = "crate::micros::at")]
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it goes on.
    #[serde(with = "crate::micros::maybe")]
    pub ended_at: Option<DateTime<Utc>>,
    /// The executions of its steps, in order of activation: the active ones, and of the others the last
    /// ones. Earlier ones are in its chunks ([`super::StepChunkRow`]).
    pub steps: Vec<StepRow>,
    /// How many chunks of earlier steps there are.
    pub chunks: u32,
    /// How many times a step has been activated.
    pub activations: u32,
    /// What keeps it from going on, in order of time.
    pub incidents: Vec<Incident>,
    /// The keys of those who take part in it.
    pub parties: BTreeSet<String>,
    /// The sequence of its last event.
    pub version: u64,
}

/// Something that keeps a run from going on at a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// The activation.
    pub step: StepId,
    /// The step's key.
    pub step_key: String,
    /// A stable code, such as `NO_TRANSITION`.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// When.
    #[serde(with = "crate::micros::at")]
    pub at: DateTime<Utc>,
}

impl RunRow {
    /// The steps at work, in order of activation.
    pub fn active_steps(&self) -> impl Iterator<Item = &StepRow> {
        self.steps.iter().filter(|step| step.status == StepStatus::Active)
    }
}

impl Row for RunRow {
    type Id = RunId;
    const TABLE: Table = Table::new(
        "run",
        &[
            columns::WORKFLOW_ID,
            columns::WORKFLOW_CODE,
            columns::WORKFLOW_VERSION,
            columns::STATUS,
            columns::OUTCOME,
            columns::ENTITY_TYPE,
            columns::ENTITY_ID,
            columns::STARTED_BY,
            columns::STARTED_AT,
            columns::ENDED_AT,
        ],
    )
    .indexed(&[Index::on("entity_id")])
    .with_parties();
    const PROJECTION: &'static str = "runs";

    fn id(&self) -> RunId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.workflow),
            Cell::text(&self.workflow_code),
            Cell::int(self.workflow_version),
            Cell::text(self.status),
            Cell::text_or_null(self.outcome.as_ref()),
            Cell::text_or_null(self.subject.as_ref().map(|subject| &subject.entity_type)),
            Cell::text_or_null(self.subject.as_ref().map(|subject| &subject.entity_id)),
            Cell::text(self.started_by),
            Cell::time(self.started_at),
            Cell::time_or_null(self.ended_at),
        ]
    }

    fn parties(&self) -> BTreeSet<String> {
        self.parties.clone()
    }
}
