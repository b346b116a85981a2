//! Reading a definition from JSON: every fault at once, each with its path.

mod automation;
mod calendar;
mod definition;
mod fields;
mod leaves;
mod levels;
mod node;
mod people;
mod routing;
mod sla;
mod step;
mod step_types;

pub(in crate::workflow) use definition::{Heading, heading, read};
pub(crate) use levels::levels;
pub(in crate::workflow) use node::Faults;
