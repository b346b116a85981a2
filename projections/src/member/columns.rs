//! What members, teams and API keys are filtered and sorted by.

use crate::table::Column;

/// Of a member: the person's id.
pub const USER_ID: Column = Column::text("user_id");
/// Of a member: when the person joined.
pub const JOINED_AT: Column = Column::time("joined_at");
/// Of a person, a team or an API key: the name; null once it has been erased.
pub const NAME: Column = Column::words("name").or_null();
/// Of a person: the address; null once it has been erased.
pub const EMAIL: Column = Column::words("email").or_null();
