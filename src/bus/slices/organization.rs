//! What an organization lets its people and programs do.

use std::sync::Arc;

use cqrs_es::Aggregate;
use docket_domain::organization::Organization;
use docket_domain::{Acting, Actor, OrganizationId};
use docket_eventlog::StreamId;

use super::super::{Bus, BusError};

/// The organization's state as this node knows it, and the sequence of its last event.
pub(in super::super) async fn organization(
    bus: &Bus,
    id: OrganizationId,
) -> Result<(Arc<Organization>, u64), BusError> {
    organization_since(bus, id, 0).await
}

/// The same, with its events up to `sequence`, which somebody may have appended just now, on any node.
async fn organization_since(
    bus: &Bus,
    id: OrganizationId,
    sequence: u64,
) -> Result<(Arc<Organization>, u64), BusError> {
    let org_id = id.to_string();
    let stream = StreamId { aggregate_type: Organization::TYPE, aggregate_id: org_id.clone() };
    let mut cached = bus.state::<Organization>(&org_id, &stream, false).await?;
    if cached.sequence < sequence {
        cached = bus.state::<Organization>(&org_id, &stream, true).await?;
    }
    Ok((cached.state_as::<Organization>()?, cached.sequence))
}

/// What `organization` lets `actor` do at `sequence` of its events or later; `None` where it knows no such actor.
pub(in super::super) async fn acting(
    bus: &Bus,
    id: OrganizationId,
    actor: Actor,
    sequence: u64,
) -> Result<Option<Acting>, BusError> {
    let (state, authorized_at) = organization_since(bus, id, sequence).await?;
    let acting = match actor {
        Actor::User(user) => state.acting_as(user),
        Actor::Service(key) => state.acting_as_key(key, bus.clock().now()),
        Actor::Docket => Some(Acting::docket(id)),
    };
    Ok(acting.map(|acting| Acting { authorized_at, ..acting }))
}
