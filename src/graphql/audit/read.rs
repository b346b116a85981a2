//! From the log's events to what the audit trail shows.

use std::sync::Arc;

use docket_domain::{DomainEvents, EventId, OrganizationId, Recorded};
use docket_eventlog::StoredEvent;
use serde_json::Value;

use super::AuditEvent;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;

/// The events at these positions that belong to `organization`, in the order of `positions`.
///
/// # Errors
/// `UNAVAILABLE` where the log cannot be read.
pub async fn audit_events(
    api: &Api,
    organization: OrganizationId,
    positions: &[u64],
) -> Result<Vec<AuditEvent>, ApiError> {
    let stored = api.bus.log().store().read_positions(positions).await?;
    let org_id = organization.to_string();
    let mine: Vec<StoredEvent> =
        stored.into_iter().filter(|event| event.org_id == org_id).collect();
    open(api, organization, &mine).await
}

/// The event of this id; `None` where the organization has none.
///
/// # Errors
/// `UNAVAILABLE` where the log cannot be read.
pub async fn audit_event(
    api: &Api,
    organization: OrganizationId,
    id: EventId,
) -> Result<Option<AuditEvent>, ApiError> {
    let stored = api.bus.log().store().read_event(id.uuid()).await?;
    let org_id = organization.to_string();
    let mine: Vec<StoredEvent> =
        stored.into_iter().filter(|event| event.org_id == org_id).collect();
    Ok(open(api, organization, &mine).await?.pop())
}

/// The events with their personal values opened.
///
/// # Errors
/// `UNAVAILABLE` where the keys cannot be read.
pub async fn open(
    api: &Api,
    organization: OrganizationId,
    stored: &[StoredEvent],
) -> Result<Vec<AuditEvent>, ApiError> {
    let decoded = api.codec.decode_page(stored).await?;
    let events = stored.iter().zip(decoded);
    events.map(|(stored, recorded)| Ok(opened(organization, stored, &recorded?))).collect()
}

/// The event as its readers see it.
pub fn opened(
    organization: OrganizationId,
    stored: &StoredEvent,
    recorded: &Recorded<DomainEvents>,
) -> AuditEvent {
    AuditEvent {
        organization,
        id: recorded.event_id,
        position: recorded.position,
        recorded_at: recorded.recorded_at,
        event_type: Arc::from(stored.event_type.as_str()),
        event_version: Arc::from(recorded.event.event_version()),
        subject_type: Arc::from(stored.aggregate_type.as_str()),
        subject_id: Arc::from(stored.aggregate_id.as_str()),
        sequence: recorded.sequence,
        payload: Arc::new(payload(&recorded.event)),
        metadata: recorded.metadata.clone(),
    }
}

/// What the event says, without the name of its type around it and without the marks of personal values.
fn payload(event: &DomainEvents) -> Value {
    let tagged = event.to_value();
    let Value::Object(mut members) = tagged else { return tagged };
    let said = members.iter_mut().next().map(|(_, said)| said.take()).unwrap_or_default();
    docket_projections::plain(&said)
}
