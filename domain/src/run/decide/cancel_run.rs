//! Cancelling a run: everything that it has raised ends with it.

use chrono::{DateTime, Utc};

use super::dispatch::{may, text};
use crate::Acting;
use crate::organization::Permission;
use crate::run::{Run, RunEvent, RunRefusal};

/// The longest reason, in characters.
pub const REASON_MAX_CHARS: usize = 1_000;

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission` without `run:cancel`, `InvalidInput` for the reason.
pub(super) fn decide(
    run: &Run,
    reason: &str,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<RunEvent>, RunRefusal> {
    let run = run.running()?;
    may(by, Permission::RunCancel)?;
    let reason = text("reason", reason, REASON_MAX_CHARS)?;
    let cancelled = run.active.iter().map(|(step, activation)| RunEvent::StepCancelled {
        step: *step,
        key: activation.key.clone(),
        raised: activation.state.raised(),
        reason: reason.clone(),
        at,
    });
    let ended = RunEvent::RunCancelled { reason: reason.clone(), started_at: run.started_at, at };
    Ok(cancelled.chain([ended]).collect())
}
