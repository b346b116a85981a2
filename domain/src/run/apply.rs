//! What the events of a run do to its state. Nothing here decides, and nothing needs the definition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::state::{Activation, ActivationState, Moving, Waiting};
use super::{Arrival, Execution, Raised, RaisedId, RunEvent, Status, StepResult, StepType, Token};
use crate::StepId;

impl Execution {
    /// The run that `event` begins; `None` where it begins none.
    pub(super) fn begun(event: RunEvent) -> Option<Self> {
        let RunEvent::RunStarted {
            run,
            workflow,
            code,
            name: _,
            version,
            subject,
            variables,
            started_by,
            at,
        } = event
        else {
            return None;
        };
        let first = Arrival { from: None, transition: 0 };
        Some(Self {
            id: run,
            workflow,
            code,
            version,
            subject,
            started_by,
            started_at: at,
            status: Status::Running,
            outcome: None,
            variables: Arc::new(variables),
            activations: 0,
            active: BTreeMap::new(),
            steps: BTreeMap::new(),
            waiting: Vec::new(),
            moving: vec![Moving { from: None, arrival: first, outrun: BTreeSet::new() }],
        })
    }

    /// The run after `event`.
    pub(super) fn apply(&mut self, event: RunEvent) {
        match event {
            RunEvent::RunStarted { .. } => {}
            RunEvent::StepActivated {
                step,
                key,
                step_type,
                attempt,
                arrivals,
                outrun,
                raised,
                ..
            } => {
                let state = state_of(raised.as_ref());
                self.activate(step, key, step_type, attempt, &arrivals, state);
                self.outrun(step, &outrun);
            }
            RunEvent::StepCompleted { step, key, outcome, data, set, taken, .. } => {
                if !set.is_empty() {
                    Arc::make_mut(&mut self.variables).extend(set);
                }
                self.complete(step, &key, StepResult { outcome, data }, &taken);
            }
            RunEvent::TokenArrived { key, arrival, absorbed } => {
                if let Some(outrun) = self.take(&arrival)
                    && !absorbed
                {
                    self.waiting.push(Waiting { key, arrival, outrun });
                }
            }
            RunEvent::StepCancelled { step, .. } => {
                self.active.remove(&step);
            }
            RunEvent::IncidentRaised { step, key, result, .. } => {
                if let Some(activation) = self.active.get_mut(&step) {
                    activation.state = ActivationState::Incident;
                }
                if let Some(result) = result {
                    self.steps.entry(key).or_default().result = Some(Arc::new(result));
                }
            }
            RunEvent::RunCompleted { outcome, .. } => {
                self.outcome = Some(outcome);
                self.end(Status::Completed);
            }
            RunEvent::RunCancelled { .. } => self.end(Status::Cancelled),
        }
    }

    fn activate(
        &mut self,
        step: StepId,
        key: String,
        step_type: StepType,
        attempt: u32,
        arrivals: &[Arrival],
        state: ActivationState,
    ) {
        let consumed: Vec<_> = arrivals.iter().filter_map(|arrival| self.take(arrival)).collect();
        // Of several tokens that became one, it is late for a join only where each of them was.
        let outrun = consumed.into_iter().reduce(|all, more| &all & &more).unwrap_or_default();
        self.steps.entry(key.clone()).or_default().attempts = attempt;
        self.activations = self.activations.saturating_add(1);
        self.active.insert(step, Activation { key, step_type, state, outrun });
    }

    fn complete(&mut self, step: StepId, key: &str, result: StepResult, taken: &[u32]) {
        let Some(activation) = self.active.remove(&step) else { return };
        if activation.step_type == StepType::End {
            self.outcome.clone_from(&result.outcome);
        }
        self.steps.entry(key.to_owned()).or_default().result = Some(Arc::new(result));
        self.moving.extend(taken.iter().map(|transition| Moving {
            from: Some(key.to_owned()),
            arrival: Arrival { from: Some(step), transition: *transition },
            outrun: activation.outrun.clone(),
        }));
    }

    /// Marks the tokens that the join of `step` has left behind.
    fn outrun(&mut self, step: StepId, tokens: &[Token]) {
        let Some(key) = self.active.get(&step).map(|activation| activation.key.clone()) else {
            return;
        };
        for token in tokens {
            let marks = match token {
                Token::Step(step) => self.active.get_mut(step).map(|active| &mut active.outrun),
                Token::Arrival(arrival) => {
                    let waiting = self.waiting.iter_mut().find(|token| token.arrival == *arrival);
                    let moving = self.moving.iter_mut().find(|token| token.arrival == *arrival);
                    waiting.map(|token| &mut token.outrun).or(moving.map(|token| &mut token.outrun))
                }
            };
            if let Some(marks) = marks {
                marks.insert(key.clone());
            }
        }
    }

    /// Takes a token from its transition or its join.
    fn take(&mut self, arrival: &Arrival) -> Option<BTreeSet<String>> {
        if let Some(at) = self.moving.iter().position(|token| token.arrival == *arrival) {
            return Some(self.moving.remove(at).outrun);
        }
        let at = self.waiting.iter().position(|token| token.arrival == *arrival)?;
        Some(self.waiting.remove(at).outrun)
    }

    fn end(&mut self, status: Status) {
        self.status = status;
        self.active.clear();
        self.waiting.clear();
        self.moving.clear();
    }
}

impl ActivationState {
    /// The task or the approval under way.
    pub fn raised(&self) -> Option<RaisedId> {
        match self {
            Self::Raised(raised) => Some(*raised),
            Self::Routing | Self::Waiting { .. } | Self::Incident => None,
        }
    }
}

fn state_of(raised: Option<&Raised>) -> ActivationState {
    match raised {
        None => ActivationState::Routing,
        Some(Raised::Task { task, .. }) => ActivationState::Raised(RaisedId::Task(*task)),
        Some(Raised::Approval { approval, .. }) => {
            ActivationState::Raised(RaisedId::Approval(*approval))
        }
        Some(Raised::Wait { until }) => ActivationState::Waiting { until: *until },
    }
}
