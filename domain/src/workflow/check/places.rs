//! Everything of one kind in a definition, with its path.

use super::super::Expression;
use super::super::definition::{Definition, Escalate, Promise, Step, StepKind, WaitFor, Who};
use super::super::expression::Expected;

/// An expression in its place.
pub(super) struct Placed<'a> {
    pub(super) expression: &'a Expression,
    pub(super) path: String,
    pub(super) expected: Expected,
    /// Whether the step is done by then, so that `outcome` and `data` are there.
    pub(super) done: bool,
}

/// The steps, with their paths.
pub(super) fn steps(definition: &Definition) -> impl Iterator<Item = (String, &Step)> {
    definition.steps.iter().enumerate().map(|(at, step)| (format!("/steps/{at}"), step))
}

/// Every expression of a step, variables that it sets apart.
pub(super) fn expressions<'a>(step: &'a Step, path: &str) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    let mut add = |expression, path, expected, done| {
        placed.push(Placed { expression, path, expected, done });
    };
    for (at, way) in step.next.iter().enumerate() {
        if let Some(when) = &way.when {
            add(when, format!("{path}/next/{at}/when"), Expected::Condition, true);
        }
    }
    if let Some(each) = &step.for_each {
        add(&each.items, format!("{path}/forEach/items"), Expected::List, false);
        if let Some(until) = &each.until {
            add(until, format!("{path}/forEach/until"), Expected::Condition, false);
        }
    }
    match &step.kind {
        StepKind::Wait(WaitFor::Expr(time)) => {
            add(time, format!("{path}/wait/expr"), Expected::Time, false);
        }
        StepKind::Wait(WaitFor::Message(message)) => {
            add(
                &message.correlation,
                format!("{path}/wait/message/correlation"),
                Expected::Value,
                false,
            );
        }
        StepKind::Automation(automation) => {
            for (name, input) in &automation.input {
                add(input, format!("{path}/input/{name}"), Expected::Value, false);
            }
        }
        StepKind::Subworkflow(subworkflow) => {
            for (name, input) in &subworkflow.variables {
                add(input, format!("{path}/variables/{name}"), Expected::Value, false);
            }
        }
        StepKind::Task(_)
        | StepKind::Approval(_)
        | StepKind::Decision
        | StepKind::Wait(_)
        | StepKind::End(_) => {}
    }
    for (path, who) in people(step, path) {
        if let Who::Expr(expression) = who {
            add(expression, path + "/expr", Expected::Ids, false);
        }
    }
    placed
}

/// Everybody whom a step means.
pub(super) fn people<'a>(step: &'a Step, path: &str) -> Vec<(String, &'a Who)> {
    let mut people = Vec::new();
    if let Some(task) = step.task() {
        let single = task.assign.who.len() == 1;
        for (at, who) in task.assign.who.iter().enumerate() {
            let candidates = if single { String::new() } else { format!("/candidates/{at}") };
            people.push((format!("{path}/assign{candidates}"), who));
        }
    }
    for (level, rule) in
        step.approval().into_iter().flat_map(|approval| approval.levels.iter().enumerate())
    {
        for (at, who) in rule.approvers.iter().enumerate() {
            people.push((format!("{path}/levels/{level}/approvers/{at}"), who));
        }
    }
    for (at, rule) in
        promise(step).into_iter().flat_map(|promise| promise.escalate.iter().enumerate())
    {
        let (word, list) = match &rule.action {
            Escalate::To(list) => ("to", list.as_slice()),
            Escalate::Notify(list) => ("notify", list.as_slice()),
            Escalate::Decide(_) => continue,
        };
        for (place, who) in list.iter().enumerate() {
            let item = if list.len() == 1 { String::new() } else { format!("/{place}") };
            people.push((format!("{path}/sla/escalate/{at}/{word}{item}"), who));
        }
    }
    people
}

/// What a step promises about its time.
pub(super) fn promise(step: &Step) -> Option<&Promise> {
    step.task().map(|task| &task.sla).or_else(|| step.approval().map(|approval| &approval.sla))
}
