//! A batch whose connection was lost: whether it was made is in the log.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::append::{Failure, Results};
use super::open::PostgresStore;
use crate::{Commit, CommitResult, LogError, failpoint};

/// How long to try before the outcome is given up as unknown, and those who wait are told so.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// The commits of a batch that were made. Without an index of commits, for it is not worth what it costs each
/// append: the batch can only be past the position that the log had reached before.
const FOUND: &str = "SELECT commit_id, min(position), max(position), max(recorded_at) FROM log.events \
    WHERE position > $1 AND commit_id = ANY($2) GROUP BY commit_id";

impl PostgresStore {
    /// Looks the batch up, makes what was not made, and answers.
    ///
    /// The head's lock comes first: whoever still writes the batch on the lost connection holds it. And the
    /// lost statement cannot come later, for it expects the streams as they were before this.
    pub(super) async fn resolve(&self, batch: &[Commit]) -> Results {
        let until = Instant::now() + PATIENCE;
        let before = self.reached.load(Ordering::Relaxed);
        while Instant::now() < until {
            let looked_up = tokio::time::timeout_at(until, self.look_up(batch, before)).await;
            match looked_up {
                Ok(Ok(results)) => {
                    tracing::info!(commits = batch.len(), "a batch in doubt was looked up");
                    return results;
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a batch in doubt cannot be looked up yet");
                }
                Err(_) => break,
            }
            sleep(PAUSE).await;
        }
        self.writer.lock().await.disconnect();
        tracing::error!(commits = batch.len(), "the outcome of a batch stays unknown");
        batch.iter().map(|_| Err(LogError::OutcomeUnknown)).collect()
    }

    async fn look_up(&self, batch: &[Commit], before: u64) -> Result<Results, sqlx::Error> {
        failpoint::connection("look-up")?;
        let mut writer = self.writer.lock().await;
        let looked_up = self.make_rest(writer.connected().await?, batch, before).await;
        if looked_up.is_err() {
            writer.disconnect();
        }
        looked_up
    }

    async fn make_rest(
        &self,
        connection: &mut PgConnection,
        batch: &[Commit],
        before: u64,
    ) -> Result<Results, sqlx::Error> {
        let mut transaction = connection.begin().await?;
        sqlx::query("SELECT FROM log.head FOR UPDATE").execute(&mut *transaction).await?;
        let mut found = found(&mut transaction, batch, before).await?;
        let made = |commit: &Commit| found.contains_key(&commit.commit_id);
        let rest: Vec<Commit> = batch.iter().filter(|commit| !made(commit)).cloned().collect();
        let results = self.write_what_stands(&mut transaction, &rest).await.map_err(error)?;
        transaction.commit().await?;
        for (commit, result) in rest.iter().zip(results) {
            found.insert(commit.commit_id, late(result));
        }
        let answers = batch.iter().map(|commit| found.remove(&commit.commit_id));
        Ok(answers.map(|answer| answer.unwrap_or(Err(LogError::OutcomeUnknown))).collect())
    }
}

type Found = HashMap<Uuid, Result<CommitResult, LogError>>;

async fn found(
    connection: &mut PgConnection,
    batch: &[Commit],
    before: u64,
) -> Result<Found, sqlx::Error> {
    let rows: Vec<(Uuid, i64, i64, DateTime<Utc>)> = sqlx::query_as(FOUND)
        .bind(before.cast_signed())
        .bind(batch.iter().map(|commit| commit.commit_id).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let appended = |(commit_id, first, last, recorded_at): (Uuid, i64, i64, _)| {
        let (first, last) = (first.unsigned_abs(), last.unsigned_abs());
        (commit_id, Ok(CommitResult::Appended { first, last, recorded_at }))
    };
    Ok(rows.into_iter().map(appended).collect())
}

/// A stream never goes back and a key is never forgotten, but a name may become free again, and then the lost
/// statement could still be carried out.
fn late(result: Result<CommitResult, LogError>) -> Result<CommitResult, LogError> {
    match result {
        Err(LogError::Claimed { .. }) => Err(LogError::OutcomeUnknown),
        result => result,
    }
}

fn error(failure: Failure) -> sqlx::Error {
    match failure {
        Failure::Refused(error) | Failure::Unavailable(error) | Failure::InDoubt(error) => error,
    }
}
