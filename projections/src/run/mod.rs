//! Runs with the executions of their steps.

pub mod columns;
mod row;
mod step;

pub use row::{Incident, RunRow, RunStatus};
pub use step::{ChunkId, StepChunkRow, StepRow, StepStatus};
