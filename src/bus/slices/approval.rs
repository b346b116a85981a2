//! An approval: decides by whom the organization's roles and teams stand for.

use std::sync::Arc;

use docket_domain::approval::{Approval, ApprovalCommand};
use docket_domain::organization::Organization;
use docket_domain::{ApprovalId, DomainEvents};

use super::super::{BusError, Slice, Unit};

impl Slice for Approval {
    type Id = ApprovalId;
    type Plain = ApprovalCommand;

    async fn services(
        unit: &mut Unit<'_>,
        _: &Self,
        _: &ApprovalCommand,
    ) -> Result<Arc<Organization>, BusError> {
        let organization = unit.organization();
        let read = unit.read::<Organization>(organization).await?;
        Ok(read.map_or_else(Arc::default, |(organization, _)| organization))
    }

    fn wrap(event: Self::Event) -> DomainEvents {
        DomainEvents::Approval(event)
    }

    fn begins(command: &ApprovalCommand) -> bool {
        matches!(command, ApprovalCommand::RequestApproval(_))
    }

    /// A vote counts only while the voter may cast it.
    fn expects_authority(command: &ApprovalCommand) -> bool {
        matches!(command, ApprovalCommand::CastVote(_))
    }
}
