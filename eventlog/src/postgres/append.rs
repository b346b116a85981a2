//! A batch as one statement, or as one transaction where some of its commits do not stand.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::facts::facts;
use super::insert::append;
use super::link::timely;
use super::open::{PostgresStore, unavailable};
use crate::batch::{Facts, choose};
use crate::{Commit, CommitResult, LogError, failpoint};

pub(super) type Results = Vec<Result<CommitResult, LogError>>;

/// How long a batch may take, waiting for other nodes' batches included, before its outcome is looked up.
const BATCH: Duration = Duration::from_secs(5);

/// Why a batch was not made, as far as is known.
pub(super) enum Failure {
    /// The database refuses something in it; nothing was written.
    Refused(sqlx::Error),
    /// The database cannot be written; nothing was.
    Unavailable(sqlx::Error),
    /// The connection was lost while the batch was being made.
    InDoubt(sqlx::Error),
}

impl PostgresStore {
    /// Makes the batch. Where the database refuses something in it, each commit is tried alone, so that only
    /// the one at fault fails.
    pub(super) async fn make(&self, batch: &[Commit]) -> Results {
        match self.attempt(batch).await {
            Ok(results) => results,
            Err(Failure::Refused(_)) if batch.len() > 1 => {
                let mut results = Vec::with_capacity(batch.len());
                for commit in batch {
                    results.extend(self.alone(std::slice::from_ref(commit)).await);
                }
                results
            }
            Err(failure) => self.failed(batch, failure).await,
        }
    }

    async fn alone(&self, commit: &[Commit]) -> Results {
        match self.attempt(commit).await {
            Ok(results) => results,
            Err(failure) => self.failed(commit, failure).await,
        }
    }

    async fn failed(&self, batch: &[Commit], failure: Failure) -> Results {
        let error = match failure {
            Failure::Refused(error) => LogError::Invalid(error.to_string()),
            Failure::Unavailable(error) => unavailable(error),
            Failure::InDoubt(error) => {
                tracing::warn!(%error, "the connection was lost in a batch; looking it up");
                return self.resolve(batch).await;
            }
        };
        batch.iter().map(|_| Err(error.clone())).collect()
    }

    async fn attempt(&self, batch: &[Commit]) -> Result<Results, Failure> {
        let mut writer = self.writer.lock().await;
        let connection = writer.connected().await.map_err(Failure::Unavailable)?;
        let made = tokio::time::timeout(BATCH, self.write(connection, batch)).await;
        let made = made.unwrap_or(Err(Failure::InDoubt(sqlx::Error::PoolTimedOut)));
        if matches!(made, Err(Failure::InDoubt(_) | Failure::Unavailable(_))) {
            writer.disconnect();
        }
        made
    }

    /// Writes the batch on the assumption that the log is as its commits expect; where it is not, asks how
    /// it is, under the head's lock, and writes what stands.
    async fn write(
        &self,
        connection: &mut PgConnection,
        batch: &[Commit],
    ) -> Result<Results, Failure> {
        let assumed = Facts::assumed(batch);
        let choice = choose(batch, &assumed);
        if !choice.accepted.is_empty() {
            // The statement is a transaction of its own: with its answer comes that of its commit.
            connection_is_there("commit-unsent")?;
            let written = append(connection, batch, &choice, &assumed, self.clock.now()).await;
            connection_is_there("commit-unanswered")?;
            if let Some(end) = written.map_err(Failure::of)? {
                self.reach(end.position);
                return Ok(choice.answers(end));
            }
        }
        let mut transaction = connection.begin().await.map_err(Failure::of)?;
        let results = self.write_what_stands(&mut transaction, batch).await?;
        connection_is_there("commit-unsent")?;
        transaction.commit().await.map_err(Failure::of)?;
        connection_is_there("commit-unanswered")?;
        Ok(results)
    }

    /// Writes the commits that stand, in a transaction of the caller's, which holds the head from then on.
    pub(super) async fn write_what_stands(
        &self,
        connection: &mut PgConnection,
        batch: &[Commit],
    ) -> Result<Results, Failure> {
        let (head, facts) = facts(connection, batch).await.map_err(Failure::of)?;
        let choice = choose(batch, &facts);
        if choice.accepted.is_empty() {
            return Ok(choice.answers(head));
        }
        let written = append(connection, batch, &choice, &facts, self.clock.now()).await;
        let changed = || sqlx::Error::Protocol("facts changed under the head's lock".to_owned());
        let end = written.map_err(Failure::of)?.ok_or_else(|| Failure::Unavailable(changed()))?;
        Ok(choice.answers(end))
    }

    /// Writes, and changes nothing.
    pub(super) async fn write_nothing(&self) -> Result<(), sqlx::Error> {
        let mut writer = self.writer.lock().await;
        let same = sqlx::query("UPDATE log.head SET position = position");
        let written = timely(same.execute(writer.connected().await?)).await;
        if written.is_err() {
            writer.disconnect();
        }
        written.map(drop)
    }

    /// Notes a position that the log has reached.
    pub(super) fn reach(&self, position: u64) {
        self.reached.fetch_max(position, Ordering::Relaxed);
    }
}

/// # Errors
/// `InDoubt` where a test build is to lose the connection here.
fn connection_is_there(place: &'static str) -> Result<(), Failure> {
    failpoint::connection(place).map_err(Failure::of)
}

impl Failure {
    pub(super) fn of(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database) = &error else { return Self::InDoubt(error) };
        let code = database.code().unwrap_or_default();
        match code.get(..2) {
            // Data, integrity, program limits: no second attempt would fare better.
            Some("22" | "23" | "54") => Self::Refused(error),
            // The connection, the session or the server is ending.
            Some("08" | "40" | "57" | "XX") | None => Self::InDoubt(error),
            Some(_) => Self::Unavailable(error),
        }
    }
}
