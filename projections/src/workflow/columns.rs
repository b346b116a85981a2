//! What workflows are filtered and sorted by.

use crate::table::Column;

/// The code.
pub const CODE: Column = Column::text("code");
/// The name.
pub const NAME: Column = Column::words("name");
/// The category.
pub const CATEGORY: Column = Column::words("category");
/// The status.
pub const STATUS: Column = Column::text("status");
/// When it was created.
pub const CREATED_AT: Column = Column::time("created_at");
