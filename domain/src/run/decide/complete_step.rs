//! Completing a step whose task or approval has ended: the run moves on, in the same commit, or right after it where
//! a commit of the log is of one stream.

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::at;
    use crate::run::testing::{
        activated, begun, by, complete, completed, end, facts, for_clerks, given, incidents, later,
        run_completed, started, step_id, task,
    };
    use crate::run::{RunCommand, Status, StepType};

    fn two_tasks() -> RunFacts {
        facts(json!([task("first", "second"), task("second", "done"), end("done")]))
    }

    #[test]
    fn the_next_step_is_at_work_at_once() {
        let facts = two_tasks();
        let old = StepId::default();
        let given_events = [started(), first_at_work(old)];
        given(&facts, given_events).when(later(0, complete(old))).then_expect_events(vec![
            completed(old, "first", None, &[0]),
            activated(0, "second", StepType::Task, Some(old), Some(for_clerks(0))),
        ]);
    }

    #[test]
    fn the_last_step_ends_the_run() {
        let facts = facts(json!([task("first", "done"), end("done")]));
        let old = StepId::default();
        given(&facts, [started(), first_at_work(old)])
            .when(later(0, complete(old)))
            .then_expect_events(vec![
                completed(old, "first", None, &[0]),
                activated(0, "done", StepType::End, Some(old), None),
                completed(step_id(0), "done", Some("done"), &[]),
                run_completed("done"),
            ]);
    }

    #[test]
    fn what_was_never_started_cannot_go_on() {
        given(&two_tasks(), [])
            .when(later(0, complete(step_id(0))))
            .then_expect_error(RunRefusal::NotFound);
    }

    #[test]
    fn a_run_that_has_ended_does_not_go_on() {
        given(&two_tasks(), [started(), run_completed("done")])
            .when(later(0, complete(step_id(0))))
            .then_expect_error(RunRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn a_step_is_completed_once() {
        let facts = two_tasks();
        let mut events = begun(&facts);
        events.push(completed(step_id(0), "first", None, &[0]));
        given(&facts, events)
            .when(later(0, complete(step_id(0))))
            .then_expect_error(RunRefusal::StepNotActive { step: step_id(0) });
    }

    #[test]
    fn a_pause_is_not_completed_by_hand() {
        let wait = json!({"key": "pause", "type": "wait", "wait": {"for": "PT1H"}, "next": [{"to": "done"}]});
        let facts = facts(json!([wait, end("done")]));
        given(&facts, begun(&facts))
            .when(later(0, complete(step_id(0))))
            .then_expect_error(RunRefusal::StepNotActive { step: step_id(0) });
    }

    #[test]
    fn where_no_transition_holds_the_step_keeps_its_result_in_an_incident() {
        let choice = json!({
            "key": "choice", "type": "task", "assign": {"role": "clerk"}, "outcomes": ["yes", "no"],
            "next": [{"to": "done", "when": "outcome == 'yes'"}]
        });
        let facts = facts(json!([choice, end("done")]));
        let command = RunCommand::CompleteStep(CompleteStep {
            step: step_id(0),
            outcome: Some("no".to_owned()),
            data: json!({"why": "rain"}),
        });
        let outcome = given(&facts, begun(&facts)).when(by(crate::fixture::docket(), command));
        outcome.then_expect_events(vec![RunEvent::IncidentRaised {
            step: step_id(0),
            key: "choice".to_owned(),
            code: "NO_TRANSITION".to_owned(),
            message: "no transition of `choice` holds".to_owned(),
            result: Some(StepResult {
                outcome: Some("no".to_owned()),
                data: json!({"why": "rain"}),
            }),
            at: at(0),
        }]);
    }

    #[test]
    fn a_step_in_an_incident_is_not_completed_again() {
        let choice = json!({
            "key": "choice", "type": "task", "assign": {"role": "clerk"}, "outcomes": ["yes"],
            "next": [{"to": "done", "when": "outcome == 'yes'"}]
        });
        let facts = facts(json!([choice, end("done")]));
        let mut events = begun(&facts);
        events.extend(
            given(&facts, events.clone())
                .when(later(0, complete(step_id(0))))
                .inspect_result()
                .unwrap(),
        );
        assert_eq!(incidents(&events), [("choice".to_owned(), "NO_TRANSITION".to_owned())]);
        given(&facts, events)
            .when(later(0, complete(step_id(0))))
            .then_expect_error(RunRefusal::StepNotActive { step: step_id(0) });
    }

    fn first_at_work(step: StepId) -> RunEvent {
        let RunEvent::StepActivated {
            key,
            name,
            step_type,
            attempt,
            arrivals,
            outrun,
            raised,
            at,
            ..
        } = activated(0, "first", StepType::Task, None, Some(for_clerks(0)))
        else {
            unreachable!()
        };
        RunEvent::StepActivated {
            step,
            key,
            name,
            step_type,
            attempt,
            arrivals,
            outrun,
            raised,
            at,
        }
    }
}
