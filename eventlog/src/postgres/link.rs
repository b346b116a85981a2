//! Connections to PostgreSQL that notice when the network, or the server, is gone.

use std::future::Future;
use std::io;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection as _, Error};
use tokio::time::timeout;

/// How long to wait for a connection: all are busy, or none can be had.
const CONNECTION: Duration = Duration::from_secs(5);

/// How long a statement of a server may take. A network that goes silent never says so.
const STATEMENT: Duration = Duration::from_secs(10);

/// The same, as PostgreSQL is told it, in milliseconds: a little later, so that whoever asks gives up first.
const STATEMENT_MS: &str = "12000";

/// How long PostgreSQL keeps a transaction whose client says nothing, in milliseconds.
const IDLE_TRANSACTION_MS: &str = "10000";

/// How long PostgreSQL waits for a client to confirm what it is sent, in milliseconds, before it gives it up, with
/// its locks.
const UNCONFIRMED_MS: &str = "10000";

/// After how long without a word PostgreSQL asks a client whether it is there, how often, and how many times before it
/// gives it up, in seconds. By itself it asks after two hours, and those whose network went away fill it up meanwhile.
const KEPT_ALIVE: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
];

/// How long a connection may take to say that it is there: on a machine with too much to do, giving up those that are
/// slow would only make more to do.
const PING: Duration = Duration::from_secs(3);

/// After how long without use a connection is asked whether it is there still.
const UNUSED: Duration = Duration::from_secs(1);

/// Says of a connection what PostgreSQL is to do when its client is gone without a word: it gives its transaction up,
/// with its locks.
#[must_use]
pub fn attended(options: PgConnectOptions) -> PgConnectOptions {
    let options = options.options([
        ("idle_in_transaction_session_timeout", IDLE_TRANSACTION_MS),
        ("tcp_user_timeout", UNCONFIRMED_MS),
    ]);
    options.options(KEPT_ALIVE)
}

/// The same, and that no statement goes on for ever. Whoever migrates, verifies or builds a projection anew has
/// statements that take long: this is for servers.
#[must_use]
pub fn guarded(options: PgConnectOptions) -> PgConnectOptions {
    attended(options).options([("statement_timeout", STATEMENT_MS)])
}

/// A pool of at most `connections`, each of which is looked at before it is used after a pause, and after it was used:
/// one that does not answer makes room for another.
pub fn pool_of(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        // As those of SQLite, for the same reason.
        .max_lifetime(None)
        .idle_timeout(None)
        .max_connections(connections)
        .acquire_timeout(CONNECTION)
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            Box::pin(async move { Ok(known.idle_for < UNUSED || is_there(connection).await) })
        })
        .after_release(|connection, _| Box::pin(async move { Ok(is_there(connection).await) }))
}

/// What a statement comes to, within its time.
///
/// # Errors
/// Those of the statement; a time-out where the server, or the way to it, is silent.
pub async fn timely<T, E: From<Error>>(
    statement: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let silent = || io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    timeout(STATEMENT, statement).await.unwrap_or_else(|_| Err(Error::Io(silent()).into()))
}

async fn is_there(connection: &mut PgConnection) -> bool {
    matches!(timeout(PING, connection.ping()).await, Ok(Ok(())))
}
