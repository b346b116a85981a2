//! An approval that is decided completes the step that raised it.

use super::Reaction;
use crate::approval::{ApprovalEvent, Outcome};
use crate::run::{CompleteStep, RunCommand};

/// An approval of a run is withdrawn only by the run itself, which has given the step up by then.
pub(super) fn react(event: &ApprovalEvent) -> Option<Reaction> {
    let ApprovalEvent::ApprovalDecided { origin: Some(origin), outcome, data, .. } = event else {
        return None;
    };
    if *outcome == Outcome::Withdrawn {
        return None;
    }
    let outcome = Some(outcome.as_str().to_owned());
    let complete = CompleteStep { step: origin.step, outcome, data: data.clone() };
    Some(Reaction::Run(origin.run, RunCommand::CompleteStep(complete)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::at;
    use crate::task::Origin;
    use crate::{RunId, StepId};

    fn decided(origin: Option<Origin>, outcome: Outcome) -> ApprovalEvent {
        ApprovalEvent::ApprovalDecided {
            origin,
            outcome,
            level: Some("level_1".into()),
            data: json!({"limit": 1}),
            reason: None,
            requested_at: at(0),
            at: at(1),
        }
    }

    fn origin() -> Origin {
        Origin { run: RunId::default(), step: StepId::default(), key: "approval".into() }
    }

    #[test]
    fn it_carries_its_outcome_and_the_deciding_voters_data_into_the_run() {
        for outcome in [Outcome::Approved, Outcome::Rejected, Outcome::Expired] {
            let complete = CompleteStep {
                step: StepId::default(),
                outcome: Some(outcome.as_str().into()),
                data: json!({"limit": 1}),
            };
            assert_eq!(
                react(&decided(Some(origin()), outcome)),
                Some(Reaction::Run(RunId::default(), RunCommand::CompleteStep(complete)))
            );
        }
    }

    #[test]
    fn one_that_its_run_took_back_moves_nothing() {
        assert_eq!(react(&decided(Some(origin()), Outcome::Withdrawn)), None);
    }

    #[test]
    fn a_stand_alone_approval_moves_nothing() {
        assert_eq!(react(&decided(None, Outcome::Approved)), None);
    }
}
