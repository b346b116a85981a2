//! The run: one execution of a workflow's version, moved by tokens.
//!
//! A token is at work in an activation of a step, on a transition, or waiting at a join. The engine
//! ([`engine`]) moves tokens until every one of them waits for somebody: it works on a copy of the state
//! and tells each move as an event, so that the state follows from the events alone.

mod aggregate;
mod apply;
mod cancel_cause;
mod commands;
mod decide;
#[cfg(test)]
mod drive;
mod engine;
mod error;
mod events;
mod facts;
mod state;
#[cfg(test)]
mod testing;

pub use aggregate::Run;
pub use cancel_cause::CancelCause;
pub use commands::{CompleteStep, RunCommand, StartRun};
pub use error::RunRefusal;
pub use events::{Arrival, Raised, RaisedId, RunEvent, StepResult, StepType, Subject, Token};
pub use facts::{People, RunFacts};
pub use state::{Activation, ActivationState, Execution, Moving, Status, Visits, Waiting};
