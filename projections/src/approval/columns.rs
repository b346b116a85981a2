//! What approvals are filtered and sorted by.

use crate::table::Column;

/// The title.
pub const TITLE: Column = Column::words("title");
/// The status.
pub const STATUS: Column = Column::text("status");
/// The outcome, such as `approved`; null until it is decided.
pub const OUTCOME: Column = Column::text("outcome").or_null();
/// Who asked for it: the text form of an actor.
pub const REQUESTED_BY: Column = Column::text("requested_by");
/// The run that raised it; null for a stand-alone approval.
pub const RUN_ID: Column = Column::text("run_id").or_null();
/// The key of the step that raised it; null for a stand-alone approval.
pub const STEP_KEY: Column = Column::text("step_key").or_null();
/// The type of what it is about.
pub const ENTITY_TYPE: Column = Column::text("entity_type").or_null();
/// The id of what it is about.
pub const ENTITY_ID: Column = Column::text("entity_id").or_null();
/// When it is due; null where nothing is promised.
pub const DUE_AT: Column = Column::time("due_at").or_null();
/// When it was asked for.
pub const REQUESTED_AT: Column = Column::time("requested_at");
/// When it was decided; null until then.
pub const DECIDED_AT: Column = Column::time("decided_at").or_null();
