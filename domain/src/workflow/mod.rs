//! The workflow: a named definition, edited as a draft, frozen as numbered versions.

mod events;

pub use events::WorkflowEvent;
