//! What the model has and the engine does not carry out: it is refused, so that nothing half-works.

use super::super::definition::{
    Definition, LevelRule, Promise, QuorumRule, Step, StepKind, Strategy, WaitFor,
};
use super::super::read::Faults;
use super::places::{promise, steps};
use crate::{Fault, FaultCode};

pub(super) fn check(definition: &Definition, faults: &Faults) {
    for (path, step) in steps(definition) {
        let refuse = |place: &str, what: &str| faults.push(unsupported(&path, place, what));
        of_type(step, &refuse);
        if step.for_each.is_some() {
            refuse("/forEach", "runs the step once for each item");
        }
        if let Some(promise) = promise(step) {
            of_promise(promise, "/sla", &refuse);
        }
        let levels =
            step.approval().into_iter().flat_map(|approval| approval.levels.iter().enumerate());
        for (at, level) in levels {
            of_level(level, &format!("/levels/{at}"), &refuse);
        }
    }
}

/// The same for a level outside a workflow, which stands at `path`.
pub(in crate::workflow) fn refuse_level(level: &LevelRule, path: &str, faults: &Faults) {
    of_level(level, path, &|place, what| faults.push(unsupported("", place, what)));
}

fn unsupported(path: &str, place: &str, what: &str) -> Fault {
    let message = format!("{what}: this version of Docket does not carry it out");
    Fault::of(FaultCode::Unsupported, format!("{path}{place}"), message)
}

fn of_type(step: &Step, refuse: &dyn Fn(&str, &str)) {
    match &step.kind {
        StepKind::Automation(_) => refuse("/type", "is an automation"),
        StepKind::Subworkflow(_) => refuse("/type", "is a sub-workflow"),
        StepKind::Wait(WaitFor::Message(_)) => refuse("/wait/message", "waits for a message"),
        StepKind::Task(task) if task.assign.strategy != Strategy::Claim => {
            refuse("/assign/strategy", "chooses one of several candidates by itself");
        }
        StepKind::Task(_)
        | StepKind::Approval(_)
        | StepKind::Decision
        | StepKind::Wait(_)
        | StepKind::End(_) => {}
    }
}

fn of_promise(promise: &Promise, path: &str, refuse: &dyn Fn(&str, &str)) {
    if promise.calendar.is_some() {
        refuse(&format!("{path}/calendar"), "counts working hours only");
    }
    if promise.pause_while_blocked {
        refuse(&format!("{path}/pauseWhileBlocked"), "stops the clock");
    }
}

fn of_level(level: &LevelRule, path: &str, refuse: &dyn Fn(&str, &str)) {
    match level.quorum {
        QuorumRule::Percent(_) => {
            refuse(&format!("{path}/quorum/percent"), "asks for a share of the votes");
        }
        QuorumRule::Groups(_) => {
            refuse(&format!("{path}/quorum/groups"), "asks for votes of each group");
        }
        QuorumRule::Votes(_) => {}
    }
    if level.signature_required {
        refuse(&format!("{path}/signatureRequired"), "asks for a signature");
    }
    if level.exclude.voters || level.exclude.delegates {
        refuse(&format!("{path}/exclude"), "excludes more than the requester");
    }
    let Promise { due, warn, escalate, .. } = &level.sla;
    if due.is_some() || warn.is_some() || !escalate.is_empty() {
        refuse(&format!("{path}/sla"), "gives a level its own SLA");
    }
}
