//! A batch as one transaction.

use sqlx::{ConnectOptions as _, Connection, SqliteConnection};

use super::facts::facts;
use super::insert::write;
use super::open::{SqliteStore, unavailable};
use crate::batch::choose;
use crate::{Commit, CommitResult, LogError, failpoint};

type Results = Vec<Result<CommitResult, LogError>>;

/// Why nothing of a batch was written, as far as is known.
enum Failure {
    /// The file refuses something in it.
    Refused(sqlx::Error),
    /// It could not be written.
    Unavailable(sqlx::Error),
    /// It was written, but not known to be on disk.
    Unknown(sqlx::Error),
}

impl SqliteStore {
    /// Makes the batch. Where the file refuses something in it, each commit is tried alone, so that only the
    /// one at fault fails.
    pub(super) async fn make(&self, batch: &[Commit]) -> Results {
        let mut writer = self.writer.lock().await;
        let failure = match self.transaction(&mut writer, batch).await {
            Ok(results) => return results,
            Err(failure) => failure,
        };
        self.renew_after(&failure, &mut writer).await;
        if !matches!(failure, Failure::Refused(_)) || batch.len() == 1 {
            return batch.iter().map(|_| Err(failure.answer())).collect();
        }
        let mut results = Vec::with_capacity(batch.len());
        for commit in batch {
            match self.transaction(&mut writer, std::slice::from_ref(commit)).await {
                Ok(answer) => results.extend(answer),
                Err(failure) => {
                    self.renew_after(&failure, &mut writer).await;
                    results.push(Err(failure.answer()));
                }
            }
        }
        results
    }

    /// Writes, and changes nothing.
    pub(super) async fn write_nothing(&self) -> Result<(), LogError> {
        let mut writer = self.writer.lock().await;
        let written = update_nothing(&mut writer).await.map_err(Failure::Unavailable);
        if let Err(failure) = &written {
            self.renew_after(failure, &mut writer).await;
        }
        written.map_err(|failure| failure.answer())
    }

    /// Takes another connection where this one may have a transaction left that could be neither committed nor taken
    /// back: it would begin no other.
    async fn renew_after(&self, failure: &Failure, writer: &mut SqliteConnection) {
        if matches!(failure, Failure::Refused(_)) {
            return;
        }
        match self.options.connect().await {
            Ok(fresh) => *writer = fresh,
            Err(error) => tracing::warn!(%error, "the log cannot be opened anew yet"),
        }
    }

    async fn transaction(
        &self,
        writer: &mut SqliteConnection,
        batch: &[Commit],
    ) -> Result<Results, Failure> {
        let begin = writer.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begin.map_err(Failure::Unavailable)?;
        let (head, facts) = facts(&mut transaction, batch).await.map_err(Failure::of)?;
        let choice = choose(batch, &facts);
        let end = choice.moves(head, self.clock.now());
        if choice.accepted.is_empty() {
            transaction.rollback().await.map_err(Failure::Unavailable)?;
        } else {
            write(&mut transaction, &choice, head, end).await.map_err(Failure::of)?;
            failpoint("append-uncommitted");
            transaction.commit().await.map_err(Failure::Unknown)?;
        }
        Ok(choice.answers(end))
    }
}

async fn update_nothing(writer: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("UPDATE head SET position = position").execute(&mut *transaction).await?;
    transaction.commit().await
}

impl Failure {
    fn of(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        let database = error.as_database_error().map(|error| (error.kind(), error.code()));
        match database {
            Some((ErrorKind::Other, code)) if code.as_deref() != Some(TOO_BIG) => {
                Self::Unavailable(error)
            }
            Some(_) => Self::Refused(error),
            None => Self::Unavailable(error),
        }
    }

    fn answer(&self) -> LogError {
        match self {
            Self::Refused(error) => LogError::Invalid(error.to_string()),
            Self::Unavailable(error) => unavailable(error),
            Self::Unknown(error) => {
                tracing::error!(%error, "a batch may not be on disk");
                LogError::OutcomeUnknown
            }
        }
    }
}

/// SQLite's code for a text beyond its limit.
const TOO_BIG: &str = "18";
