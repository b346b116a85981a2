//! What the pure tests of folds share: events, and their folding without a database.

use chrono::{DateTime, TimeDelta, Utc};
use docket_domain::{Actor, DomainEvents, Metadata, OrganizationId, Recorded, UserId};
use uuid::Uuid;

use crate::event::Event;
use crate::projection::Projection;
use crate::rows::FoldError;

/// The `n`-th id of a kind.
pub(crate) fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

/// The organization of all test events.
pub(crate) fn org() -> OrganizationId {
    id(1)
}

/// `minutes` after the beginning of all tests.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

/// The person who causes all test events.
pub(crate) fn ada() -> UserId {
    id(100)
}

/// Events of one aggregate, in order.
pub(crate) fn stream<E>(
    aggregate: impl std::fmt::Display,
    wrap: fn(E) -> DomainEvents,
    events: impl IntoIterator<Item = E>,
) -> Vec<Event> {
    let recorded = (1..).zip(events).map(|(sequence, event)| Recorded {
        event_id: id(1_000 + u128::from(sequence)),
        position: sequence,
        commit_end: sequence,
        organization: Some(org()),
        aggregate_id: aggregate.to_string(),
        sequence,
        recorded_at: at(i64::try_from(sequence).unwrap()),
        metadata: Metadata {
            actor: Actor::User(ada()),
            on_behalf_of: None,
            correlation_id: Uuid::nil(),
            causation_id: None,
        },
        event: wrap(event),
    });
    recorded.map(|event| Event::new(event).unwrap()).collect()
}

/// The rows that a projection makes of events.
pub(crate) fn folded<P: Projection>(events: &[Event]) -> Result<P::Rows, FoldError> {
    let mut rows = P::Rows::default();
    for event in events {
        P::announce(event, &mut rows);
        P::fold(event, &mut rows)?;
    }
    Ok(rows)
}
