//! Connections that last, and that no failed transaction is left on.

use sqlx::sqlite::{SqliteConnection, SqlitePoolOptions, SqliteTransactionManager};
use sqlx::{Connection as _, TransactionManager as _};

/// A pool whose connections live as long as it does. sqlx 0.8 looks after those that do not in a task that counts
/// through the idle ones, and their number wraps for a moment where one is taken as it is given back: then the task
/// never ends, nor does its thread.
pub fn lasting() -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_lifetime(None).idle_timeout(None)
}

/// Has a pool give up each connection on which a transaction could be neither committed nor taken back, as on a full
/// disk: `SQLite` has taken it back by itself then, which the connection never learns, and would begin no other.
pub fn settled(options: SqlitePoolOptions) -> SqlitePoolOptions {
    options.after_release(|connection, _| Box::pin(async move { Ok(is_settled(connection).await) }))
}

async fn is_settled(connection: &mut SqliteConnection) -> bool {
    // What was dropped is taken back by then.
    let answers = connection.ping().await.is_ok();
    answers && SqliteTransactionManager::get_transaction_depth(connection) == 0
}
