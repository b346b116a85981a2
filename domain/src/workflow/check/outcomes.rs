//! Outcomes that no transition asks for, and transitions that ask in vain.

use super::super::definition::{Definition, Escalate, Split, Step, Transition};
use super::super::read::Faults;
use super::places::{promise, steps};
use crate::{Fault, FaultCode};

pub(super) fn warn(definition: &Definition, faults: &Faults) {
    for (path, step) in steps(definition) {
        in_vain(step, &path, faults);
        shadowed(step, &path, faults);
        unrouted(step, &path, faults);
    }
}

/// `outcome == '…'` with an outcome that the step cannot have.
fn in_vain(step: &Step, path: &str, faults: &Faults) {
    let Some(outcomes) = outcomes(step) else { return };
    for (at, way) in step.next.iter().enumerate() {
        let Some(asked) = test(way).filter(|asked| !outcomes.contains(asked)) else { continue };
        let message = match outcomes.as_slice() {
            [] => format!("never holds: `{}` names no outcomes", step.key),
            _ => format!(
                "never holds: `{}` cannot end with `{asked}`, only with {}",
                step.key,
                outcomes.join(", ")
            ),
        };
        faults.push(Fault::of(
            FaultCode::UnknownOutcome,
            format!("{path}/next/{at}/when"),
            message,
        ));
    }
}

/// A transition after one that is always taken.
fn shadowed(step: &Step, path: &str, faults: &Faults) {
    if step.split != Split::First {
        return;
    }
    let always = step.next.iter().position(|way| way.when.is_none());
    for at in always.map_or(step.next.len(), |at| at.saturating_add(1))..step.next.len() {
        let message = "is never taken: a transition before it has no `when`";
        faults.push(Fault::of(
            FaultCode::UnreachableTransition,
            format!("{path}/next/{at}"),
            message,
        ));
    }
}

/// An outcome that no transition is sure to take.
fn unrouted(step: &Step, path: &str, faults: &Faults) {
    let tests: Option<Vec<&str>> = step.next.iter().map(test).collect();
    let (Some(tests), Some(outcomes)) = (tests, outcomes(step)) else { return };
    for outcome in outcomes.iter().filter(|outcome| !tests.contains(outcome)) {
        let message = format!(
            "no transition holds when the outcome is `{outcome}`: the run would stop there"
        );
        faults.push(Fault::of(FaultCode::UnroutedOutcome, format!("{path}/next"), message));
    }
}

/// The outcome that a transition asks for, where it asks for nothing else.
fn test(way: &Transition) -> Option<&str> {
    way.when.as_ref()?.outcome_test()
}

/// The outcomes that a step can have; `None` for a type without any.
fn outcomes(step: &Step) -> Option<Vec<&str>> {
    if let Some(task) = step.task() {
        return Some(task.outcomes.iter().map(String::as_str).collect());
    }
    step.approval()?;
    let mut outcomes = vec!["approved", "rejected"];
    let decided = promise(step).into_iter().flat_map(|promise| &promise.escalate);
    for rule in decided {
        if let Escalate::Decide(outcome) = &rule.action
            && !outcomes.contains(&outcome.as_str())
        {
            outcomes.push(outcome);
        }
    }
    Some(outcomes)
}
