//! How whoever asks stands to a task: role and relation together.

use super::{TaskRefusal, Work};
use crate::organization::Permission;
use crate::{Acting, Actor, UserId};

/// As what somebody may do the work of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Holds it.
    Holder,
    /// May take it; a person, who then holds it.
    Candidate(UserId),
    /// May do it without holding it.
    Deputy,
}

/// # Errors
/// `MissingPermission`.
pub(super) fn require(by: &Acting, permission: Permission) -> Result<(), TaskRefusal> {
    if by.may(permission) { Ok(()) } else { Err(TaskRefusal::MissingPermission { permission }) }
}

/// # Errors
/// `OnlyDocket`.
pub(super) fn require_docket(by: &Acting) -> Result<(), TaskRefusal> {
    if by.actor == Actor::Docket { Ok(()) } else { Err(TaskRefusal::OnlyDocket) }
}

impl Work {
    /// As what `by` may do the work.
    ///
    /// # Errors
    /// `MissingPermission`, `HeldByOther`, `NotCandidate`.
    pub(super) fn worker(&self, by: &Acting) -> Result<Standing, TaskRefusal> {
        match self.own_standing(by) {
            Err(_) if by.may(Permission::TaskManage) => Ok(Standing::Deputy),
            own => own,
        }
    }

    /// As what `by` may do the work without managing tasks.
    ///
    /// # Errors
    /// `MissingPermission`, `HeldByOther`, `NotCandidate`.
    pub(super) fn own_standing(&self, by: &Acting) -> Result<Standing, TaskRefusal> {
        require(by, Permission::TaskWork)?;
        match self.assignment.assignee {
            Some(holder) if by.user() == Some(holder) => Ok(Standing::Holder),
            Some(holder) => Err(TaskRefusal::HeldByOther { holder }),
            None if self.assignment.candidates.include(by) => {
                Ok(by.user().map_or(Standing::Deputy, Standing::Candidate))
            }
            None => Err(TaskRefusal::NotCandidate),
        }
    }

    /// Whether `by` decides whom the task is for, and whether it is wanted.
    ///
    /// # Errors
    /// `NotCreator`.
    pub(super) fn governed_by(&self, by: &Acting) -> Result<(), TaskRefusal> {
        if by.may(Permission::TaskManage) || self.is_creator(by) {
            return Ok(());
        }
        Err(TaskRefusal::NotCreator)
    }

    /// Whether `by` decides whom the task is for from now on: whoever holds it passes it on.
    ///
    /// # Errors
    /// `NotHolder`.
    pub(super) fn passed_on_by(&self, by: &Acting) -> Result<(), TaskRefusal> {
        if self.is_holder(by) {
            return Ok(());
        }
        self.governed_by(by).map_err(|_| TaskRefusal::NotHolder)
    }

    /// Whether `by` takes part, or may see every task.
    ///
    /// # Errors
    /// `NotInvolved`.
    pub(super) fn seen_by(&self, by: &Acting) -> Result<(), TaskRefusal> {
        let involved =
            self.is_holder(by) || self.is_creator(by) || self.assignment.candidates.include(by);
        if involved || by.may(Permission::TaskRead) {
            Ok(())
        } else {
            Err(TaskRefusal::NotInvolved)
        }
    }

    fn is_holder(&self, by: &Acting) -> bool {
        by.user().is_some() && by.user() == self.assignment.assignee
    }

    fn is_creator(&self, by: &Acting) -> bool {
        by.user().is_some() && by.user() == self.created_by
    }
}
