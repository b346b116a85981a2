//! The domain of Docket: aggregates, commands, events and policies.
//!
//! Pure: no I/O, no clock, no randomness. Time, actor and ids come in with the command
//! ([`Issued`]); facts about other aggregates come in through ports.

pub mod access;
pub mod approval;
pub mod organization;
pub mod policies;
pub mod run;
pub mod task;
pub mod user;
pub mod workflow;

mod acting;
mod assignment;
mod clock;
mod event;
pub mod fault;
#[cfg(test)]
mod fixture;
mod ids;
pub mod input;
mod issued;
pub mod personal;
pub mod schema;
mod sla;

pub use acting::{Acting, Actor};
pub use assignment::{Assignment, Candidates};
pub use clock::Clock;
pub use event::{DomainEvents, Metadata, Recorded};
pub use fault::{Fault, FaultCode};
pub use ids::{
    ApiKeyId, ApprovalId, EventId, IdError, MemberId, OrganizationId, RunId, SessionId, StepId,
    TaskId, TeamId, UserId, WorkflowId,
};
pub use issued::{IdSource, Issued};
pub use personal::Personal;
pub use sla::{Escalation, EscalationAction, Sla, TimerKey};
