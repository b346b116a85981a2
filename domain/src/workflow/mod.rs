//! The workflow: a named definition, edited as a draft, frozen as numbered versions.

mod aggregate;
mod check;
mod commands;
mod compiled;
mod decide;
pub mod definition;
mod error;
mod events;
mod expression;
mod graph;
pub mod limits;
mod period;
mod read;
#[cfg(test)]
mod testing;

pub use aggregate::{Drafted, Workflow};
pub use commands::{CreateWorkflow, PublishWorkflow, UpdateWorkflow, WorkflowCommand};
pub use compiled::Compiled;
pub use definition::{Definition, Step};
pub use error::WorkflowRefusal;
pub use events::WorkflowEvent;
pub use expression::{EvaluationError, Expression, Facts, RunView, StepView, StepsView};
pub(crate) use graph::JoinPlan;
pub use period::{Period, PeriodError};
pub(crate) use read::levels;
