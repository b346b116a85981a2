//! The aggregates that decide by their own state alone.

use docket_domain::access::{Access, AccessCommand};
use docket_domain::organization::{Organization, OrganizationCommand};
use docket_domain::task::{Task, TaskCommand};
use docket_domain::user::{User, UserCommand};
use docket_domain::workflow::{Workflow, WorkflowCommand};
use docket_domain::{DomainEvents, MemberId, OrganizationId, TaskId, UserId, WorkflowId};

use super::super::{BusError, Slice, Unit};

macro_rules! plain {
    ($($aggregate:ident: $id:ident, $command:ident, begins $begins:expr, global $global:literal;)*) => {$(
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

            fn begins(command: &$command) -> bool {
                let begins: fn(&$command) -> bool = $begins;
                begins(command)
            }
        }
    )*};
}

plain! {
    Access: MemberId, AccessCommand, begins |_| false, global false;
    Organization: OrganizationId, OrganizationCommand,
        begins |command| matches!(command, OrganizationCommand::CreateOrganization(_)), global false;
    Task: TaskId, TaskCommand,
        begins |command| matches!(command, TaskCommand::CreateTask(_)), global false;
    User: UserId, UserCommand,
        begins |command| matches!(command, UserCommand::Register(_)), global true;
    Workflow: WorkflowId, WorkflowCommand,
        begins |command| matches!(command, WorkflowCommand::CreateWorkflow(_)), global false;
}
