//! Checking a definition that has been read: what stands in the way of publishing it, and what its author
//! should know.

mod escalations;
mod expressions;
mod graph;
mod outcomes;
mod people;
mod places;
mod unsupported;

use std::collections::BTreeSet;

use super::definition::Definition;
use super::graph::Graph;
use super::read::Faults;
use crate::Fault;
use crate::organization::RoleName;

/// Names everything that stands in the way of publishing.
pub(super) fn check(definition: &Definition, graph: Option<&Graph>, faults: &Faults) {
    graph::check(definition, graph, faults);
    unsupported::check(definition, faults);
    escalations::check(definition, faults);
    expressions::check(definition, faults);
}

/// What its author should know of, though it stands in the way of nothing.
pub(super) fn warnings(definition: &Definition, held: &BTreeSet<RoleName>) -> Vec<Fault> {
    let faults = Faults::default();
    outcomes::warn(definition, &faults);
    people::warn(definition, held, &faults);
    faults.into_vec()
}
