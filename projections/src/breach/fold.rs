//! Breaches from the events of tasks and approvals.

use chrono::{DateTime, Utc};
use docket_domain::Sla;
use docket_domain::approval::ApprovalEvent;
use docket_domain::task::{Origin, TaskEvent};

use super::BreachRow;
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, Rows};
use crate::table::Row as _;
use crate::work::WorkId;

/// Work that was open beyond its due date. Open work that is in time is kept too, until it ends: a breach says
/// what it is a breach of.
pub(crate) struct SlaBreaches;

impl Projection for SlaBreaches {
    const NAME: &'static str = BreachRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["task", "approval"];
    type Rows = Rows<BreachRow>;

    fn announce(event: &Event, rows: &mut Self::Rows) {
        let Some(id) = WorkId::of(event) else { return };
        if event.is_first() {
            rows.announce_new(event.organization, id);
        } else if matters(event) {
            rows.announce(event.organization, id);
        }
    }

    fn fold(event: &Event, rows: &mut Self::Rows) -> Result<(), FoldError> {
        let Some(id) = WorkId::of(event).filter(|_| matters(event)) else { return Ok(()) };
        let org = event.organization;
        if let Some(row) = watched(id, event) {
            return rows.put(org, row);
        }
        let Some(row) = rows.get(org, id)? else { return Ok(()) };
        match breached_at(event) {
            Some(at) => rows.change(org, id, |row| {
                row.breached_at = Some(at);
                Ok(())
            }),
            None if row.breached_at.is_none() => rows.remove(org, id),
            None => rows.change(org, id, |row| {
                row.resolved_at = ended_at(event);
                Ok(())
            }),
        }
    }
}

fn matters(event: &Event) -> bool {
    event.is_first() || breached_at(event).is_some() || ended_at(event).is_some()
}

fn watched(id: WorkId, event: &Event) -> Option<BreachRow> {
    let row = |title: &String, origin: &Option<Origin>, sla: &Sla| {
        Some(BreachRow {
            id,
            title: title.clone(),
            origin: origin.clone(),
            due_at: sla.due_at?,
            breached_at: None,
            resolved_at: None,
        })
    };
    if let Some((_, TaskEvent::TaskCreated { title, origin, sla, .. })) = event.task_event() {
        return row(title, origin, sla);
    }
    match event.approval_event() {
        Some((_, ApprovalEvent::ApprovalRequested { title, origin, sla, .. })) => {
            row(title, origin, sla)
        }
        _ => None,
    }
}

fn breached_at(event: &Event) -> Option<DateTime<Utc>> {
    if let Some((_, TaskEvent::TaskSlaBreached { at, .. })) = event.task_event() {
        return Some(*at);
    }
    match event.approval_event() {
        Some((_, ApprovalEvent::ApprovalSlaBreached { at, .. })) => Some(*at),
        _ => None,
    }
}

fn ended_at(event: &Event) -> Option<DateTime<Utc>> {
    if let Some((_, TaskEvent::TaskCompleted { at, .. } | TaskEvent::TaskCancelled { at, .. })) =
        event.task_event()
    {
        return Some(*at);
    }
    match event.approval_event() {
        Some((_, ApprovalEvent::ApprovalDecided { at, .. })) => Some(*at),
        _ => None,
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
