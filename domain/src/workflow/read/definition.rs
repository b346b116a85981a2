//! The definition as a whole.

use serde_json::Value;

use super::node::{Faults, Node};
use super::step;
use crate::workflow::definition::Definition;
use crate::workflow::limits::{
    DESCRIPTION_MAX_CHARS, KEY_MAX_CHARS, LABELS_MAX, NAME_MAX_CHARS, STEPS_MAX,
};
use crate::{Fault, FaultCode};

/// What even a draft must say of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::workflow) struct Heading {
    /// Its code.
    pub(in crate::workflow) code: String,
    /// Its name.
    pub(in crate::workflow) name: String,
    /// Its category; empty where its author names none.
    pub(in crate::workflow) category: String,
}

/// Reads what even a draft must say of itself.
///
/// # Errors
/// Every fault of the heading.
pub(in crate::workflow) fn heading(value: &Value) -> Result<Heading, Vec<Fault>> {
    let faults = Faults::default();
    let node = Node::root(value, &faults);
    let heading = node.fields().map(|fields| Heading {
        code: fields.need("code").and_then(|code| code.code()).unwrap_or_default(),
        name: fields.need("name").and_then(|name| name.name()).unwrap_or_default(),
        category: fields.text_or_empty("category", NAME_MAX_CHARS),
    });
    match (heading, faults.into_vec()) {
        (Some(heading), faults) if faults.is_empty() => Ok(heading),
        (_, faults) => Err(faults),
    }
}

/// Reads a definition as far as it can be read, naming every fault.
pub(in crate::workflow) fn read(value: &Value, faults: &Faults) -> Option<Definition> {
    let fields = Node::root(value, faults).fields()?;
    fields.maybe("$schema");
    let definition = Definition {
        code: fields.need("code").and_then(|code| code.code()).unwrap_or_default(),
        name: fields.need("name").and_then(|name| name.name()).unwrap_or_default(),
        description: fields.text_or_empty("description", DESCRIPTION_MAX_CHARS),
        category: fields.text_or_empty("category", NAME_MAX_CHARS),
        labels: fields.maybe("labels").map(|labels| labels.names(LABELS_MAX)).unwrap_or_default(),
        variables: fields.maybe("variables").and_then(|variables| variables.object_form()),
        start: fields.need("start").and_then(|start| start.key()).unwrap_or_default(),
        steps: fields
            .need("steps")
            .map(|steps| steps.items(1, STEPS_MAX).iter().map(step::read).collect())
            .unwrap_or_default(),
    };
    fields.finish();
    Some(definition)
}

impl Node<'_> {
    /// A workflow's code.
    pub(super) fn code(&self) -> Option<String> {
        let code = self.text(KEY_MAX_CHARS)?;
        let fits = code.starts_with(|first: char| first.is_ascii_alphabetic())
            && code.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !fits {
            self.fault(
                FaultCode::InvalidValue,
                "must be a letter followed by letters, digits and _, such as EXPENSE_CLAIM",
            );
        }
        fits.then_some(code)
    }

    /// Different names.
    pub(super) fn names(&self, max: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for item in self.items(0, max) {
            match item.text(NAME_MAX_CHARS) {
                Some(name) if names.contains(&name) => {
                    item.fault(FaultCode::Duplicate, "is there twice");
                }
                Some(name) => names.push(name),
                None => {}
            }
        }
        names
    }
}
