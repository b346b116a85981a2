//! A stored event as the domain has it.

use cqrs_es::DomainEvent;
use docket_domain::{DomainEvents, EventId, OrganizationId, Recorded};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Codec;
use super::open::{Parsed, corrupt, opened};
use super::personal::Keys;
use crate::{LogError, StoredEvent};

impl Codec {
    pub(super) fn recorded<E: DomainEvent>(
        &self,
        stored: &StoredEvent,
        parsed: &Parsed,
        keys: &Keys<'_>,
    ) -> Result<Recorded<E>, LogError> {
        let (version, event) = match parsed {
            Parsed::Text => (stored.event_version.as_str(), read_text(stored)?),
            Parsed::Tree(tree) => self.read_tree(stored, opened(stored, tree, keys)?)?,
            Parsed::Failed(error) => return Err(error.clone()),
        };
        check_type(stored, version, &event)?;
        Ok(Recorded {
            event_id: EventId::from_uuid(stored.event_id),
            position: stored.position,
            commit_end: stored.commit_end,
            organization: organization(stored)?,
            aggregate_id: stored.aggregate_id.clone(),
            sequence: stored.sequence,
            recorded_at: stored.recorded_at,
            metadata: serde_json::from_str(&stored.metadata)
                .map_err(|error| corrupt(stored, &error))?,
            event,
        })
    }

    fn read_tree<'s, E: DeserializeOwned>(
        &self,
        stored: &'s StoredEvent,
        tree: Value,
    ) -> Result<(&'s str, E), LogError> {
        let (version, tree) =
            self.upcasters.upcast(&stored.event_type, &stored.event_version, tree);
        let event = serde_json::from_value(tree).map_err(|error| corrupt(stored, &error))?;
        Ok((version, event))
    }

    /// Dispatches on the aggregate's type.
    pub(super) fn recorded_any(
        &self,
        stored: &StoredEvent,
        parsed: &Parsed,
        keys: &Keys<'_>,
    ) -> Result<Recorded<DomainEvents>, LogError> {
        match stored.aggregate_type.as_str() {
            "organization" => self.of_any(stored, parsed, keys, DomainEvents::Organization),
            "user" => self.of_any(stored, parsed, keys, DomainEvents::User),
            "access" => self.of_any(stored, parsed, keys, DomainEvents::Access),
            "workflow" => self.of_any(stored, parsed, keys, DomainEvents::Workflow),
            "run" => self.of_any(stored, parsed, keys, DomainEvents::Run),
            "task" => self.of_any(stored, parsed, keys, DomainEvents::Task),
            "approval" => self.of_any(stored, parsed, keys, DomainEvents::Approval),
            unknown => Err(corrupt(stored, &format_args!("no aggregate has the type {unknown}"))),
        }
    }

    fn of_any<E: DomainEvent>(
        &self,
        stored: &StoredEvent,
        parsed: &Parsed,
        keys: &Keys<'_>,
        wrap: fn(E) -> DomainEvents,
    ) -> Result<Recorded<DomainEvents>, LogError> {
        let recorded = self.recorded::<E>(stored, parsed, keys)?;
        Ok(recorded.map(wrap))
    }
}

fn read_text<E: DeserializeOwned>(stored: &StoredEvent) -> Result<E, LogError> {
    serde_json::from_str(&stored.payload).map_err(|error| corrupt(stored, &error))
}

/// A payload of one type under the name of another, or of a version that nothing here reads.
fn check_type<E: DomainEvent>(
    stored: &StoredEvent,
    version: &str,
    event: &E,
) -> Result<(), LogError> {
    let (event_type, current) = (event.event_type(), event.event_version());
    if event_type == stored.event_type && current == version {
        return Ok(());
    }
    let found = format_args!("it holds version {version} of a {event_type}, not {current}");
    Err(corrupt(stored, &found))
}

fn organization(stored: &StoredEvent) -> Result<Option<OrganizationId>, LogError> {
    if stored.org_id.is_empty() {
        return Ok(None);
    }
    stored.org_id.parse().map(Some).map_err(|error| corrupt(stored, &error))
}
