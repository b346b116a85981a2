//! Steps: what all types have.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::node::Node;
use super::{automation, routing, step_types};
use crate::run::StepType;
use crate::workflow::Expression;
use crate::workflow::definition::{Join, Split, Step, StepKind};
use crate::workflow::limits::{ASSIGNMENTS_MAX, DESCRIPTION_MAX_CHARS, TRANSITIONS_MAX};

const TYPES: [(&str, StepType); 7] = [
    ("task", StepType::Task),
    ("approval", StepType::Approval),
    ("decision", StepType::Decision),
    ("automation", StepType::Automation),
    ("wait", StepType::Wait),
    ("subworkflow", StepType::Subworkflow),
    ("end", StepType::End),
];

/// Reads a step. One that cannot be read stands in its place as a decision, so that the others keep
/// their paths.
pub(super) fn read(node: &Node<'_>) -> Step {
    node.fields().map_or_else(unreadable, |fields| {
        let step = with_fields(&fields);
        // The fields of an unknown type are not known either.
        if step.is_some() {
            fields.finish();
        }
        step.unwrap_or_else(unreadable)
    })
}

fn with_fields(fields: &Fields<'_>) -> Option<Step> {
    let key = fields.need("key").and_then(|key| key.key()).unwrap_or_default();
    let name = fields.maybe("name").and_then(|name| name.name()).unwrap_or_else(|| key.clone());
    let description = fields.text_or_empty("description", DESCRIPTION_MAX_CHARS);
    let step_type = fields.need("type").and_then(|word| word.word(&TYPES))?;
    let kind = kind(fields, step_type, &name);
    let join = fields.maybe("join").and_then(|join| routing::join(&join)).unwrap_or_default();
    if step_type == StepType::End {
        return Some(Step { join, ..plain(key, name, description, kind) });
    }
    Some(Step {
        next: fields
            .need("next")
            .map(|next| {
                next.items(1, TRANSITIONS_MAX).iter().filter_map(routing::transition).collect()
            })
            .unwrap_or_default(),
        split: fields
            .maybe("split")
            .and_then(|split| split.word(&routing::SPLITS))
            .unwrap_or_default(),
        join,
        for_each: fields.maybe("forEach").and_then(|each| routing::for_each(&each)),
        set: fields.maybe("set").map(|set| expressions(&set)).unwrap_or_default(),
        ..plain(key, name, description, kind)
    })
}

fn kind(fields: &Fields<'_>, step_type: StepType, name: &str) -> StepKind {
    match step_type {
        StepType::Task => StepKind::Task(step_types::task(fields, name)),
        StepType::Approval => StepKind::Approval(step_types::approval(fields, name)),
        StepType::Decision => StepKind::Decision,
        StepType::Automation => StepKind::Automation(automation::automation(fields)),
        StepType::Wait => StepKind::Wait(step_types::wait(fields)),
        StepType::Subworkflow => StepKind::Subworkflow(automation::subworkflow(fields)),
        StepType::End => StepKind::End(step_types::end(fields)),
    }
}

/// Expressions by names that their author chooses.
pub(super) fn expressions(node: &Node<'_>) -> BTreeMap<String, Expression> {
    let entries = node.entries(ASSIGNMENTS_MAX).into_iter();
    entries.filter_map(|(name, entry)| Some((name.to_owned(), entry.expression()?))).collect()
}

fn unreadable() -> Step {
    plain(String::new(), String::new(), String::new(), StepKind::Decision)
}

fn plain(key: String, name: String, description: String, kind: StepKind) -> Step {
    Step {
        key,
        name,
        description,
        kind,
        next: Vec::new(),
        split: Split::First,
        join: Join::Any,
        for_each: None,
        set: BTreeMap::new(),
    }
}
