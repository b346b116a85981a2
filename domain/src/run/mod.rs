//! The run: one execution of a workflow's version, moved by tokens.

mod commands;
mod events;

pub use commands::{CompleteStep, RunCommand};
pub use events::{Arrival, Raised, RaisedId, RunEvent, StepResult, StepType, Subject, Token};
