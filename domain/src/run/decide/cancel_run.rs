//! Cancelling a run: everything that it has raised ends with it.

use chrono::{DateTime, Utc};

use super::dispatch::{may, text};
use crate::Acting;
use crate::organization::Permission;
use crate::run::{CancelCause, Run, RunEvent, RunRefusal};

/// The longest reason, in characters.
pub const REASON_MAX_CHARS: usize = 1_000;

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission` without `run:cancel`, `InvalidInput` for the reason.
pub(super) fn decide(
    run: &Run,
    reason: &str,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<RunEvent>, RunRefusal> {
    let run = run.running()?;
    may(by, Permission::RunCancel)?;
    let reason = text("reason", reason, REASON_MAX_CHARS)?;
    let cancelled = run.active.iter().map(|(step, activation)| RunEvent::StepCancelled {
        step: *step,
        key: activation.key.clone(),
        raised: activation.state.raised(),
        cause: CancelCause::RunCancelled { reason: reason.clone() },
        at,
    });
    let ended = RunEvent::RunCancelled { reason: reason.clone(), started_at: run.started_at, at };
    Ok(cancelled.chain([ended]).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ada, at, ids};
    use crate::run::testing::{
        begun, by, end, facts, given, issued, run_completed, started, step_id, task,
    };
    use crate::run::{RaisedId, RunCommand, RunFacts, Status};

    fn two_at_once() -> RunFacts {
        let split = json!({"key": "split", "type": "decision", "split": "all", "next": [{"to": "a"}, {"to": "b"}]});
        facts(json!([split, task("a", "done"), task("b", "done"), end("done")]))
    }

    fn cancel(reason: &str) -> RunCommand {
        RunCommand::CancelRun { reason: reason.to_owned() }
    }

    #[test]
    fn everything_at_work_ends_with_it() {
        let given_up = |n: usize, key: &str| RunEvent::StepCancelled {
            step: step_id(n),
            key: key.to_owned(),
            raised: Some(RaisedId::Task(ids().id("task", n))),
            cause: CancelCause::RunCancelled { reason: "not needed".to_owned() },
            at: at(0),
        };
        let mut expected = vec![(step_id(1), given_up(1, "a")), (step_id(2), given_up(2, "b"))];
        expected.sort_by_key(|(step, _)| *step);
        let mut expected: Vec<_> = expected.into_iter().map(|(_, event)| event).collect();
        expected.push(RunEvent::RunCancelled {
            reason: "not needed".to_owned(),
            started_at: at(0),
            at: at(0),
        });
        given(&two_at_once(), begun(&two_at_once()))
            .when(issued(cancel(" not needed ")))
            .then_expect_events(expected);
    }

    #[test]
    fn what_has_ended_cannot_be_cancelled() {
        given(&two_at_once(), [started(), run_completed("done")])
            .when(issued(cancel("late")))
            .then_expect_error(RunRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn what_was_never_started_cannot_be_cancelled() {
        given(&two_at_once(), []).when(issued(cancel("x"))).then_expect_error(RunRefusal::NotFound);
    }

    #[test]
    fn it_takes_the_permission_to_cancel() {
        let permission = Permission::RunCancel;
        given(&two_at_once(), [started()])
            .when(by(ada(), cancel("x")))
            .then_expect_error(RunRefusal::MissingPermission { permission });
    }

    #[test]
    fn it_takes_a_reason() {
        for reason in ["  ", &"x".repeat(REASON_MAX_CHARS + 1)] {
            given(&two_at_once(), [started()]).when(issued(cancel(reason))).then_expect_error(
                RunRefusal::InvalidInput {
                    field: "reason",
                    message: "must have 1 to 1000 characters".to_owned(),
                },
            );
        }
    }
}
