//! Which rule decides which command.

use super::{cancel_run, complete_step, fire_timer, start_run};
use crate::organization::Permission;
use crate::run::{Run, RunCommand, RunEvent, RunFacts, RunRefusal};
use crate::{Acting, Issued};

/// Decides a command.
pub(in crate::run) fn decide(
    run: &Run,
    issued: Issued<RunCommand>,
    facts: &RunFacts,
) -> Result<Vec<RunEvent>, RunRefusal> {
    let Issued { command, by, at, ids } = issued;
    match command {
        RunCommand::StartRun(start) => start_run::decide(run, start, &by, at, ids, facts),
        RunCommand::CompleteStep(complete) => complete_step::decide(run, complete, at, ids, facts),
        RunCommand::FireTimer { step, timer } => {
            fire_timer::decide(run, step, timer, at, ids, facts)
        }
        RunCommand::CancelRun { reason } => cancel_run::decide(run, &reason, &by, at),
    }
}

/// # Errors
/// `MissingPermission`.
pub(super) fn may(by: &Acting, permission: Permission) -> Result<(), RunRefusal> {
    if by.may(permission) { Ok(()) } else { Err(RunRefusal::MissingPermission { permission }) }
}

/// A text without the space around it.
///
/// # Errors
/// `InvalidInput` where it is empty or longer than `max_chars`.
pub(super) fn text(
    field: &'static str,
    text: &str,
    max_chars: usize,
) -> Result<String, RunRefusal> {
    let trimmed = text.trim();
    if (1..=max_chars).contains(&trimmed.chars().count()) {
        return Ok(trimmed.to_owned());
    }
    Err(RunRefusal::InvalidInput {
        field,
        message: format!("must have 1 to {max_chars} characters"),
    })
}
