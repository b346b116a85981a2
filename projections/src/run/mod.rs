//! Runs with the executions of their steps.

pub mod columns;
mod fold;
mod row;
mod step;
mod steps;

pub(crate) use fold::Runs;
pub use row::{Incident, RunRow, RunStatus};
pub use step::{ChunkId, StepChunkRow, StepPlaceRow, StepRow, StepStatus};
