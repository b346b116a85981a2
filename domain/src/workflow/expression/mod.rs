//! Conditions and expressions of a definition: CEL over what a run knows.
//!
//! They are parsed once, when the definition is read, and checked when a version is published: every
//! path that they name is resolved against the schemas, functions are those of a list, and the cost is
//! bounded ([`check`]). At run time they are pure, and a type error is an error, never a panic.

mod ast;
mod calls;
mod check;
mod cost;
mod error;
mod evaluate;
mod needs;
mod parse;
mod scope;
mod shape;
mod stack;
#[cfg(test)]
mod tests;
mod values;

pub(in crate::workflow) use check::{Expected, Findings, check};
pub use error::EvaluationError;
pub use evaluate::{Facts, RunView, StepView, StepsView};
pub use parse::Expression;
pub(in crate::workflow) use scope::{Scope, Target};
