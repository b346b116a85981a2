//! An event as projections fold it.

use std::ops::Deref;

use docket_domain::approval::ApprovalEvent;
use docket_domain::organization::OrganizationEvent;
use docket_domain::run::RunEvent;
use docket_domain::task::TaskEvent;
use docket_domain::user::UserEvent;
use docket_domain::workflow::WorkflowEvent;
use docket_domain::{
    Actor, ApprovalId, DomainEvents, OrganizationId, Recorded, RunId, TaskId, UserId, WorkflowId,
};
use uuid::Uuid;

/// An event with its aggregate's id, which is read once for all projections.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    recorded: Recorded<DomainEvents>,
    id: Uuid,
}

impl Deref for Event {
    type Target = Recorded<DomainEvents>;

    fn deref(&self) -> &Self::Target {
        &self.recorded
    }
}

impl Event {
    /// The event with its aggregate's id.
    ///
    /// # Errors
    /// When the id is not one of the aggregate's type.
    pub(crate) fn new(recorded: Recorded<DomainEvents>) -> Result<Self, String> {
        let text = recorded.aggregate_id.as_str();
        let id = match &recorded.event {
            DomainEvents::Organization(_) => text.parse().map(OrganizationId::uuid),
            DomainEvents::User(_) => text.parse().map(UserId::uuid),
            DomainEvents::Workflow(_) => text.parse().map(WorkflowId::uuid),
            DomainEvents::Run(_) => text.parse().map(RunId::uuid),
            DomainEvents::Task(_) => text.parse().map(TaskId::uuid),
            DomainEvents::Approval(_) => text.parse().map(ApprovalId::uuid),
            // Nothing is kept by the id of a member's access.
            DomainEvents::Access(_) => Ok(Uuid::nil()),
        };
        Ok(Self { id: id.map_err(|error| error.to_string())?, recorded })
    }

    pub(crate) const fn organization_event(&self) -> Option<(OrganizationId, &OrganizationEvent)> {
        match &self.recorded.event {
            DomainEvents::Organization(event) => Some((OrganizationId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    pub(crate) const fn user_event(&self) -> Option<(UserId, &UserEvent)> {
        match &self.recorded.event {
            DomainEvents::User(event) => Some((UserId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    pub(crate) const fn workflow_event(&self) -> Option<(WorkflowId, &WorkflowEvent)> {
        match &self.recorded.event {
            DomainEvents::Workflow(event) => Some((WorkflowId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    pub(crate) const fn run_event(&self) -> Option<(RunId, &RunEvent)> {
        match &self.recorded.event {
            DomainEvents::Run(event) => Some((RunId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    pub(crate) const fn task_event(&self) -> Option<(TaskId, &TaskEvent)> {
        match &self.recorded.event {
            DomainEvents::Task(event) => Some((TaskId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    pub(crate) const fn approval_event(&self) -> Option<(ApprovalId, &ApprovalEvent)> {
        match &self.recorded.event {
            DomainEvents::Approval(event) => Some((ApprovalId::from_uuid(self.id), event)),
            _ => None,
        }
    }

    /// Who asked for something, where an event names the person: without one it was a program, or Docket.
    pub(crate) fn asked_by(&self, person: Option<UserId>) -> Actor {
        match (person, self.metadata.actor) {
            (Some(user), _) => Actor::User(user),
            (None, Actor::Service(key)) => Actor::Service(key),
            (None, Actor::User(_) | Actor::Docket) => Actor::Docket,
        }
    }

    /// Whether the event is the first of its aggregate, of which there can be no row yet.
    pub(crate) const fn is_first(&self) -> bool {
        self.recorded.sequence == 1
    }

    /// The same event, of a person instead of an organization.
    #[cfg(test)]
    pub(crate) fn without_organization(&mut self) {
        self.recorded.organization = None;
    }
}
