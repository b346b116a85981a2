//! The workflow: a named definition, edited as a draft, frozen as numbered versions.

mod check;
mod compiled;
pub mod definition;
mod events;
mod expression;
mod graph;
pub mod limits;
mod period;
mod read;

pub use compiled::Compiled;
pub use definition::{Definition, Step};
pub use events::WorkflowEvent;
pub use expression::{EvaluationError, Expression, Facts, RunView, StepView, StepsView};
pub(crate) use graph::JoinPlan;
pub use period::{Period, PeriodError};
