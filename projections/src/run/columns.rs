//! What runs are filtered and sorted by.

use crate::table::Column;

/// The workflow's id.
pub const WORKFLOW_ID: Column = Column::text("workflow_id");
/// The workflow's code.
pub const WORKFLOW_CODE: Column = Column::text("workflow_code");
/// The version's number.
pub const WORKFLOW_VERSION: Column = Column::int("workflow_version");
/// The status.
pub const STATUS: Column = Column::text("status");
/// The outcome; null until it has ended with one.
pub const OUTCOME: Column = Column::text("outcome").or_null();
/// The type of what it is about.
pub const ENTITY_TYPE: Column = Column::text("entity_type").or_null();
/// The id of what it is about.
pub const ENTITY_ID: Column = Column::text("entity_id").or_null();
/// Who started it: the text form of an actor.
pub const STARTED_BY: Column = Column::text("started_by");
/// When it was started.
pub const STARTED_AT: Column = Column::time("started_at");
/// When it ended; null until then.
pub const ENDED_AT: Column = Column::time("ended_at").or_null();
