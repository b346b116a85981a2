//! An event, as the audit trail shows it.

use std::sync::Arc;

use async_graphql::{ID, Json, Object};
use chrono::{DateTime, Utc};
use docket_domain::{EventId, Metadata, OrganizationId};
use serde_json::Value;

use crate::graphql::actor::Actor;
use crate::graphql::common::Position;

/// An event of the log, opened for its readers.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// The organization that it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: EventId,
    /// Its place in the log.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What happened.
    pub event_type: Arc<str>,
    /// The version of the shape that `payload` has.
    pub event_version: Arc<str>,
    /// The aggregate's type.
    pub subject_type: Arc<str>,
    /// The aggregate's id.
    pub subject_id: Arc<str>,
    /// Its place in the aggregate's stream.
    pub sequence: u64,
    /// Who and why.
    pub metadata: Metadata,
    /// What the event says.
    pub payload: Arc<Value>,
}

/// Something that happened: a fact that nobody can change or remove.
#[Object]
impl AuditEvent {
    /// Its id: `evt_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Its place in the log.
    async fn position(&self) -> Position {
        Position(self.position)
    }

    /// When it was recorded; never earlier than that of an event before it.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.recorded_at
    }

    /// What happened, such as `TaskCompleted`.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The version of the shape that `payload` has: the newest of the type, also where the event was stored in an
    /// older one.
    async fn event_version(&self) -> &str {
        &self.event_version
    }

    /// What kind of thing it happened to: `organization`, `access`, `workflow`, `run`, `task`, `approval`.
    async fn subject_type(&self) -> &str {
        &self.subject_type
    }

    /// The id of what it happened to.
    async fn subject_id(&self) -> ID {
        ID(self.subject_id.to_string())
    }

    /// Its number among the events of its subject, from 1.
    async fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Who caused it.
    async fn actor(&self) -> Actor {
        Actor::new(self.organization, self.metadata.actor)
    }

    /// For whom the actor acted, where that is somebody else.
    async fn on_behalf_of(&self) -> Option<Actor> {
        self.metadata.on_behalf_of.map(|actor| Actor::new(self.organization, actor))
    }

    /// Shared by everything that followed from one request.
    async fn correlation_id(&self) -> ID {
        ID(self.metadata.correlation_id.to_string())
    }

    /// The event that caused this one; null where a request did.
    async fn causation_id(&self) -> Option<ID> {
        self.metadata.causation_id.map(|event| ID(event.to_string()))
    }

    /// What the event says: an object. Personal values of an erased person are null.
    async fn payload(&self) -> Json<Value> {
        Json(Value::clone(&self.payload))
    }
}
