//! What the bus needs to know of an aggregate.

use std::fmt;
use std::future::Future;

use cqrs_es::Aggregate;
use docket_domain::{DomainEvents, Issued};

use super::{BusError, Refusal, Unit};

/// An aggregate that the bus can load, ask and commit.
pub trait Slice:
    Aggregate<Command = Issued<Self::Plain>, Error: Into<Refusal>> + Clone + 'static
{
    /// The id of one of them.
    type Id: Copy + fmt::Display + Send + Sync + 'static;
    /// The command without what it is issued with.
    type Plain: Clone + fmt::Debug + Send + Sync + 'static;

    /// The facts about other aggregates that deciding `command` takes.
    fn services(
        unit: &mut Unit<'_>,
        state: &Self,
        command: &Self::Plain,
    ) -> impl Future<Output = Result<Self::Services, BusError>> + Send;

    /// The event as one of the domain's.
    fn wrap(event: Self::Event) -> DomainEvents;

    /// Whether the commit must also prove that the actor's authority has not changed meanwhile.
    fn expects_authority(_command: &Self::Plain) -> bool {
        false
    }

    /// Whether `command` makes a new aggregate: its stream is then taken to be empty, without a look; where it
    /// is not, the append finds out.
    fn begins(command: &Self::Plain) -> bool;

    /// Whether it belongs to a person and to no organization.
    const GLOBAL: bool = false;
}
