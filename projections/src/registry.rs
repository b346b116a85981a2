//! Every projection, once.

use crate::approval::Approvals;
use crate::audit::Audit;
use crate::breach::SlaBreaches;
use crate::dashboard::DashboardProjection;
use crate::member::Members;
use crate::projection::Projection;
use crate::rows::Tables as _;
use crate::run::Runs;
use crate::runner::{Folder, Member};
use crate::table::Table;
use crate::task::Tasks;
use crate::timer::Timers;
use crate::workflow::Workflows;

/// Workflows, runs, tasks, approvals, members and timers: they move together, so that nobody sees a task
/// completed whose run has not moved.
pub(crate) const CORE: &str = "core";

/// The groups: each has one leader and one position.
pub(crate) const GROUPS: &[&str] =
    &[CORE, Audit::NAME, SlaBreaches::NAME, DashboardProjection::NAME];

/// All projections.
pub(crate) const PROJECTIONS: &[Entry] = &[
    Entry::of::<Workflows>(CORE),
    Entry::of::<Runs>(CORE),
    Entry::of::<Tasks>(CORE),
    Entry::of::<Approvals>(CORE),
    Entry::of::<Members>(CORE),
    Entry::of::<Timers>(CORE),
    Entry::of::<Audit>(Audit::NAME),
    Entry::of::<SlaBreaches>(SlaBreaches::NAME),
    Entry::of::<DashboardProjection>(DashboardProjection::NAME),
];

/// A projection as the runner knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: &'static str,
    /// The version of its fold.
    pub(crate) version: u32,
    /// The group that it moves with.
    pub(crate) group: &'static str,
    /// Its tables.
    pub(crate) tables: fn() -> Vec<Table>,
    /// Makes its fold, with nothing in memory.
    pub(crate) member: fn() -> Box<dyn Member>,
}

impl Entry {
    const fn of<P: Projection>(group: &'static str) -> Self {
        Self {
            name: P::NAME,
            version: P::VERSION,
            group,
            tables: P::Rows::descriptions,
            member: || Box::new(Folder::<P>::default()),
        }
    }

    /// The projection of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PROJECTIONS.iter().find(|entry| entry.name == name)
    }
}
