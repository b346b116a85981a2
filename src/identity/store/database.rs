//! The store over one of the databases.

use sqlx::{PgPool, SqlitePool};

/// The identity store over one of the databases. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct IdentityStore {
    pub(super) database: Database,
}

#[derive(Debug, Clone)]
pub(super) enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs the same statement on whichever database it is.
macro_rules! on_either {
    ($store:expr, $pool:ident => $statement:expr) => {
        match &$store.database {
            $crate::identity::store::database::Database::Sqlite($pool) => $statement,
            $crate::identity::store::database::Database::Postgres($pool) => {
                let statement = async { Ok::<_, $crate::identity::store::StoreError>($statement) };
                docket_eventlog::timely(statement).await?
            }
        }
    };
}
pub(super) use on_either;
