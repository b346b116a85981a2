//! A pause is over.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::run::engine::Engine;
use crate::run::{ActivationState, Run, RunEvent, RunFacts, RunRefusal, StepResult};
use crate::{IdSource, StepId, TimerKey};

/// # Errors
/// `NotFound`, `Closed`, `StepNotActive` where the step does not pause or the timer is not its own, `NotDue`.
pub(super) fn decide(
    run: &Run,
    step: StepId,
    timer: TimerKey,
    at: DateTime<Utc>,
    ids: IdSource,
    facts: &RunFacts,
) -> Result<Vec<RunEvent>, RunRefusal> {
    let run = run.running()?;
    let refusal = RunRefusal::StepNotActive { step };
    let activation = run.active.get(&step).ok_or_else(|| refusal.clone())?;
    let (ActivationState::Waiting { until }, TimerKey::Wake) = (activation.state, timer) else {
        return Err(refusal);
    };
    if at < until {
        return Err(RunRefusal::NotDue { until });
    }
    let definition = facts.definition.step(&activation.key).ok_or(refusal)?;
    let mut engine = Engine::new(run.clone(), facts, at, ids);
    let result = StepResult { outcome: None, data: Value::Object(Map::new()) };
    engine.complete(step, definition, result);
    Ok(engine.settle())
}
