//! The audit trail's index from all events.

use docket_domain::{DomainEvents, Recorded};

use super::AuditRow;
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, Rows};
use crate::table::Row as _;

/// Which events are about whom and by whom.
pub(crate) struct Audit;

impl Projection for Audit {
    const NAME: &'static str = AuditRow::PROJECTION;
    const VERSION: u32 = 2;
    const READS: &'static [&'static str] =
        &["organization", "user", "access", "workflow", "run", "task", "approval"];
    const EACH_APART: bool = true;
    type Rows = Rows<AuditRow>;

    fn announce(event: &Event, rows: &mut Self::Rows) {
        rows.announce_new(event.organization, event.position.cast_signed());
    }

    fn fold(event: &Event, rows: &mut Self::Rows) -> Result<(), FoldError> {
        rows.put(event.organization, AuditRow::of(event))
    }
}

impl AuditRow {
    /// What an event is found by.
    pub fn of(event: &Recorded<DomainEvents>) -> Self {
        Self {
            position: event.position.cast_signed(),
            subject_id: event.aggregate_id.clone(),
            event_type: event.event.event_type(),
            actor: event.metadata.actor,
            correlation_id: event.metadata.correlation_id,
            recorded_at: event.recorded_at,
        }
    }
}
