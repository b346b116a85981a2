//! What can be asked of a run.

pub use super::decide::{CompleteStep, StartRun};

use crate::{StepId, TimerKey};

/// A command to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunCommand {
    /// Starts it on a version of a workflow.
    StartRun(StartRun),
    /// Completes a step whose task or approval has ended.
    CompleteStep(CompleteStep),
    /// Ends the pause of a step.
    FireTimer {
        /// The activation.
        step: StepId,
        /// Its timer: `Wake`.
        timer: TimerKey,
    },
    /// Ends it, with everything that it has raised.
    CancelRun {
        /// Why: 1 to 1,000 characters.
        reason: String,
    },
}
