//! What the role that serves could do to the log beyond appending to it.

use super::PostgresStore;
use super::link::timely;
use super::open::unavailable;
use crate::LogError;

/// Superuser; owner of the events, or of whatever owns them; may change or take away events; may switch triggers off
/// for its session.
type Powers = (bool, bool, bool, bool);

/// A right to set a parameter can be granted since PostgreSQL 15.
const POWERS: &str = "SELECT r.rolsuper, pg_has_role(current_user, c.relowner, 'USAGE'), \
     has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'), \
     EXISTS (SELECT FROM pg_settings WHERE name = 'session_replication_role' \
         AND current_setting('server_version_num')::int >= 150000 \
         AND has_parameter_privilege('session_replication_role', 'SET')) \
     FROM pg_roles r, pg_class c \
     WHERE r.rolname = current_user AND c.oid = 'log.events'::regclass";

impl PostgresStore {
    /// What this store's role could do to events that have been appended, in words; `None` where it can append alone.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached.
    pub async fn excess(&self) -> Result<Option<&'static str>, LogError> {
        let powers = sqlx::query_as(POWERS).fetch_one(&self.pool);
        let powers: Powers =
            timely(powers).await.map_err(|error: sqlx::Error| unavailable(error))?;
        Ok(match powers {
            (true, ..) => Some("is a superuser"),
            (_, true, ..) => Some("owns the table of events"),
            (_, _, true, _) => Some("may change events, or take them away"),
            (_, _, _, true) => Some("may switch triggers off"),
            (false, false, false, false) => None,
        })
    }
}
