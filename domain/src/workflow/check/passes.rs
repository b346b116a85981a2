//! All checks, one after the other.

use std::collections::BTreeSet;

use super::{escalations, expressions, graph, outcomes, people, unsupported};
use crate::Fault;
use crate::organization::RoleName;
use crate::workflow::definition::Definition;
use crate::workflow::graph::Graph;
use crate::workflow::read::Faults;

/// Names everything that stands in the way of publishing.
pub(in crate::workflow) fn check(definition: &Definition, graph: Option<&Graph>, faults: &Faults) {
    graph::check(definition, graph, faults);
    unsupported::check(definition, faults);
    escalations::check(definition, faults);
    expressions::check(definition, faults);
}

/// What its author should know of, though it stands in the way of nothing.
pub(in crate::workflow) fn warnings(
    definition: &Definition,
    held: &BTreeSet<RoleName>,
) -> Vec<Fault> {
    let faults = Faults::default();
    outcomes::warn(definition, &faults);
    people::warn(definition, held, &faults);
    faults.into_vec()
}
