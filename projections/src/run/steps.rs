//! The steps of a run from its events.

use chrono::{DateTime, Utc};
use docket_domain::StepId;
use docket_domain::run::{Raised, RunEvent};
use serde_json::Value;

use super::{RunRow, StepRow, StepStatus};
use crate::plain::plain_or_none;
use crate::rows::FoldError;
use crate::table::{Party, Relation};

/// Steps of a chunk. A run's row holds the active steps and of the others fewer than twice as many, so that
/// the cost of an event does not grow with the length of its run.
const CHUNK: usize = 64;

impl RunRow {
    pub(super) fn activate(&mut self, happened: &RunEvent) {
        let RunEvent::StepActivated { step, key, name, step_type, attempt, raised, at, .. } =
            happened
        else {
            return;
        };
        self.activations += 1;
        let mut row = StepRow {
            id: *step,
            ordinal: self.activations,
            key: key.clone(),
            name: name.clone(),
            step_type: *step_type,
            status: StepStatus::Active,
            attempt: *attempt,
            started_at: *at,
            ended_at: None,
            due_at: None,
            until: None,
            outcome: None,
            data: None,
            cancel_reason: None,
            task: None,
            approval: None,
        };
        if let Some(raised) = raised {
            row.raise(raised);
        }
        self.steps.push(row);
    }

    pub(super) fn step(&mut self, id: StepId) -> Result<&mut StepRow, FoldError> {
        // What happens to steps happens to the last ones.
        let found = self.steps.iter_mut().rev().find(|step| step.id == id);
        found.ok_or_else(|| FoldError::Unfit(format!("the run has no step {id} at work")))
    }
}

impl StepRow {
    fn raise(&mut self, raised: &Raised) {
        match raised {
            Raised::Task { task, sla, .. } => {
                self.task = Some(*task);
                self.due_at = sla.due_at;
            }
            Raised::Approval { approval, sla, .. } => {
                self.approval = Some(*approval);
                self.due_at = sla.due_at;
            }
            Raised::Wait { until } => self.until = Some(*until),
        }
    }

    pub(super) fn complete(&mut self, outcome: Option<String>, data: &Value, at: DateTime<Utc>) {
        self.status = StepStatus::Completed;
        self.outcome = outcome;
        self.data = plain_or_none(data);
        self.ended_at = Some(at);
    }

    pub(super) fn cancel(&mut self, reason: String, at: DateTime<Utc>) {
        self.status = StepStatus::Cancelled;
        self.cancel_reason = Some(reason);
        self.ended_at = Some(at);
    }
}

/// The keys of those who take part in a run by what a step raised.
pub(super) fn parties_of(raised: &Raised) -> Vec<String> {
    let parties: Vec<_> = match raised {
        Raised::Task { assignment, .. } => Party::each(&assignment.candidates)
            .chain(assignment.assignee.map(Party::User))
            .collect(),
        Raised::Approval { approvers, .. } => approvers.iter().flat_map(Party::each).collect(),
        Raised::Wait { .. } => Vec::new(),
    };
    parties.iter().map(|party| Relation::Sees.key(party)).collect()
}

/// Takes the earliest ended steps out of `steps` once there are enough of them.
pub(super) fn set_aside(steps: &mut Vec<StepRow>) -> Option<Vec<StepRow>> {
    let ended = |step: &StepRow| step.status != StepStatus::Active;
    if steps.len() < 2 * CHUNK || steps.iter().filter(|step| ended(step)).count() < 2 * CHUNK {
        return None;
    }
    let mut left = CHUNK;
    let mut take = |step: &mut StepRow| {
        let taken = left > 0 && ended(step);
        left -= usize::from(taken);
        taken
    };
    Some(steps.extract_if(.., |step| take(step)).collect())
}
