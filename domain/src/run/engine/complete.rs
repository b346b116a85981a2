//! A step is done: variables are set, and tokens leave it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Engine, Incident};
use crate::run::{CancelCause, RunEvent, StepResult};
use crate::workflow::definition::{Split, StepKind, Transition};
use crate::workflow::limits::DATA_MAX_BYTES;
use crate::workflow::{Facts, Step};
use crate::{Fault, StepId, input, personal};

type Variables = Map<String, Value>;

impl Engine<'_> {
    /// Completes an activation with what came of it. Where the run cannot go on from there, the activation
    /// keeps its token and its result, in an incident.
    pub(in crate::run) fn complete(&mut self, id: StepId, step: &Step, result: StepResult) {
        let left = self.set(step, &result).and_then(|set| {
            let taken = self.taken(step, &result, &set)?;
            Ok((set, taken))
        });
        match left {
            Ok((set, taken)) => {
                let StepResult { outcome, data } = result;
                let (key, at) = (step.key.clone(), self.at);
                self.tell(RunEvent::StepCompleted { step: id, key, outcome, data, set, taken, at });
                self.terminate(step);
            }
            Err(incident) => self.raise_incident(id, &step.key, incident, Some(result)),
        }
    }

    /// An end that ends every other branch does so.
    fn terminate(&mut self, step: &Step) {
        let StepKind::End(end) = &step.kind else { return };
        if !end.terminate {
            return;
        }
        let cause = CancelCause::RunEnded { end: step.key.clone() };
        let others: Vec<StepId> = self.run.active.keys().copied().collect();
        for other in others {
            self.cancel(other, &cause);
        }
        self.end_run(end.outcome.clone());
    }

    /// The variables that the step sets. All are worked out from what was before.
    fn set(&self, step: &Step, result: &StepResult) -> Result<Variables, Incident> {
        if step.set.is_empty() {
            return Ok(Variables::new());
        }
        let facts = self.facts(Some(result));
        let mut set = Variables::new();
        for (name, expression) in &step.set {
            set.insert(name.clone(), expression.json(&facts)?);
        }
        let mut after = self.run.variables.as_ref().clone();
        after.extend(set.clone());
        let after = personal::unmark(Value::Object(after));
        self.check_variables(&after)?;
        Ok(self.marked(set))
    }

    fn check_variables(&self, variables: &Value) -> Result<(), Incident> {
        let mut faults = input::check(variables, DATA_MAX_BYTES);
        if let Some(form) = &self.definition.definition().variables {
            faults.extend(form.compiled.check(variables).err().unwrap_or_default());
        }
        if faults.is_empty() {
            return Ok(());
        }
        // The faults' own messages may name values.
        let places: Vec<_> =
            faults.into_iter().map(|Fault { path, code, .. }| format!("{path} ({code})")).collect();
        let message = format!("the variables would have faults at {}", places.join(", "));
        Err(Incident::new(Incident::VARIABLES, message))
    }

    /// Variables with what is personal in them marked.
    fn marked(&self, variables: Variables) -> Variables {
        mark(self.definition.definition().variables.as_ref(), variables, &self.run.id.to_string())
    }

    /// The transitions that are taken, in order; at least one, but for an end.
    fn taken(
        &self,
        step: &Step,
        result: &StepResult,
        set: &Variables,
    ) -> Result<Vec<u32>, Incident> {
        if step.next.is_empty() {
            return Ok(Vec::new());
        }
        let mut variables = Cow::Borrowed(self.run.variables.as_ref());
        if !set.is_empty() {
            variables.to_mut().extend(set.clone());
        }
        let facts = Facts { vars: &variables, ..self.facts(Some(result)) };
        let mut taken = Vec::new();
        for (index, way) in (0..).zip(&step.next) {
            if step.split == Split::All || holds(way, &facts)? {
                taken.push(index);
                if step.split == Split::First {
                    break;
                }
            }
        }
        if taken.is_empty() {
            let message = format!("no transition of `{}` holds", step.key);
            return Err(Incident::new(Incident::NO_TRANSITION, message));
        }
        Ok(taken)
    }
}

fn holds(way: &Transition, facts: &Facts<'_>) -> Result<bool, Incident> {
    way.when.as_ref().map_or(Ok(true), |when| Ok(when.holds(facts)?))
}

/// Variables with what their schema calls personal marked, under the key of `subject`.
pub(in crate::run) fn mark(
    form: Option<&crate::workflow::definition::Form>,
    variables: Variables,
    subject: &str,
) -> Variables {
    let Some(form) = form.filter(|form| form.personal) else { return variables };
    match personal::mark(&form.schema, Value::Object(variables), subject) {
        Value::Object(marked) => marked,
        // Only an object whose schema calls the whole of it personal; publication refuses that.
        other => Variables::from_iter([(personal::OPEN.to_owned(), other)]),
    }
}
