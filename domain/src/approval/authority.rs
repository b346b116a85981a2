//! What whoever acts must be allowed to do.

use super::ApprovalRefusal;
use crate::organization::Permission;
use crate::{Acting, Actor};

/// # Errors
/// `MissingPermission`.
pub(super) fn require(by: &Acting, permission: Permission) -> Result<(), ApprovalRefusal> {
    if by.may(permission) { Ok(()) } else { Err(ApprovalRefusal::MissingPermission { permission }) }
}

/// # Errors
/// `OnlyDocket`.
pub(super) fn require_docket(by: &Acting) -> Result<(), ApprovalRefusal> {
    if by.actor == Actor::Docket { Ok(()) } else { Err(ApprovalRefusal::OnlyDocket) }
}
