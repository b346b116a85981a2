//! What one may ask of a run.

use serde_json::Value;

use crate::StepId;

/// A command to a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunCommand {
    /// Completes one of its steps; only Docket does, when the step's task or approval has ended.
    CompleteStep(CompleteStep),
}

/// Completes a step that was at work.
#[derive(Debug, Clone, PartialEq)]
pub struct CompleteStep {
    /// The activation.
    pub step: StepId,
    /// What came of it; `None` where the step names no outcomes.
    pub outcome: Option<String>,
    /// Its result, personal values marked.
    pub data: Value,
}
