//! Checking a definition that has been read: what stands in the way of publishing it, and what its author
//! should know.

mod escalations;
mod expressions;
mod graph;
mod outcomes;
mod passes;
mod people;
mod places;
#[cfg(test)]
mod tests;
mod unsupported;

pub(super) use passes::{check, warnings};
pub(super) use unsupported::refuse_level;
