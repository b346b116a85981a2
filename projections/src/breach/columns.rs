//! What breaches are filtered and sorted by.

use crate::table::Column;

/// `task` or `approval`.
pub const SUBJECT_TYPE: Column = Column::text("subject_type");
/// The run that raised the work; null for stand-alone work.
pub const RUN_ID: Column = Column::text("run_id").or_null();
/// The key of the step that raised the work; null for stand-alone work.
pub const STEP_KEY: Column = Column::text("step_key").or_null();
/// When the work was due.
pub const DUE_AT: Column = Column::time("due_at");
/// When the breach was recorded; null for work that is watched and in time.
pub const BREACHED_AT: Column = Column::time("breached_at").or_null();
/// When the work ended; null while it is open.
pub const RESOLVED_AT: Column = Column::time("resolved_at").or_null();
