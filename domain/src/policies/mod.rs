//! Policies: an event on one aggregate becomes commands on others; pure functions.
//!
//! The command bus calls [`react`] for each event that it has decided, and executes the answers in the
//! same unit of work: what they append is in the same commit, or nothing is. Where a commit of the log is of one
//! stream, it is asked right after the commit, and each answer is in one of its own.

mod approval_moves_run;
mod react;
mod run_ends_work;
mod run_raises_work;
mod task_moves_run;

pub use react::{PolicyError, Reaction, react};
