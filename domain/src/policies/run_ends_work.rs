//! A step that is given up takes the task or the approval with it that it raised.

use super::Reaction;
use crate::run::{RaisedId, RunEvent};
use crate::{approval, task};

pub(super) fn react(event: &RunEvent) -> Option<Reaction> {
    let RunEvent::StepCancelled { raised: Some(raised), cause, .. } = event else { return None };
    let reason = cause.to_string();
    Some(match *raised {
        RaisedId::Task(id) => {
            Reaction::Task(id, task::TaskCommand::EndByRun(task::EndByRun { reason }))
        }
        RaisedId::Approval(id) => {
            let end = approval::EndByRun { reason };
            Reaction::Approval(id, approval::ApprovalCommand::EndByRun(end))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::at;
    use crate::run::CancelCause;
    use crate::{ApprovalId, StepId, TaskId};

    fn cancelled(raised: Option<RaisedId>) -> RunEvent {
        let cause = CancelCause::RunCancelled { reason: "not needed".into() };
        let (step, key) = (StepId::default(), "rfq".into());
        RunEvent::StepCancelled { step, key, raised, cause, at: at(0) }
    }

    #[test]
    fn its_task_is_cancelled() {
        let id = TaskId::default();
        let end = task::EndByRun { reason: "not needed".into() };
        assert_eq!(
            react(&cancelled(Some(RaisedId::Task(id)))),
            Some(Reaction::Task(id, task::TaskCommand::EndByRun(end)))
        );
    }

    #[test]
    fn its_approval_is_withdrawn() {
        let id = ApprovalId::default();
        let end = approval::EndByRun { reason: "not needed".into() };
        assert_eq!(
            react(&cancelled(Some(RaisedId::Approval(id)))),
            Some(Reaction::Approval(id, approval::ApprovalCommand::EndByRun(end)))
        );
    }

    #[test]
    fn a_step_that_raised_nothing_takes_nothing_with_it() {
        assert_eq!(react(&cancelled(None)), None);
    }
}
