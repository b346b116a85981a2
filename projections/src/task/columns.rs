//! What tasks and comments are filtered and sorted by.

use crate::table::Column;

/// The title.
pub const TITLE: Column = Column::words("title");
/// The status.
pub const STATUS: Column = Column::text("status");
/// How urgent it is, as [`super::priority_rank`]: 0 comes first.
pub const PRIORITY: Column = Column::int("priority");
/// Whoever holds it: a user's id; null while nobody does.
pub const ASSIGNEE: Column = Column::text("assignee").or_null();
/// Who asked for it: the text form of an actor.
pub const CREATED_BY: Column = Column::text("created_by");
/// The run that raised it; null for a stand-alone task.
pub const RUN_ID: Column = Column::text("run_id").or_null();
/// The key of the step that raised it; null for a stand-alone task.
pub const STEP_KEY: Column = Column::text("step_key").or_null();
/// When it is due; null where nothing is promised.
pub const DUE_AT: Column = Column::time("due_at").or_null();
/// When it was created.
pub const CREATED_AT: Column = Column::time("created_at");
/// When it ended; null until then.
pub const ENDED_AT: Column = Column::time("ended_at").or_null();
/// Of a comment: its task's id.
pub const TASK_ID: Column = Column::text("task_id");
