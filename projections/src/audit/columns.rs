//! What the audit trail is filtered by. It is always in the order of positions.

use crate::table::Column;

/// The aggregate's id. A run stands for the tasks and approvals that it raised, too.
pub const SUBJECT_ID: Column = Column::text("subject_id");
/// The event's type.
pub const EVENT_TYPE: Column = Column::text("event_type");
/// Who caused it: the text form of an actor.
pub const ACTOR: Column = Column::text("actor");
/// What is shared by everything that follows from one request.
pub const CORRELATION_ID: Column = Column::text("correlation_id");
/// When it was recorded.
pub const RECORDED_AT: Column = Column::time("recorded_at");
