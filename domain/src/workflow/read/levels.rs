//! The levels of an approval outside a workflow, written as those of a step.

use serde_json::Value;

use super::node::{Faults, Node};
use super::step_types::all_levels;
use crate::Fault;
use crate::workflow::check::refuse_level;
use crate::workflow::definition::LevelRule;

/// Reads levels.
///
/// # Errors
/// Every fault, with paths into the list.
pub(crate) fn levels(value: &Value) -> Result<Vec<LevelRule>, Vec<Fault>> {
    let faults = Faults::default();
    let levels = all_levels(&Node::root(value, &faults));
    for (at, level) in levels.iter().enumerate() {
        refuse_level(level, &format!("/{at}"), &faults);
    }
    let faults = faults.into_vec();
    if faults.is_empty() { Ok(levels) } else { Err(faults) }
}
