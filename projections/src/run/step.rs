//! The executions of a run's steps as they are read.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use docket_domain::run::StepType;
use docket_domain::{ApprovalId, IdError, RunId, StepId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RunRow;
use crate::table::{Cell, Row, Table};
use crate::text::{text_enum, text_serde};

text_enum! {
    /// How the execution of a step stands.
    StepStatus {
        /// It is at work, or waits for somebody.
        Active = "active",
        /// It came to its end.
        Completed = "completed",
        /// It was given up.
        Cancelled = "cancelled",
    }
}

/// One activation of a step in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// Its id.
    pub id: StepId,
    /// Its place in the run's order of activation, from 1.
    pub ordinal: u32,
    /// The step's key in the definition.
    pub key: String,
    /// The step's name.
    pub name: String,
    /// The step's type.
    pub step_type: StepType,
    /// How it stands.
    pub status: StepStatus,
    /// How many times the step had been activated in the run, this time included.
    pub attempt: u32,
    /// When it began.
    #[serde(with = "crate::micros::at")]
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it is active.
    #[serde(with = "crate::micros::maybe")]
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is due; `None` where nothing is promised.
    #[serde(with = "crate::micros::maybe")]
    pub due_at: Option<DateTime<Utc>>,
    /// Until when it waits; `None` for a step that waits for nothing but people.
    #[serde(with = "crate::micros::maybe")]
    pub until: Option<DateTime<Utc>>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Its result.
    pub data: Option<Value>,
    /// Why it was given up.
    pub cancel_reason: Option<String>,
    /// The task that it raised.
    pub task: Option<TaskId>,
    /// The approval that it raised.
    pub approval: Option<ApprovalId>,
}

/// Names a chunk of a run's earlier steps: `run_…/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId {
    /// The run.
    pub run: RunId,
    /// The chunk's number, from 1.
    pub number: u32,
}

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.run, self.number)
    }
}

impl FromStr for ChunkId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fault = || IdError { prefix: RunId::PREFIX, text: text.to_owned() };
        let (run, number) = text.split_once('/').ok_or_else(fault)?;
        Ok(Self { run: run.parse()?, number: number.parse().map_err(|_| fault())? })
    }
}

text_serde!(ChunkId);

/// Ended steps of a long run, set aside so that its row does not grow with every step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepChunkRow {
    /// The run and the chunk's number.
    pub id: ChunkId,
    /// The steps, in order of activation.
    pub steps: Vec<StepRow>,
}

impl Row for StepChunkRow {
    type Id = ChunkId;
    const TABLE: Table = Table::new("run_step_chunk", &[]);
    const PROJECTION: &'static str = RunRow::PROJECTION;

    fn id(&self) -> ChunkId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}

/// Which run a step is of, so that it is found by its id alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepPlaceRow {
    /// The step.
    pub id: StepId,
    /// Its run.
    pub run: RunId,
}

impl Row for StepPlaceRow {
    type Id = StepId;
    const TABLE: Table = Table::new("run_step", &[]);
    const PROJECTION: &'static str = RunRow::PROJECTION;

    fn id(&self) -> StepId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}

impl RunRow {
    /// The ids of the chunks in which its earlier steps are.
    pub fn chunk_ids(&self) -> impl Iterator<Item = ChunkId> + use<> {
        let run = self.id;
        (1..=self.chunks).map(move |number| ChunkId { run, number })
    }

    /// Every execution of a step, in order of activation, now that all its chunks are there.
    pub fn all_steps<'a>(
        &'a self,
        chunks: impl Iterator<Item = &'a StepChunkRow>,
    ) -> Vec<&'a StepRow> {
        let mut steps: Vec<_> = chunks.flat_map(|chunk| &chunk.steps).chain(&self.steps).collect();
        steps.sort_by_key(|step| step.ordinal);
        steps
    }
}
