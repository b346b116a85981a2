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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::at;
    use crate::run::testing::{
        activated, begun, end, facts, given, later, run_completed, started, step_id, task,
    };
    use crate::run::{Raised, RunCommand, Status, StepType};

    fn pause() -> RunFacts {
        let wait = json!({"key": "pause", "type": "wait", "wait": {"for": "PT2H"}, "next": [{"to": "done"}]});
        facts(json!([wait, end("done")]))
    }

    fn wake() -> RunCommand {
        RunCommand::FireTimer { step: step_id(0), timer: TimerKey::Wake }
    }

    #[test]
    fn a_pause_lasts_until_its_time() {
        let raised = Some(Raised::Wait { until: at(2) });
        assert_eq!(
            begun(&pause()),
            [started(), activated(0, "pause", StepType::Wait, None, raised)]
        );
        given(&pause(), begun(&pause()))
            .when(later(1, wake()))
            .then_expect_error(RunRefusal::NotDue { until: at(2) });
    }

    #[test]
    fn the_run_goes_on_when_it_is_over() {
        let events =
            given(&pause(), begun(&pause())).when(later(2, wake())).inspect_result().unwrap();
        let ended =
            RunEvent::RunCompleted { outcome: "done".to_owned(), started_at: at(0), at: at(2) };
        assert_eq!(events.last(), Some(&ended));
    }

    #[test]
    fn it_fires_once() {
        let mut events = begun(&pause());
        events.extend(
            given(&pause(), events.clone()).when(later(2, wake())).inspect_result().unwrap(),
        );
        given(&pause(), events)
            .when(later(3, wake()))
            .then_expect_error(RunRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn a_step_that_does_not_pause_has_no_such_timer() {
        let work = facts(json!([task("work", "done"), end("done")]));
        for (facts, timer) in [(work, TimerKey::Wake), (pause(), TimerKey::Due)] {
            given(&facts, begun(&facts))
                .when(later(9, RunCommand::FireTimer { step: step_id(0), timer }))
                .then_expect_error(RunRefusal::StepNotActive { step: step_id(0) });
        }
    }

    #[test]
    fn what_was_never_started_has_no_timers() {
        given(&pause(), []).when(later(9, wake())).then_expect_error(RunRefusal::NotFound);
        given(&pause(), [started(), run_completed("done")])
            .when(later(9, wake()))
            .then_expect_error(RunRefusal::Closed { status: Status::Completed });
    }
}
