//! Which policy answers which event.

use super::{approval_moves_run, run_ends_work, run_raises_work, task_moves_run};
use crate::approval::ApprovalCommand;
use crate::run::{RunCommand, RunEvent};
use crate::task::TaskCommand;
use crate::workflow::Compiled;
use crate::{ApprovalId, DomainEvents, IdError, RunId, TaskId};

/// A command that answers an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Reaction {
    /// To a task.
    Task(TaskId, TaskCommand),
    /// To an approval.
    Approval(ApprovalId, ApprovalCommand),
    /// To a run.
    Run(RunId, RunCommand),
}

/// Why an event cannot be answered: the log and the definitions contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The stream's id is not one of the kind that has such events.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The definition that the run is on has no such step.
    #[error("the definition of {run} has no step `{key}` that raises this work")]
    UnknownStep {
        /// The run.
        run: RunId,
        /// The step's key.
        key: String,
    },
}

/// The commands that answer an event of the aggregate with that id, in order. `definition` is the one
/// that the run is on, of an event of a run; other events need none.
///
/// # Errors
/// `Id` and `UnknownStep`; both mean that the log is corrupt, or the wrong definition came along.
pub fn react(
    aggregate_id: &str,
    event: &DomainEvents,
    definition: Option<&Compiled>,
) -> Result<Vec<Reaction>, PolicyError> {
    match event {
        DomainEvents::Run(event) => of_run(aggregate_id, event, definition),
        DomainEvents::Task(event) => Ok(task_moves_run::react(event).into_iter().collect()),
        DomainEvents::Approval(event) => Ok(approval_moves_run::react(event).into_iter().collect()),
        DomainEvents::Organization(_)
        | DomainEvents::User(_)
        | DomainEvents::Access(_)
        | DomainEvents::Workflow(_) => Ok(Vec::new()),
    }
}

fn of_run(
    aggregate_id: &str,
    event: &RunEvent,
    definition: Option<&Compiled>,
) -> Result<Vec<Reaction>, PolicyError> {
    let run = aggregate_id.parse()?;
    let raised = run_raises_work::react(run, event, definition)?;
    Ok(raised.into_iter().chain(run_ends_work::react(event)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::StepId;
    use crate::fixture::at;
    use crate::organization::OrganizationEvent;
    use crate::run::{CancelCause, CompleteStep, RaisedId};
    use crate::task::{EndByRun, Origin, TaskEvent};

    fn cancelled() -> DomainEvents {
        DomainEvents::Run(RunEvent::StepCancelled {
            step: StepId::default(),
            key: "rfq".into(),
            raised: Some(RaisedId::Task(TaskId::default())),
            cause: CancelCause::RunCancelled { reason: "not needed".into() },
            at: at(0),
        })
    }

    #[test]
    fn an_event_of_a_run_ends_work() {
        let end = TaskCommand::EndByRun(EndByRun { reason: "not needed".into() });
        let run = RunId::default().to_string();
        assert_eq!(
            react(&run, &cancelled(), None),
            Ok(vec![Reaction::Task(TaskId::default(), end)])
        );
    }

    #[test]
    fn an_event_of_a_task_moves_its_run() {
        let (run, step) = (RunId::default(), StepId::default());
        let completed = DomainEvents::Task(TaskEvent::TaskCompleted {
            origin: Some(Origin { run, step, key: "rfq".into() }),
            outcome: None,
            data: json!({}),
            comment: None,
            completed_by: None,
            created_at: at(0),
            at: at(0),
        });
        let complete = CompleteStep { step, outcome: None, data: json!({}) };
        assert_eq!(
            react(&TaskId::default().to_string(), &completed, None),
            Ok(vec![Reaction::Run(run, RunCommand::CompleteStep(complete))])
        );
    }

    #[test]
    fn nothing_answers_what_happens_to_an_organization() {
        let renamed = OrganizationEvent::ApiKeyRevoked { key: crate::ApiKeyId::default() };
        assert_eq!(react("org_1", &DomainEvents::Organization(renamed), None), Ok(vec![]));
    }

    #[test]
    fn a_stream_that_is_none_of_a_run_is_an_error_and_not_silence() {
        let task = TaskId::default().to_string();
        assert!(matches!(react(&task, &cancelled(), None), Err(PolicyError::Id(_))));
    }
}
