//! The aggregates that decide by their own state alone.

use docket_domain::access::{Access, AccessCommand};
use docket_domain::approval::{Approval, ApprovalCommand};
use docket_domain::organization::{Organization, OrganizationCommand};
use docket_domain::task::{Task, TaskCommand};
use docket_domain::user::{User, UserCommand};
use docket_domain::workflow::{Workflow, WorkflowCommand};
use docket_domain::{
    ApprovalId, DomainEvents, MemberId, OrganizationId, TaskId, UserId, WorkflowId,
};

use super::super::{BusError, Slice, Unit};

macro_rules! plain {
    ($($aggregate:ident: $id:ident, $command:ident, global $global:literal;)*) => {$(
        impl Slice for $aggregate {
            type Id = $id;
            type Plain = $command;

            const GLOBAL: bool = $global;

            async fn services(_: &mut Unit<'_>, _: &Self, _: &$command) -> Result<(), BusError> {
                Ok(())
            }

            fn wrap(event: Self::Event) -> DomainEvents {
                DomainEvents::$aggregate(event)
            }

            fn expects_authority(command: &$command) -> bool {
                ProvesAuthority::proves_authority(command)
            }
        }
    )*};
}

plain! {
    Access: MemberId, AccessCommand, global false;
    Approval: ApprovalId, ApprovalCommand, global false;
    Organization: OrganizationId, OrganizationCommand, global false;
    Task: TaskId, TaskCommand, global false;
    User: UserId, UserCommand, global true;
    Workflow: WorkflowId, WorkflowCommand, global false;
}

/// Whether a command's commit must prove that the actor's authority has not changed meanwhile.
trait ProvesAuthority {
    fn proves_authority(&self) -> bool {
        false
    }
}

/// A vote counts only while the voter may cast it.
impl ProvesAuthority for ApprovalCommand {
    fn proves_authority(&self) -> bool {
        matches!(self, Self::CastVote(_))
    }
}

impl ProvesAuthority for AccessCommand {}
impl ProvesAuthority for OrganizationCommand {}
impl ProvesAuthority for TaskCommand {}
impl ProvesAuthority for UserCommand {}
impl ProvesAuthority for WorkflowCommand {}
