//! A definition ready to be executed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::check;
use super::definition::{Definition, Step};
use super::graph::{Graph, JoinPlan, Joins};
use super::limits::DEFINITION_MAX_BYTES;
use super::read::{self, Faults};
use crate::organization::RoleName;
use crate::{Fault, FaultCode, input};

/// A checked definition with its expressions and schemas compiled, indexed for execution.
///
/// Immutable, and made once for each version: share it.
#[derive(Debug)]
pub struct Compiled {
    definition: Definition,
    index: HashMap<Arc<str>, usize>,
    joins: Joins,
}

impl Compiled {
    /// Reads and checks a definition.
    ///
    /// # Errors
    /// Every fault that stands in the way of publishing it (at most 200), in the order of the document
    /// where that can be said.
    pub fn new(definition: &Value) -> Result<Self, Vec<Fault>> {
        let faults = Faults::default();
        faults.extend(input::check(definition, DEFINITION_MAX_BYTES));
        let read = read::read(definition, &faults);
        let graph = read.as_ref().and_then(Graph::of);
        if let Some(definition) = &read {
            check::check(definition, graph.as_ref(), &faults);
        }
        match (read, graph, faults.into_vec()) {
            (Some(definition), Some(graph), faults) if faults.is_empty() => {
                let keys = definition.steps.iter().enumerate();
                let index = keys.map(|(at, step)| (step.key.as_str().into(), at)).collect();
                Ok(Self { definition, index, joins: Joins::of(&graph) })
            }
            (_, _, faults) if faults.is_empty() => {
                Err(vec![Fault::of(FaultCode::UnknownStep, "/start", "names no step")])
            }
            (_, _, faults) => Err(faults),
        }
    }

    /// What its author should know of, though it stands in the way of nothing: outcomes that are not
    /// routed, and roles that nobody of the organization holds.
    pub fn warnings(&self, held: &BTreeSet<RoleName>) -> Vec<Fault> {
        check::warnings(&self.definition, held)
    }

    /// The definition.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The step of that key.
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.definition.steps.get(self.place(key)?)
    }

    /// The place of the step of that key in the definition.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.index.get(key).copied()
    }

    /// The step at that place.
    pub(crate) fn step_at(&self, place: usize) -> Option<&Step> {
        self.definition.steps.get(place)
    }

    /// How the join of the step at that place waits; `None` where every token starts the step.
    pub(crate) fn join(&self, place: usize) -> Option<&JoinPlan> {
        self.joins.get(place)
    }
}
