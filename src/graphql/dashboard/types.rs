//! The dashboard, as the API shows it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use docket_domain::OrganizationId;
use docket_projections::dashboard as projected;

use crate::graphql::common::Duration;
use crate::graphql::organization::Member;

/// How the work of the organization goes: what there is now, and what happened in a range of days.
#[derive(Debug, Clone)]
pub struct Dashboard {
    organization: OrganizationId,
    of: Arc<projected::Dashboard>,
}

impl Dashboard {
    /// The dashboard of `organization`.
    pub fn new(organization: OrganizationId, of: projected::Dashboard) -> Self {
        Self { organization, of: Arc::new(of) }
    }
}

/// How the work of the organization goes: what there is now, and what happened in a range of days.
#[Object]
impl Dashboard {
    /// The beginning of the range's first day, in UTC.
    async fn from(&self) -> DateTime<Utc> {
        midnight(self.of.from)
    }

    /// The end of the range's last day, in UTC.
    async fn to(&self) -> DateTime<Utc> {
        midnight(self.of.to.checked_add_days(Days::new(1)).unwrap_or(self.of.to))
    }

    /// The runs there are now, by state.
    async fn runs(&self) -> RunCounts {
        self.of.runs.into()
    }

    /// The tasks there are now, by state.
    async fn tasks(&self) -> TaskCounts {
        self.of.tasks.into()
    }

    /// The approvals there are now, by state.
    async fn approvals(&self) -> ApprovalCounts {
        self.of.approvals.into()
    }

    /// How much began and ended on each day of the range on which something did, in order.
    async fn throughput(&self) -> Vec<Throughput> {
        self.of.days.iter().map(Into::into).collect()
    }

    /// How long the runs took that were completed in the range.
    async fn run_times(&self) -> CycleTime {
        self.of.run_times.into()
    }

    /// How long the tasks took that were completed in the range, from creation to completion.
    async fn task_times(&self) -> CycleTime {
        self.of.task_times.into()
    }

    /// How long the approvals took that were decided in the range.
    async fn approval_times(&self) -> CycleTime {
        self.of.approval_times.into()
    }

    /// How much of the work with a due date was in time, in the range.
    async fn sla(&self) -> SlaCompliance {
        self.of.sla.into()
    }

    /// Who has how much to do now, and did how much in the range; in the order of the people's ids.
    async fn workload(&self) -> Vec<Workload> {
        let workload = |of: &projected::Workload| Workload {
            organization: self.organization,
            user: of.user,
            user_id: ID(of.user.to_string()),
            open_tasks: of.open,
            tasks_in_progress: of.in_progress,
            tasks_completed: of.tasks_completed,
            votes: of.votes,
        };
        self.of.workload.iter().map(workload).collect()
    }
}

/// Runs by state.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct RunCounts {
    /// Those that go on.
    pub running: u64,
    /// Those that reached an end.
    pub completed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
}

impl From<projected::RunTotals> for RunCounts {
    fn from(of: projected::RunTotals) -> Self {
        let running = u64::try_from(of.running).unwrap_or_default();
        Self { running, completed: of.completed, cancelled: of.cancelled }
    }
}

/// Tasks by state.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct TaskCounts {
    /// Those that nobody has started on.
    pub open: u64,
    /// Those that somebody is at work on.
    pub in_progress: u64,
    /// Those that are done.
    pub completed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
}

impl From<projected::TaskTotals> for TaskCounts {
    fn from(of: projected::TaskTotals) -> Self {
        let projected::TaskTotals { open, in_progress, completed, cancelled } = of;
        Self { open, in_progress, completed, cancelled }
    }
}

/// Approvals by state.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct ApprovalCounts {
    /// Those that are undecided.
    pub pending: u64,
    /// Those that were approved.
    pub approved: u64,
    /// Those that were rejected.
    pub rejected: u64,
    /// Those that were withdrawn.
    pub withdrawn: u64,
    /// Those that were not decided in time.
    pub expired: u64,
}

