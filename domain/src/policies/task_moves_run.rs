//! A task that is completed completes the step that raised it.

use super::Reaction;
use crate::run::{CompleteStep, RunCommand};
use crate::task::TaskEvent;

pub(super) fn react(event: &TaskEvent) -> Option<Reaction> {
    let TaskEvent::TaskCompleted { origin: Some(origin), outcome, data, .. } = event else {
        return None;
    };
    let complete = CompleteStep { step: origin.step, outcome: outcome.clone(), data: data.clone() };
    Some(Reaction::Run(origin.run, RunCommand::CompleteStep(complete)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ada, at};
    use crate::task::Origin;
    use crate::{RunId, StepId};

    fn completed(origin: Option<Origin>) -> TaskEvent {
        TaskEvent::TaskCompleted {
            origin,
            outcome: Some("sent".into()),
            data: json!({"vendor": "Helios"}),
            comment: None,
            completed_by: ada().user(),
            created_at: at(0),
            at: at(1),
        }
    }

    #[test]
    fn it_carries_its_outcome_and_data_into_the_run() {
        let (run, step) = (RunId::default(), StepId::default());
        let complete =
            CompleteStep { step, outcome: Some("sent".into()), data: json!({"vendor": "Helios"}) };
        assert_eq!(
            react(&completed(Some(Origin { run, step, key: "rfq".into() }))),
            Some(Reaction::Run(run, RunCommand::CompleteStep(complete)))
        );
    }

    #[test]
    fn a_stand_alone_task_moves_nothing() {
        assert_eq!(react(&completed(None)), None);
    }

    #[test]
    fn a_task_that_is_not_completed_moves_nothing() {
        assert_eq!(react(&TaskEvent::TaskStarted { at: at(0) }), None);
    }
}
