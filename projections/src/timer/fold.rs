//! Timers from the events of tasks, approvals and runs.

use chrono::{DateTime, Utc};
use docket_domain::approval::ApprovalEvent;
use docket_domain::run::{Raised, RunEvent};
use docket_domain::task::TaskEvent;
use docket_domain::{OrganizationId, Sla, StepId, TimerKey};

use super::{PendingTimer, TimerRow, TimerSubject};
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, Rows};
use crate::table::Row as _;

/// What has to be done when a point in time comes.
pub(crate) struct Timers;

/// What an event does to the timers of its aggregate.
enum Change {
    /// Sets these.
    Set(Vec<PendingTimer>),
    /// One has fired, or is wanted no longer.
    Clear(TimerKey, Option<StepId>),
    /// None is wanted any longer.
    ClearAll,
}

impl Projection for Timers {
    const NAME: &'static str = TimerRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["task", "approval", "run"];
    type Rows = Rows<TimerRow>;

    fn announce(event: &Event, rows: &mut Self::Rows) {
        let Some(subject) = subject(event) else { return };
        if event.is_first() {
            rows.announce_new(event.organization, subject);
        } else if change(event).is_some() {
            rows.announce(event.organization, subject);
        }
    }

    fn fold(event: &Event, rows: &mut Self::Rows) -> Result<(), FoldError> {
        let (Some(subject), Some(change)) = (subject(event), change(event)) else { return Ok(()) };
        let org = event.organization;
        let mut pending =
            rows.get(org, subject)?.map(|row| row.pending.clone()).unwrap_or_default();
        let before = pending.len();
        match change {
            Change::Set(more) => pending.extend(more),
            Change::Clear(key, step) => pending.retain(|t| t.key != key || t.step != step),
            Change::ClearAll => pending.clear(),
        }
        if pending.len() == before {
            return Ok(());
        }
        keep(rows, org, subject, pending)
    }
}

fn keep(
    rows: &mut Rows<TimerRow>,
    org: Option<OrganizationId>,
    id: TimerSubject,
    mut pending: Vec<PendingTimer>,
) -> Result<(), FoldError> {
    if pending.is_empty() {
        return rows.remove(org, id);
    }
    pending.sort_by_key(|timer| (timer.at, timer.key));
    rows.put(org, TimerRow { id, pending })
}

fn subject(event: &Event) -> Option<TimerSubject> {
    let task = event.task_event().map(|(id, _)| TimerSubject::Task(id));
    let approval = || event.approval_event().map(|(id, _)| TimerSubject::Approval(id));
    let run = || event.run_event().map(|(id, _)| TimerSubject::Run(id));
    task.or_else(approval).or_else(run)
}

fn change(event: &Event) -> Option<Change> {
    let task = event.task_event().and_then(|(_, happened)| of_task(happened));
    let approval = || event.approval_event().and_then(|(_, happened)| of_approval(happened));
    let run = || event.run_event().and_then(|(_, happened)| of_run(happened));
    task.or_else(approval).or_else(run)
}

fn of_task(happened: &TaskEvent) -> Option<Change> {
    match happened {
        TaskEvent::TaskCreated { sla, .. } => set(sla),
        TaskEvent::TaskDueSoon { .. } => Some(Change::Clear(TimerKey::Warn, None)),
        TaskEvent::TaskSlaBreached { .. } => Some(Change::Clear(TimerKey::Due, None)),
        TaskEvent::TaskEscalated { timer, .. } => Some(Change::Clear(*timer, None)),
        TaskEvent::TaskCompleted { .. } | TaskEvent::TaskCancelled { .. } => Some(Change::ClearAll),
        TaskEvent::TaskAssigned { .. }
        | TaskEvent::TaskClaimed { .. }
        | TaskEvent::TaskUnclaimed {}
        | TaskEvent::TaskStarted { .. }
        | TaskEvent::TaskCommented { .. } => None,
    }
}

fn of_approval(happened: &ApprovalEvent) -> Option<Change> {
    match happened {
        ApprovalEvent::ApprovalRequested { sla, .. } => set(sla),
        ApprovalEvent::ApprovalDueSoon { .. } => Some(Change::Clear(TimerKey::Warn, None)),
        ApprovalEvent::ApprovalSlaBreached { .. } => Some(Change::Clear(TimerKey::Due, None)),
        ApprovalEvent::ApprovalEscalated { timer, .. } => Some(Change::Clear(*timer, None)),
        ApprovalEvent::ApprovalDecided { .. } => Some(Change::ClearAll),
        ApprovalEvent::VoteCast { .. } | ApprovalEvent::LevelApproved { .. } => None,
    }
}

fn of_run(happened: &RunEvent) -> Option<Change> {
    match happened {
        RunEvent::StepActivated { step, raised: Some(Raised::Wait { until }), .. } => {
            Some(Change::Set(vec![pending(TimerKey::Wake, Some(*step), *until)]))
        }
        RunEvent::StepCompleted { step, .. } | RunEvent::StepCancelled { step, .. } => {
            Some(Change::Clear(TimerKey::Wake, Some(*step)))
        }
        RunEvent::RunCompleted { .. } | RunEvent::RunCancelled { .. } => Some(Change::ClearAll),
        RunEvent::RunStarted { .. }
        | RunEvent::StepActivated { .. }
        | RunEvent::TokenArrived { .. }
        | RunEvent::IncidentRaised { .. } => None,
    }
}

fn set(sla: &Sla) -> Option<Change> {
    let warn = sla.warn_at.map(|at| pending(TimerKey::Warn, None, at));
    let due = sla.due_at.map(|at| pending(TimerKey::Due, None, at));
    let escalations = (0..).zip(&sla.escalations);
    let escalations = escalations.map(|(n, e)| pending(TimerKey::Escalate(n), None, e.at));
    let all: Vec<_> = warn.into_iter().chain(due).chain(escalations).collect();
    (!all.is_empty()).then_some(Change::Set(all))
}

const fn pending(key: TimerKey, step: Option<StepId>, at: DateTime<Utc>) -> PendingTimer {
    PendingTimer { key, step, at }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
