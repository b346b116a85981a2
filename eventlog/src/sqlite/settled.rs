//! Connections that no failed transaction is left on.

use sqlx::sqlite::{SqliteConnection, SqlitePoolOptions, SqliteTransactionManager};
use sqlx::{Connection as _, TransactionManager as _};

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
