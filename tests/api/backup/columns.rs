//! Nothing that is stored is forgotten.

use std::collections::BTreeSet;

use docket::identity::IDENTITY;
use docket_eventlog::{Home, KEYS, LOG};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::support::{Server, Store, on_each_store};

const ON_SQLITE: &str = "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE '%sqlx%' AND t.name NOT LIKE 'sqlite%'";
const ON_POSTGRES: &str = "SELECT table_name || '.' || column_name FROM information_schema.columns \
    WHERE table_schema = $1 AND table_name NOT LIKE '%sqlx%'";

/// The end of the log, which is in the manifest.
const HEAD: [&str; 3] = ["head.id", "head.position", "head.recorded_at"];

/// Every column of every table of a home, as the database has them.
async fn stored(store: &Store, home: &Home) -> BTreeSet<String> {
    let columns: Vec<String> = if let Some(url) = &store.url {
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        let query = sqlx::query_scalar(ON_POSTGRES).bind(home.name);
        query.fetch_all(&mut connection).await.expect("columns")
    } else {
        let file = store.path().join(format!("{}.db", home.name));
        let url = format!("sqlite://{}", file.display());
        let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
        sqlx::query_scalar(ON_SQLITE).fetch_all(&mut connection).await.expect("columns")
    };
    columns.into_iter().filter(|column| !HEAD.contains(&column.as_str())).collect()
}

fn backed_up(home: &Home) -> BTreeSet<String> {
    let columns = home.tables.iter().flat_map(|table| {
        table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name))
    });
    columns.collect()
}

#[tokio::test]
async fn log_7_every_column_of_every_table_is_in_a_backup() {
    on_each_store(async |server: &mut Server| {
        for home in [&LOG, &IDENTITY, &KEYS] {
            assert_eq!(stored(&server.store, home).await, backed_up(home), "{}", home.name);
        }
    })
    .await;
}
