//! The run: one execution of a workflow's version, moved by tokens.

mod events;

pub use events::{Arrival, Raised, RaisedId, RunEvent, StepResult, StepType, Subject, Token};
