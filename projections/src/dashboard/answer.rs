//! The dashboard of a range of days.

use chrono::NaiveDate;
use docket_domain::UserId;

use super::{ApprovalTotals, DayRow, Histogram, RunTotals, TaskTotals};

/// How the work of an organization goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashboard {
    /// The first day, in UTC.
    pub from: NaiveDate,
    /// The last day, in UTC.
    pub to: NaiveDate,
    /// Runs by state, now.
    pub runs: RunTotals,
    /// Tasks by state, now.
    pub tasks: TaskTotals,
    /// Approvals by state, now.
    pub approvals: ApprovalTotals,
    /// The days of the range on which something happened, in order.
    pub days: Vec<DayRow>,
    /// How long the runs took that were completed in the range.
    pub run_times: CycleTime,
    /// How long the tasks took that were completed in the range.
    pub task_times: CycleTime,
    /// How long the approvals took that were decided in the range.
    pub approval_times: CycleTime,
    /// Work with a due date, in the range.
    pub sla: SlaCompliance,
    /// Who has how much to do now and did how much in the range, by person.
    pub workload: Vec<Workload>,
}

/// How long something took, from its beginning to its end. Percentiles are told within 0.8 per cent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CycleTime {
    /// How many were measured.
    pub count: u64,
    /// The mean, in milliseconds; `None` where nothing was measured.
    pub mean_ms: Option<u64>,
    /// The median, in milliseconds.
    pub p50_ms: Option<u64>,
    /// What 90 per cent do not exceed, in milliseconds.
    pub p90_ms: Option<u64>,
    /// What 95 per cent do not exceed, in milliseconds.
    pub p95_ms: Option<u64>,
    /// What 99 per cent do not exceed, in milliseconds.
    pub p99_ms: Option<u64>,
}

impl CycleTime {
    fn of(times: &Histogram) -> Self {
        Self {
            count: times.len(),
            mean_ms: times.mean_ms(),
            p50_ms: times.percentile_ms(50),
            p90_ms: times.percentile_ms(90),
            p95_ms: times.percentile_ms(95),
            p99_ms: times.percentile_ms(99),
        }
    }
}

/// How much of the work with a due date was in time. Each piece counts once: as missed on the day on which
/// it turns out to be late, else as met on the day on which it ends. Cancelled and withdrawn work that was
/// not late does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SlaCompliance {
    /// What ended in time.
    pub met: u64,
    /// What was late.
    pub missed: u64,
}

impl SlaCompliance {
    /// The part that was in time, 0 to 1; `None` where there was no such work.
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
    pub fn share(self) -> Option<f64> {
        let all = self.met + self.missed;
        (all > 0).then(|| self.met as f64 / all as f64)
    }
}

/// How much somebody has to do, and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// The person.
    pub user: UserId,
    /// Tasks that the person holds and has not started on, now.
    pub open: u64,
    /// Tasks that the person is at work on, now.
    pub in_progress: u64,
    /// Tasks that the person completed in the range.
    pub tasks_completed: u64,
    /// Votes that the person cast in the range.
    pub votes: u64,
}

impl Workload {
    pub(crate) const fn nothing(user: UserId) -> Self {
        Self { user, open: 0, in_progress: 0, tasks_completed: 0, votes: 0 }
    }
}

impl Dashboard {
    /// Adds up the days.
    pub(crate) fn sum(&mut self) {
        let times = |part: fn(&DayRow) -> &Histogram| {
            let mut all = Histogram::default();
            self.days.iter().for_each(|day| all.add(part(day)));
            CycleTime::of(&all)
        };
        self.run_times = times(|day| &day.run_times);
        self.task_times = times(|day| &day.task_times);
        self.approval_times = times(|day| &day.approval_times);
        self.sla = SlaCompliance {
            met: self.days.iter().map(|day| day.sla_met).sum(),
            missed: self.days.iter().map(|day| day.sla_missed).sum(),
        };
    }
}