impl From<projected::ApprovalTotals> for ApprovalCounts {
    fn from(of: projected::ApprovalTotals) -> Self {
        let projected::ApprovalTotals { pending, approved, rejected, withdrawn, expired } = of;
        Self { pending, approved, rejected, withdrawn, expired }
    }
}

/// How much began and ended on one day.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct Throughput {
    /// The beginning of the day, in UTC.
    pub day: DateTime<Utc>,
    /// Runs that began.
    pub runs_started: u64,
    /// Runs that reached an end.
    pub runs_completed: u64,
    /// Runs that were cancelled.
    pub runs_cancelled: u64,
    /// Tasks that were created.
    pub tasks_created: u64,
    /// Tasks that were completed.
    pub tasks_completed: u64,
    /// Tasks that were cancelled.
    pub tasks_cancelled: u64,
    /// Approvals that were asked for.
    pub approvals_requested: u64,
    /// Approvals that were decided, withdrawn or expired.
    pub approvals_decided: u64,
}

impl From<&projected::DayRow> for Throughput {
    fn from(of: &projected::DayRow) -> Self {
        Self {
            day: midnight(of.id),
            runs_started: of.runs_started,
            runs_completed: of.runs_completed,
            runs_cancelled: of.runs_cancelled,
            tasks_created: of.tasks_created,
            tasks_completed: of.tasks_completed,
            tasks_cancelled: of.tasks_cancelled,
            approvals_requested: of.approvals_requested,
            approvals_decided: of.approvals_decided,
        }
    }
}

/// How long something took, from its beginning to its end. Percentiles are told within 0.8 per cent.
#[derive(SimpleObject, Debug, Clone)]
pub struct CycleTime {
    /// How many were measured.
    pub count: u64,
    /// The mean; null where nothing was measured.
    pub mean: Option<Duration>,
    /// The median.
    pub p50: Option<Duration>,
    /// What 90 per cent do not exceed.
    pub p90: Option<Duration>,
    /// What 95 per cent do not exceed.
    pub p95: Option<Duration>,
    /// What 99 per cent do not exceed.
    pub p99: Option<Duration>,
}

impl From<projected::CycleTime> for CycleTime {
    fn from(of: projected::CycleTime) -> Self {
        Self {
            count: of.count,
            mean: of.mean_ms.map(Duration::from_ms),
            p50: of.p50_ms.map(Duration::from_ms),
            p90: of.p90_ms.map(Duration::from_ms),
            p95: of.p95_ms.map(Duration::from_ms),
            p99: of.p99_ms.map(Duration::from_ms),
        }
    }
}

/// How much of the work with a due date was in time. Each piece counts once: as missed on the day on which it
/// turns out to be late, else as met on the day on which it ends.
#[derive(SimpleObject, Debug, Clone, Copy)]
pub struct SlaCompliance {
    /// What ended in time.
    pub met: u64,
    /// What was late.
    pub missed: u64,
    /// The part that was in time, 0 to 1; null where there was no such work.
    pub share: Option<f64>,
}

impl From<projected::SlaCompliance> for SlaCompliance {
    fn from(of: projected::SlaCompliance) -> Self {
        Self { met: of.met, missed: of.missed, share: of.share() }
    }
}

/// How much somebody has to do, and did.
#[derive(SimpleObject, Debug, Clone)]
#[graphql(complex)]
pub struct Workload {
    #[graphql(skip)]
    organization: OrganizationId,
    #[graphql(skip)]
    user: docket_domain::UserId,
    /// The person's id: `usr_…`.
    pub user_id: ID,
    /// Tasks that the person holds and has not started on, now.
    pub open_tasks: u64,
    /// Tasks that the person is at work on, now.
    pub tasks_in_progress: u64,
    /// Tasks that the person completed in the range.
    pub tasks_completed: u64,
    /// Votes that the person cast in the range.
    pub votes: u64,
}

#[ComplexObject]
impl Workload {
    /// The person; null for somebody who belongs to the organization no longer.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        Ok(Member::of_user(ctx, self.organization, self.user).await?)
    }
}

const fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
