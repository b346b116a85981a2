//! The task: work for a person, stand-alone or raised by a run's step.

mod events;

pub use events::{Origin, Priority, TaskEvent};
