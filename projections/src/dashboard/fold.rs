//! The dashboard's rows from the events of runs, tasks and approvals.

use chrono::{DateTime, Utc};
use docket_domain::approval::{ApprovalEvent, Outcome};
use docket_domain::run::RunEvent;
use docket_domain::task::TaskEvent;
use docket_domain::{Assignment, OrganizationId, UserId};

use super::day::PROJECTION;
use super::{DayRow, MemberDay, MemberDayRow, OpenWorkRow, TotalRow};
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, tables};
use crate::task::TaskStatus;
use crate::work::WorkId;

/// How the work of an organization goes.
pub(crate) struct DashboardProjection;

tables! {
    /// The rows of [`DashboardProjection`].
    DashboardTables {
        /// Counts by state.
        totals: TotalRow,
        /// What happened on each day.
        days: DayRow,
        /// What each person did on each day.
        members: MemberDayRow,
        /// Work under way.
        open: OpenWorkRow,
    }
}

impl Projection for DashboardProjection {
    const NAME: &'static str = PROJECTION;
    const VERSION: u32 = 2;
    const READS: &'static [&'static str] = &["run", "task", "approval"];
    type Rows = DashboardTables;

    fn announce(event: &Event, rows: &mut DashboardTables) {
        let Some(org) = event.organization.filter(|_| counts(event)) else { return };
        rows.totals.announce(Some(org), org);
        rows.days.announce(Some(org), event.recorded_at.date_naive());
        if let Some(user) = doer(event) {
            let day = event.recorded_at.date_naive();
            rows.members.announce(Some(org), MemberDay { day, user });
        }
        match WorkId::of(event) {
            Some(work) if event.is_first() => rows.open.announce_new(Some(org), work),
            Some(work) => rows.open.announce(Some(org), work),
            None => {}
        }
    }

    fn fold(event: &Event, rows: &mut DashboardTables) -> Result<(), FoldError> {
        let Some(org) = event.organization.filter(|_| counts(event)) else { return Ok(()) };
        let mut at = At::new(org, event, rows)?;
        if let Some((_, happened)) = event.run_event() {
            at.run(happened);
        }
        if let Some((_, happened)) = event.task_event() {
            at.task(happened);
        }
        if let Some((_, happened)) = event.approval_event() {
            at.approval(happened);
        }
        let At { total, day, member, open, .. } = at;
        rows.totals.put(Some(org), total)?;
        rows.days.put(Some(org), day)?;
        member.map_or(Ok(()), |member| rows.members.put(Some(org), member))?;
        match (WorkId::of(event), open) {
            (Some(_), Some(open)) => rows.open.put(Some(org), open),
            (Some(work), None) => rows.open.remove(Some(org), work),
            (None, _) => Ok(()),
        }
    }
}

/// Whether the dashboard counts anything of an event.
fn counts(event: &Event) -> bool {
    if let Some((_, happened)) = event.run_event() {
        return matches!(
            happened,
            RunEvent::RunStarted { .. }
                | RunEvent::RunCompleted { .. }
                | RunEvent::RunCancelled { .. }
        );
    }
    if let Some((_, happened)) = event.task_event() {
        return !matches!(
            happened,
            TaskEvent::TaskCommented { .. } | TaskEvent::TaskDueSoon { .. }
        );
    }
    event.approval_event().is_some_and(|(_, happened)| {
        !matches!(
            happened,
            ApprovalEvent::LevelApproved { .. }
                | ApprovalEvent::ApprovalDueSoon { .. }
                | ApprovalEvent::ApprovalEscalated { .. }
        )
    })
}

/// Whose day an event belongs to.
fn doer(event: &Event) -> Option<UserId> {
    match (event.task_event(), event.approval_event()) {
        (Some((_, TaskEvent::TaskCompleted { completed_by, .. })), _) => *completed_by,
        (_, Some((_, ApprovalEvent::VoteCast { voter, .. }))) => Some(*voter),
        _ => None,
    }
}

/// The rows that an event touches.
struct At {
    total: TotalRow,
    day: DayRow,
    member: Option<MemberDayRow>,
    work: Option<WorkId>,
    open: Option<OpenWorkRow>,
}

impl At {
    fn new(org: OrganizationId, event: &Event, rows: &DashboardTables) -> Result<Self, FoldError> {
        let day = event.recorded_at.date_naive();
        let total = rows.totals.get(Some(org), org)?.cloned();
        let today = rows.days.get(Some(org), day)?.cloned();
        let member = doer(event).map(|user| MemberDay { day, user });
        let member = member.map(|id| {
            let row = rows.members.get(Some(org), id)?.cloned();
            Ok(row.unwrap_or(MemberDayRow { id, tasks_completed: 0, votes: 0 }))
        });
        let work = WorkId::of(event);
        let open = work.map(|work| rows.open.get(Some(org), work)).transpose()?.flatten();
        Ok(Self {
            total: total.unwrap_or_else(|| TotalRow::new(org)),
            day: today.unwrap_or_else(|| DayRow::new(day)),
            member: member.transpose()?,
            work,
            open: open.cloned(),
        })
    }

