//! A step is activated: what it asks of the world is worked out.

use super::{Engine, Incident};
use crate::run::{Arrival, Raised, RunEvent, StepResult, StepType, Token};
use crate::workflow::Step;
use crate::workflow::definition::{ApprovalStep, StepKind, TaskStep, WaitFor};
use crate::workflow::limits::{ACTIVATIONS_MAX, ACTIVATIONS_MAX_AT_ONCE};

impl Engine<'_> {
    /// Activates a step by the tokens that came to it; one that only routes is done at once.
    pub(super) fn activate(&mut self, step: &Step, arrivals: Vec<Arrival>, outrun: Vec<Token>) {
        let raised = self.within_limits().and_then(|()| self.raise(step));
        match raised {
            Ok(raised) => {
                let routes = raised.is_none();
                let id =
                    self.begin(&step.key, &step.name, step.step_type(), arrivals, outrun, raised);
                if routes {
                    self.complete(id, step, StepResult { outcome: end_of(step), data: empty() });
                }
            }
            Err(incident) => {
                let id =
                    self.begin(&step.key, &step.name, step.step_type(), arrivals, outrun, None);
                self.raise_incident(id, &step.key, incident, None);
            }
        }
    }

    /// Activates a step only to say that the run cannot go on there.
    pub(super) fn halt(
        &mut self,
        key: &str,
        name: &str,
        step_type: StepType,
        arrivals: Vec<Arrival>,
        incident: Incident,
    ) {
        let id = self.begin(key, name, step_type, arrivals, Vec::new(), None);
        self.raise_incident(id, key, incident, None);
    }

    fn begin(
        &mut self,
        key: &str,
        name: &str,
        step_type: StepType,
        arrivals: Vec<Arrival>,
        outrun: Vec<Token>,
        raised: Option<Raised>,
    ) -> crate::StepId {
        let step = self.id("step");
        self.activated = self.activated.saturating_add(1);
        let attempt = self.run.steps.get(key).map_or(0, |visits| visits.attempts).saturating_add(1);
        self.tell(RunEvent::StepActivated {
            step,
            key: key.to_owned(),
            name: name.to_owned(),
            step_type,
            attempt,
            arrivals,
            outrun,
            raised,
            at: self.at,
        });
        step
    }

    pub(super) fn raise_incident(
        &mut self,
        step: crate::StepId,
        key: &str,
        incident: Incident,
        result: Option<StepResult>,
    ) {
        let Incident { code, message } = incident;
        let (key, code) = (key.to_owned(), code.to_owned());
        self.tell(RunEvent::IncidentRaised { step, key, code, message, result, at: self.at });
    }

    fn within_limits(&self) -> Result<(), Incident> {
        if self.run.activations >= ACTIVATIONS_MAX {
            let message =
                format!("the run has activated {ACTIVATIONS_MAX} steps: a loop does not end");
            return Err(Incident::new(Incident::TOO_MANY, message));
        }
        if self.activated >= ACTIVATIONS_MAX_AT_ONCE {
            let message = format!(
                "{ACTIVATIONS_MAX_AT_ONCE} steps were activated without waiting for anybody"
            );
            return Err(Incident::new(Incident::ENDLESS, message));
        }
        Ok(())
    }

    /// What a step asks of the world; nothing, where it only routes.
    fn raise(&self, step: &Step) -> Result<Option<Raised>, Incident> {
        match &step.kind {
            StepKind::Task(task) => self.raise_task(task).map(Some),
            StepKind::Approval(approval) => self.raise_approval(approval).map(Some),
            StepKind::Wait(wait) => self.raise_wait(wait).map(Some),
            StepKind::Decision | StepKind::End(_) => Ok(None),
            StepKind::Automation(_) | StepKind::Subworkflow(_) => Err(unsupported(step)),
        }
    }

    fn raise_task(&self, task: &TaskStep) -> Result<Raised, Incident> {
        Ok(Raised::Task {
            task: self.id("task"),
            assignment: self.assignment(&task.assign)?,
            sla: self.sla(&task.sla)?,
        })
    }

    fn raise_approval(&self, approval: &ApprovalStep) -> Result<Raised, Incident> {
        let levels = approval.levels.iter().map(|level| self.candidates(&level.approvers));
        let approvers = levels.collect::<Result<Vec<_>, _>>()?;
        Ok(Raised::Approval {
            approval: self.id("approval"),
            headcounts: approvers
                .iter()
                .map(|approvers| self.people.headcount(approvers))
                .collect(),
            approvers,
            subject: self.run.subject.clone(),
            requested_by: self.run.started_by,
            sla: self.sla(&approval.sla)?,
        })
    }

    fn raise_wait(&self, wait: &WaitFor) -> Result<Raised, Incident> {
        let until = match wait {
            WaitFor::Period(period) => self.after(*period)?,
            WaitFor::Until(until) => *until,
            WaitFor::Expr(expression) => expression.time(&self.facts(None))?,
            WaitFor::Message(_) => {
                return Err(Incident::new(
                    Incident::UNKNOWN_STEP,
                    "waits for a message, which is not carried out",
                ));
            }
        };
        Ok(Raised::Wait { until })
    }
}

fn unsupported(step: &Step) -> Incident {
    let message = format!("`{}` is of a type that is not carried out", step.key);
    Incident::new(Incident::UNKNOWN_STEP, message)
}

fn end_of(step: &Step) -> Option<String> {
    if let StepKind::End(end) = &step.kind { Some(end.outcome.clone()) } else { None }
}

pub(super) fn empty() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}
