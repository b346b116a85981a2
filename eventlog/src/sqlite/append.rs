//! A batch as one transaction.

use sqlx::{Connection, SqliteConnection};

use super::facts::facts;
use super::insert::write;
use super::open::{SqliteStore, unavailable};
use crate::batch::choose;
use crate::{Commit, CommitResult, LogError};

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
        if !matches!(failure, Failure::Refused(_)) || batch.len() == 1 {
            return batch.iter().map(|_| Err(failure.answer())).collect();
        }
        let mut results = Vec::with_capacity(batch.len());
        for commit in batch {
            match self.transaction(&mut writer, std::slice::from_ref(commit)).await {
                Ok(answer) => results.extend(answer),
                Err(failure) => results.push(Err(failure.answer())),
            }
        }
        results
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
            transaction.commit().await.map_err(Failure::Unknown)?;
        }
        Ok(choice.answers(end))
    }
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
