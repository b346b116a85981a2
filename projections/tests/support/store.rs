//! Fresh databases for read models, on both kinds.

use std::sync::atomic::{AtomicU32, Ordering};

use docket_projections::Views;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database that is gone when the test is over.
pub struct Store {
    pub views: Views,
    place: Place,
}

enum Place {
    Sqlite(TempDir),
    Postgres { server: String, database: String },
}

impl Store {
    pub async fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        Self { views: Views::open_sqlite(dir.path()).await.unwrap(), place: Place::Sqlite(dir) }
    }

    pub async fn postgres() -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests are told where PostgreSQL is")]
        let server = std::env::var("DOCKET_TEST_POSTGRES_URL")
            .expect("set DOCKET_TEST_POSTGRES_URL to a superuser's URL, or run `cargo xtask test`");
        let nth = DATABASES.fetch_add(1, Ordering::Relaxed);
        let database = format!("docket_views_{}_{nth}", std::process::id());
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let create = format!("CREATE DATABASE {database}");
        connection.execute(create.as_str()).await.unwrap();
        let place = Place::Postgres { server, database };
        Self { views: connect(&place, "one").await, place }
    }

    /// The same database, as another node sees it.
    pub async fn other_node(&self) -> Views {
        connect(&self.place, "other").await
    }

    /// Holds up whoever writes rows of a group on PostgreSQL, for as long as the connection lives.
    pub async fn hold(&self, group: &str) -> PgConnection {
        let mut connection = self.connection().await;
        connection.execute("BEGIN").await.unwrap();
        let row = "SELECT 1 FROM views.projection_group WHERE name = $1 FOR UPDATE";
        sqlx::query(row).bind(group).execute(&mut connection).await.unwrap();
        connection
    }

    /// Holds up whoever changes what is parked on PostgreSQL, for as long as the connection lives.
    pub async fn hold_parked(&self) -> PgConnection {
        let mut connection = self.connection().await;
        connection.execute("BEGIN; LOCK TABLE views.parked_event IN SHARE MODE").await.unwrap();
        connection
    }

    /// Waits until somebody is held up so.
    pub async fn somebody_waits_for_parked(&self) {
        let mut connection = self.connection().await;
        let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted \
                     AND relation = 'views.parked_event'::regclass)";
        let mut look = tokio::time::interval(std::time::Duration::from_millis(5));
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut connection).await.unwrap() {
            look.tick().await;
        }
    }

    async fn connection(&self) -> PgConnection {
        let Place::Postgres { server, database } = &self.place else { panic!("not on SQLite") };
        let (base, _) = server.rsplit_once('/').unwrap();
        PgConnection::connect(&format!("{base}/{database}")).await.unwrap()
    }

    pub async fn close(self) {
        self.views.close().await;
        if let Place::Postgres { server, database } = self.place {
            let mut connection = PgConnection::connect(&server).await.unwrap();
            let drop = format!("DROP DATABASE {database} WITH (FORCE)");
            connection.execute(drop.as_str()).await.unwrap();
        }
    }
}

async fn connect(place: &Place, node: &str) -> Views {
    match place {
        Place::Sqlite(dir) => Views::open_sqlite(dir.path()).await.unwrap(),
        Place::Postgres { server, database } => {
            let (base, _) = server.rsplit_once('/').unwrap();
            Views::connect_postgres(&format!("{base}/{database}"), 4, node).await.unwrap()
        }
    }
}
