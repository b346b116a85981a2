//! Completing a step whose task or approval has ended: the run moves on, in the same commit.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::run::engine::Engine;
use crate::run::{ActivationState, Run, RunEvent, RunFacts, RunRefusal, StepResult};
use crate::{IdSource, StepId};

/// Completes a step. A policy asks for it when the task or the approval that the step raised has ended;
/// who may end those is their own rule.
#[derive(Debug, Clone, PartialEq)]
pub struct CompleteStep {
    /// The activation.
    pub step: StepId,
    /// What came of it; `None` where the step names no outcomes.
    pub outcome: Option<String>,
    /// Its data, with the marks of what is personal: an object.
    pub data: Value,
}

/// # Errors
/// `NotFound`, `Closed`, `StepNotActive` where no task or approval of the step is under way.
pub(super) fn decide(
    run: &Run,
    complete: CompleteStep,
    at: DateTime<Utc>,
    ids: IdSource,
    facts: &RunFacts,
) -> Result<Vec<RunEvent>, RunRefusal> {
    let run = run.running()?;
    let refusal = RunRefusal::StepNotActive { step: complete.step };
    let activation = run.active.get(&complete.step).ok_or_else(|| refusal.clone())?;
    let ActivationState::Raised(_) = activation.state else { return Err(refusal) };
    let step = facts.definition.step(&activation.key).ok_or(refusal)?;
    let mut engine = Engine::new(run.clone(), facts, at, ids);
    let result = StepResult { outcome: complete.outcome, data: complete.data };
    engine.complete(complete.step, step, result);
    Ok(engine.settle())
}