    fn run(&mut self, happened: &RunEvent) {
        let runs = &mut self.total.runs;
        match happened {
            RunEvent::RunStarted { .. } => {
                runs.running += 1;
                self.day.runs_started += 1;
            }
            RunEvent::RunCompleted { started_at, at, .. } => {
                runs.running -= 1;
                runs.completed += 1;
                self.day.runs_completed += 1;
                self.day.run_times.count(between(*started_at, *at));
            }
            RunEvent::RunCancelled { .. } => {
                runs.running -= 1;
                runs.cancelled += 1;
                self.day.runs_cancelled += 1;
            }
            _ => {}
        }
    }

    fn task(&mut self, happened: &TaskEvent) {
        let before = self.open.as_ref().map(|open| open.status);
        let mut after = before;
        match happened {
            TaskEvent::TaskCreated { assignment, sla, .. } => {
                self.open = self.work.map(|work| OpenWorkRow::new(work, sla.due_at));
                self.assign(assignment);
                self.day.tasks_created += 1;
                after = Some(TaskStatus::Open);
            }
            TaskEvent::TaskAssigned { assignment } => after = self.assign(assignment),
            TaskEvent::TaskClaimed { user } => {
                self.open.iter_mut().for_each(|open| open.assignee = Some(*user));
            }
            TaskEvent::TaskUnclaimed {} | TaskEvent::TaskEscalated { to: Some(_), .. } => {
                after = self.assign(&Assignment::default());
            }
            TaskEvent::TaskStarted { .. } => {
                self.open.iter_mut().for_each(|open| open.status = TaskStatus::InProgress);
                after = self.open.as_ref().map(|open| open.status);
            }
            TaskEvent::TaskCompleted { created_at, at, .. } => {
                self.end(*at);
                self.day.tasks_completed += 1;
                self.day.task_times.count(between(*created_at, *at));
                self.member.iter_mut().for_each(|member| member.tasks_completed += 1);
                after = Some(TaskStatus::Completed);
            }
            TaskEvent::TaskCancelled { .. } => {
                self.open = None;
                self.day.tasks_cancelled += 1;
                after = Some(TaskStatus::Cancelled);
            }
            TaskEvent::TaskSlaBreached { .. } => self.miss(),
            TaskEvent::TaskEscalated { to: None, .. }
            | TaskEvent::TaskCommented { .. }
            | TaskEvent::TaskDueSoon { .. } => {}
        }
        self.count_task(before, after);
    }

    /// A task whose creation was given up is counted once it ends.
    fn count_task(&mut self, before: Option<TaskStatus>, after: Option<TaskStatus>) {
        if let Some(before) = before {
            let count = self.total.tasks.of(before);
            *count = count.saturating_sub(1);
        }
        if let Some(after) = after {
            *self.total.tasks.of(after) += 1;
        }
    }

    fn approval(&mut self, happened: &ApprovalEvent) {
        match happened {
            ApprovalEvent::ApprovalRequested { sla, .. } => {
                self.open = self.work.map(|work| OpenWorkRow::new(work, sla.due_at));
                self.total.approvals.pending += 1;
                self.day.approvals_requested += 1;
            }
            ApprovalEvent::VoteCast { .. } => {
                self.member.iter_mut().for_each(|member| member.votes += 1);
            }
            ApprovalEvent::ApprovalDecided { outcome, requested_at, at, .. } => {
                let pending = &mut self.total.approvals.pending;
                *pending = pending.saturating_sub(u64::from(self.open.is_some()));
                match outcome {
                    Outcome::Withdrawn => self.open = None,
                    Outcome::Approved | Outcome::Rejected | Outcome::Expired => self.end(*at),
                }
                *self.total.approvals.of(*outcome) += 1;
                self.day.approvals_decided += 1;
                self.day.approval_times.count(between(*requested_at, *at));
            }
            ApprovalEvent::ApprovalSlaBreached { .. } => self.miss(),
            ApprovalEvent::LevelApproved { .. }
            | ApprovalEvent::ApprovalDueSoon { .. }
            | ApprovalEvent::ApprovalEscalated { .. } => {}
        }
    }

    fn assign(&mut self, assignment: &Assignment) -> Option<TaskStatus> {
        let open = self.open.as_mut()?;
        open.assign(assignment);
        Some(open.status)
    }

    fn end(&mut self, at: DateTime<Utc>) {
        let in_time = self.open.take().and_then(|open| open.ends_in_time(at));
        self.day.sla_met += u64::from(in_time == Some(true));
        self.day.sla_missed += u64::from(in_time == Some(false));
    }

    fn miss(&mut self) {
        if let Some(open) = self.open.as_mut().filter(|open| !open.missed) {
            open.missed = true;
            self.day.sla_missed += 1;
        }
    }
}

/// The milliseconds from one point in time to a later one.
fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
    u64::try_from((to - from).num_milliseconds()).unwrap_or(0)
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
