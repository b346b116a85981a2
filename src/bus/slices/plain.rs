//! The aggregates that decide by their own state alone.

use docket_domain::access::{Access, AccessCommand};
use docket_domain::organization::{Organization, OrganizationCommand};
use docket_domain::task::{Task, TaskCommand};
use docket_domain::user::{User, UserCommand};
use docket_domain::workflow::{Workflow, WorkflowCommand};
use docket_domain::{DomainEvents, MemberId, OrganizationId, TaskId, UserId, WorkflowId};

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
        }
    )*};
}

plain! {
    Access: MemberId, AccessCommand, global false;
    Organization: OrganizationId, OrganizationCommand, global false;
    Task: TaskId, TaskCommand, global false;
    User: UserId, UserCommand, global true;
    Workflow: WorkflowId, WorkflowCommand, global false;
}
