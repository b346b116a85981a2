//! What an organization lets its people and programs do.

use cqrs_es::Aggregate;
use docket_domain::organization::Organization;
use docket_domain::{Acting, Actor, OrganizationId};
use docket_eventlog::StreamId;

use super::super::{Bus, BusError};

/// What `organization` lets `actor` do now; `None` where it knows no such actor.
pub(in super::super) async fn acting(
    bus: &Bus,
    organization: OrganizationId,
    actor: Actor,
) -> Result<Option<Acting>, BusError> {
    let org_id = organization.to_string();
    let stream =
        StreamId { aggregate_type: Organization::TYPE, aggregate_id: org_id.clone() };
    let cached = bus.state::<Organization>(&org_id, &stream, false).await?;
    let state = cached.state_as::<Organization>()?;
    let acting = match actor {
        Actor::User(user) => state.acting_as(user),
        Actor::Service(key) => state.acting_as_key(key, bus.clock().now()),
        Actor::Docket => Some(Acting::docket(organization)),
    };
    Ok(acting.map(|acting| Acting { authorized_at: cached.sequence, ..acting }))
}
