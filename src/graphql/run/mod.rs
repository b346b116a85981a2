//! Runs and their steps.

mod codes;
mod input;
mod mutation;
mod query;
mod subscription;
mod target;
mod types;

pub use input::SubjectInput;
pub use mutation::RunMutation;
pub use query::RunQuery;
pub use subscription::RunSubscription;
pub use types::{Incident, Run, RunStatus, StepExecution, StepStatus, StepType, Subject};
