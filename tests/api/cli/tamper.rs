//! Changing a store behind the program's back.

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::support::Store;

/// Does `sql` to the events, once what keeps them append-only is out of the way.
pub async fn tamper_with_log(store: &Store, sql: &str) {
    let (off, sql) = if store.url.is_some() {
        let off = "ALTER TABLE log.events DISABLE TRIGGER events_are_append_only";
        (off, sql.replace("events ", "log.events "))
    } else {
        let off = "DROP TRIGGER IF EXISTS events_are_not_updated; \
                   DROP TRIGGER IF EXISTS events_are_not_deleted";
        (off, sql.to_owned())
    };
    execute(store, "log", &format!("{off}; {sql}")).await;
}

/// Does `sql` to the end of the log.
pub async fn tamper_with_head(store: &Store, sql: &str) {
    execute(store, "log", sql).await;
}

/// Does `sql` to the read models.
pub async fn tamper_with_views(store: &Store, sql: &str) {
    execute(store, "views", sql).await;
}

/// A state that is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    pub sequence: i64,
    pub state: Vec<u8>,
}

/// Does `sql` to the snapshots.
pub async fn tamper_with_snapshots(store: &Store, sql: &str) {
    execute(store, "snapshots", sql).await;
}

/// The states of aggregates of this type that are kept.
pub async fn kept_states(store: &Store, aggregate_type: &str) -> Vec<Kept> {
    let sql = "SELECT sequence, state FROM snapshots WHERE aggregate_type = $1";
    let kept = if let Some(url) = &store.url {
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        connection.execute("SET search_path = snapshots").await.expect("a schema");
        let query = sqlx::query_as(sql).bind(aggregate_type);
        query.fetch_all(&mut connection).await
    } else {
        let query = sqlx::query_as(sql).bind(aggregate_type);
        query.fetch_all(&mut sqlite(store, "snapshots").await).await
    };
    kept.expect("the snapshots")
}

/// Takes the read models away, as a disk would.
pub async fn lose_views(store: &Store) {
    if store.url.is_some() {
        return execute(store, "views", "DROP SCHEMA views CASCADE").await;
    }
    for file in ["views.db", "views.db-wal", "views.db-shm"] {
        let gone = std::fs::remove_file(store.path().join(file));
        assert!(gone.is_ok() || file != "views.db", "{gone:?}");
    }
}

/// The one number that `sql` answers from the read models; `None` for null.
pub async fn number_in_views(store: &Store, sql: &str) -> Option<i64> {
    if let Some(url) = &store.url {
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        connection.execute("SET search_path = views").await.expect("a schema");
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    } else {
        let mut connection = sqlite(store, "views").await;
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    }
}

async fn execute(store: &Store, home: &str, sql: &str) {
    match &store.url {
        Some(url) => {
            let mut connection = PgConnection::connect(url).await.expect("the database answers");
            let path = format!("SET search_path = {home}");
            connection.execute(path.as_str()).await.expect("a schema");
            connection.execute(sql).await.expect("it is done");
        }
        None => {
            sqlite(store, home).await.execute(sql).await.expect("it is done");
        }
    }
}

async fn sqlite(store: &Store, home: &str) -> SqliteConnection {
    let file = store.path().join(format!("{home}.db"));
    let url = format!("sqlite://{}", file.display());
    SqliteConnection::connect(&url).await.expect("the file opens")
}
