//! The graph of a definition: which step leads to which, what dominates what, how joins wait.

mod dominators;
mod joins;
mod steps;
#[cfg(test)]
mod tests;

pub(crate) use joins::JoinPlan;
pub(in crate::workflow) use joins::Joins;
pub(in crate::workflow) use steps::Graph;
