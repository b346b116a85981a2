//! How the work of an organization goes: counts, throughput, cycle times, SLA compliance, workload.

mod answer;
mod day;
mod fold;
mod histogram;
mod open;
mod total;

pub use answer::{CycleTime, Dashboard, SlaCompliance, Workload};
pub use day::{DayRow, MemberDay, MemberDayRow};
pub(crate) use fold::DashboardProjection;
pub use histogram::Histogram;
pub use open::OpenWorkRow;
pub(crate) use open::columns;
pub use total::{ApprovalTotals, RunTotals, TaskTotals, TotalRow};
