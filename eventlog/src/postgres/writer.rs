//! The connection that appends.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};

/// How long the server keeps a batch's transaction whose client is gone without a word, and with it the head.
const ABANDONED_MS: &str = "10000";

/// How long to wait for a new connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection that is made again once it is lost.
pub(super) struct Writer {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
}

impl Writer {
    pub(super) fn new(pool: &PgPool) -> Self {
        let options = PgConnectOptions::clone(&pool.connect_options())
            .application_name("docket append")
            .options([
                ("idle_in_transaction_session_timeout", ABANDONED_MS),
                ("synchronous_commit", "on"),
                // Each statement sees what was there when it got the head.
                ("default_transaction_isolation", r"read\ committed"),
            ]);
        Self { options, connection: None }
    }

    /// The connection, made where there is none.
    pub(super) async fn connected(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => tokio::time::timeout(CONNECT, self.options.connect())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)??,
        };
        Ok(self.connection.insert(connection))
    }

    /// Gives up a connection that is lost, or in a state that nobody knows.
    pub(super) fn disconnect(&mut self) {
        self.connection = None;
    }
}
