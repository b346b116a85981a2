//! Escalations that end a step must end it with an outcome that it has.

use super::super::definition::{Definition, Escalate, Step};
use super::super::read::Faults;
use super::places::{promise, steps};
use crate::{Fault, FaultCode};

/// How an escalation can end an approval.
pub(super) const APPROVAL_OUTCOMES: [&str; 3] = ["approved", "rejected", "expired"];

pub(super) fn check(definition: &Definition, faults: &Faults) {
    for (path, step) in steps(definition) {
        for (at, rule) in
            promise(step).into_iter().flat_map(|promise| promise.escalate.iter().enumerate())
        {
            let Escalate::Decide(outcome) = &rule.action else { continue };
            let outcomes = decidable(step);
            if !outcomes.contains(&outcome.as_str()) {
                let message = if outcomes.is_empty() {
                    "decides a task that names no outcomes".to_owned()
                } else {
                    format!("must be one of: {}", outcomes.join(", "))
                };
                let path = format!("{path}/sla/escalate/{at}/decide");
                faults.push(Fault::of(FaultCode::UnknownOutcome, path, message));
            }
        }
    }
}

fn decidable(step: &Step) -> Vec<&str> {
    match step.task() {
        Some(task) => task.outcomes.iter().map(String::as_str).collect(),
        None => APPROVAL_OUTCOMES.to_vec(),
    }
}
