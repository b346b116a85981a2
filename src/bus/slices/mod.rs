//! What is particular to each aggregate: the facts that it decides by, and who answers its events.

mod access;
mod approval;
mod definitions;
mod organization;
mod reactions;
mod run;
mod task;
mod user;
mod workflow;

pub(super) use definitions::Definitions;
pub(super) use organization::acting;
pub(super) use reactions::react;

/// The two directions between an aggregate's events and the domain's.
macro_rules! events {
    ($variant:ident) => {
        fn wrap(event: Self::Event) -> docket_domain::DomainEvents {
            docket_domain::DomainEvents::$variant(event)
        }
    };
}
use events;
