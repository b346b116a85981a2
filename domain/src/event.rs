//! An event as the log holds it.

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, EventId, OrganizationId};

/// What is known of an event beside its payload; stored as a flat JSON object of strings. The fields are in the
/// order of their names, which is that of canonical text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who caused it.
    pub actor: Actor,
    /// The event that caused this one; `None` where a request did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<EventId>,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// For whom the actor acted, where that is someone else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Actor>,
}

/// An event in its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<E> {
    /// Its own id.
    pub event_id: EventId,
    /// Its place in the whole log, from 1.
    pub position: u64,
    /// The place of its commit's last event.
    pub commit_end: u64,
    /// The organization that it belongs to; `None` for what belongs to a person.
    pub organization: Option<OrganizationId>,
    /// The text form of the aggregate's id.
    pub aggregate_id: String,
    /// Its place in its stream, from 1.
    pub sequence: u64,
    /// When it was recorded, in whole microseconds; never goes back along positions.
    pub recorded_at: DateTime<Utc>,
    /// Who and why.
    pub metadata: Metadata,
    /// What happened.
    pub event: E,
}

impl<E> Recorded<E> {
    /// The same place in the log, with `change`'s event.
    pub fn map<F>(self, change: impl FnOnce(E) -> F) -> Recorded<F> {
        Recorded {
            event_id: self.event_id,
            position: self.position,
            commit_end: self.commit_end,
            organization: self.organization,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            recorded_at: self.recorded_at,
            metadata: self.metadata,
            event: change(self.event),
        }
    }
}

/// Every event of the domain, by the aggregate that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainEvents {
    /// Of an organization.
    Organization(crate::organization::OrganizationEvent),
    /// Of a person.
    User(crate::user::UserEvent),
    /// Of a member's sign-ins.
    Access(crate::access::AccessEvent),
    /// Of a workflow.
    Workflow(crate::workflow::WorkflowEvent),
    /// Of a run.
    Run(crate::run::RunEvent),
    /// Of a task.
    Task(crate::task::TaskEvent),
    /// Of an approval.
    Approval(crate::approval::ApprovalEvent),
}

/// The same of an event, whichever aggregate's it is.
macro_rules! of_each {
    ($events:expr, $event:ident => $of:expr) => {
        match $events {
            DomainEvents::Organization($event) => $of,
            DomainEvents::User($event) => $of,
            DomainEvents::Access($event) => $of,
            DomainEvents::Workflow($event) => $of,
            DomainEvents::Run($event) => $of,
            DomainEvents::Task($event) => $of,
            DomainEvents::Approval($event) => $of,
        }
    };
}

impl DomainEvents {
    /// The event as JSON, under the name of its type: what the log stores before personal values are sealed.
    pub fn to_value(&self) -> serde_json::Value {
        of_each!(self, event => serde_json::to_value(event)).unwrap_or_default()
    }

    /// The event's type, such as `TaskCompleted`.
    pub fn event_type(&self) -> String {
        of_each!(self, event => event.event_type())
    }

    /// The version of the shape that [`Self::to_value`] has: the newest one, also where the log holds an older.
    pub fn event_version(&self) -> String {
        of_each!(self, event => event.event_version())
    }
}
