//! Keys, ways and joins.

use std::collections::BTreeSet;

use super::super::definition::{Definition, Split, Step};
use super::super::graph::{Graph, Joins};
use super::super::limits::TRANSITIONS_TOTAL_MAX;
use super::super::read::Faults;
use super::places::steps;
use crate::{Fault, FaultCode};

pub(super) fn check(definition: &Definition, graph: Option<&Graph>, faults: &Faults) {
    keys(definition, faults);
    targets(definition, faults);
    if let Some(graph) = graph {
        ways(definition, graph, faults);
        joins(definition, graph, faults);
    }
}

fn keys(definition: &Definition, faults: &Faults) {
    let mut seen = BTreeSet::new();
    for (path, step) in steps(definition) {
        if !step.key.is_empty() && !seen.insert(step.key.as_str()) {
            let message = format!("is the key of another step too: `{}`", step.key);
            faults.push(Fault::of(FaultCode::Duplicate, path + "/key", message));
        }
    }
}

fn targets(definition: &Definition, faults: &Faults) {
    let known: BTreeSet<&str> = definition.steps.iter().map(|step| step.key.as_str()).collect();
    let unknown = |key: &str, path: String| {
        if !key.is_empty() && !known.contains(key) {
            faults.push(Fault::of(FaultCode::UnknownStep, path, format!("names no step: `{key}`")));
        }
    };
    unknown(&definition.start, "/start".to_owned());
    let mut total: usize = 0;
    for (path, step) in steps(definition) {
        total = total.saturating_add(step.next.len());
        for (at, way) in step.next.iter().enumerate() {
            unknown(&way.to, format!("{path}/next/{at}/to"));
            if step.split == Split::All && way.when.is_some() {
                let message = "is never asked: a step that splits by `all` takes every transition; \
                               write `\"split\": \"every\"` to take each whose `when` holds";
                faults.push(Fault::of(
                    FaultCode::InvalidValue,
                    format!("{path}/next/{at}/when"),
                    message,
                ));
            }
        }
    }
    if total > TRANSITIONS_TOTAL_MAX {
        let message =
            format!("have {total} transitions together, more than {TRANSITIONS_TOTAL_MAX}");
        faults.push(Fault::of(FaultCode::TooLarge, "/steps", message));
    }
}

fn ways(definition: &Definition, graph: &Graph, faults: &Faults) {
    let (reachable, ending) = (graph.reachable(), graph.ending());
    for ((path, step), (reached, ends)) in steps(definition).zip(reachable.into_iter().zip(ending))
    {
        if step.key.is_empty() {
            continue;
        }
        if !reached {
            let message = format!("no way leads from the start to `{}`", step.key);
            faults.push(Fault::of(FaultCode::UnreachableStep, path, message));
        } else if !ends && leads_to_known(definition, step) {
            let message = format!("no way leads from `{}` to an end", step.key);
            faults.push(Fault::of(FaultCode::NoWayToEnd, path, message));
        }
    }
}

/// Whether all its transitions lead to steps that exist: of others, another fault tells already.
fn leads_to_known(definition: &Definition, step: &Step) -> bool {
    step.next.iter().all(|way| definition.steps.iter().any(|other| other.key == way.to))
}

fn joins(definition: &Definition, graph: &Graph, faults: &Faults) {
    let joins = Joins::of(graph);
    let key = |at: usize| definition.steps.get(at).map_or("", |step| step.key.as_str());
    for at in joins.starving(graph) {
        let message = format!(
            "`{}` could wait for ever: as many branches as it counts must be sure to come to it from one \
             step that splits by `all`, before any of them meets another at a join",
            key(at)
        );
        faults.push(Fault::of(FaultCode::JoinDeadlock, format!("/steps/{at}/join"), message));
    }
    let circle = joins.circles();
    for at in &circle {
        let others: Vec<_> =
            circle.iter().filter(|other| *other != at).map(|other| key(*other)).collect();
        let message = format!(
            "`{}` could wait for a token that waits or is absorbed at {}, and the other way round",
            key(*at),
            others.join(", ")
        );
        faults.push(Fault::of(FaultCode::JoinDeadlock, format!("/steps/{at}/join"), message));
    }
}
