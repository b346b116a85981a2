//! A place in the log up to which somebody has acted on it, one node at a time: for work that is not folding.

use docket_eventlog::timely;
use sea_query::{Value, Values};
use sea_query_binder::SqlxValues;

use super::db::{Backend, Question};
use super::{Db, Views};
use crate::error::ViewsError;

/// Unanswered events that are told one by one, and tried again at a time.
const TOLD: usize = 1_000;

/// Whether the turn is still this node's: `$1` is the checkpoint's name, `$2` the fencing number.
const HAS_TURN: &str = "EXISTS (SELECT 1 FROM projection_group WHERE name = $1 AND fencing = $2)";

/// A place in the log up to which somebody has acted on it.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    db: Db,
    name: &'static str,
}

/// The turn of this node to act, until another has it.
#[derive(Debug)]
pub struct Turn {
    db: Db,
    name: &'static str,
    fencing: i64,
    position: u64,
}

/// An event that could not be acted on, and is left for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Its place in the log.
    pub position: u64,
    /// Why.
    pub error: String,
}

impl Views {
    /// The checkpoint of this name, at the beginning of the log at first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn checkpoint(&self, name: &'static str) -> Result<Checkpoint, ViewsError> {
        let db = self.db.clone();
        let sql = "INSERT INTO projection_group (name) VALUES ($1) ON CONFLICT DO NOTHING";
        db.change(sql, [name.into()]).await?;
        Ok(Checkpoint { db, name })
    }
}

impl Checkpoint {
    /// Begins this node's turn, where no other has it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_turn(&self) -> Result<Option<Turn>, ViewsError> {
        let lease = self.db.lead(self.name).await?;
        Ok(lease.map(|lease| Turn {
            db: self.db.clone(),
            name: self.name,
            fencing: lease.fencing,
            position: lease.position.unsigned_abs(),
        }))
    }

    /// How far it is.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn position(&self) -> Result<u64, ViewsError> {
        self.db.position(self.name).await
    }

    /// The events that are left for later, in order, at most a thousand.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn unanswered(&self) -> Result<Vec<Unanswered>, ViewsError> {
        let sql = format!(
            "SELECT position, error FROM unanswered_event WHERE follower = '{}' ORDER BY position LIMIT {TOLD}",
            self.name
        );
        let found: Vec<(i64, String)> = self.db.ask(Question::plain(sql)).await?;
        let unanswered = |(position, error): (i64, String)| Unanswered {
            position: position.unsigned_abs(),
            error,
        };
        Ok(found.into_iter().map(unanswered).collect())
    }
}

impl Turn {
    /// Everything up to here has been acted on.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Moves on to `position`, and keeps the turn for another while.
    ///
    /// # Errors
    /// `LeaseLost` where another node has the turn; `Unavailable`.
    pub async fn advance(&mut self, position: u64) -> Result<(), ViewsError> {
        let end = self.db.lease_end();
        let sql = format!(
            "UPDATE projection_group SET position = $3, expires_at = {end} WHERE name = $1 AND fencing = $2"
        );
        let values = [self.name.into(), self.fencing.into(), position.cast_signed().into()];
        if self.db.change(&sql, values).await? == 0 {
            return Err(ViewsError::LeaseLost(self.name));
        }
        self.position = position;
        Ok(())
    }

    /// Keeps the turn for another while.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn renew(&self) -> Result<(), ViewsError> {
        self.db.renew(self.name, self.fencing).await
    }

    /// Ends the turn, so that another node need not wait.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn end(self) -> Result<(), ViewsError> {
        self.db.resign(self.name, self.fencing).await
    }

    /// Leaves the event at `position` for later.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn leave(&self, position: u64, error: &str) -> Result<(), ViewsError> {
        let sql = format!(
            "INSERT INTO unanswered_event (follower, position, error) SELECT $1, $3, $4 WHERE {HAS_TURN} \
             ON CONFLICT (follower, position) DO UPDATE SET error = excluded.error"
        );
        let position = position.cast_signed().into();
        let values = [self.name.into(), self.fencing.into(), position, error.into()];
        match self.db.change(&sql, values).await? {
            0 => Err(ViewsError::LeaseLost(self.name)),
            _ => Ok(()),
        }
    }

    /// The event at `position` has been acted on after all.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn answered(&self, position: u64) -> Result<(), ViewsError> {
        let sql = format!(
            "DELETE FROM unanswered_event WHERE follower = $1 AND position = $3 AND {HAS_TURN}"
        );
        let values = [self.name.into(), self.fencing.into(), position.cast_signed().into()];
        match self.db.change(&sql, values).await? {
            // It was not left, or the turn is lost.
            0 => self.renew().await,
            _ => Ok(()),
        }
    }
}

impl Db {
    /// Runs a statement that writes, and answers how many rows it changed.
    async fn change<const N: usize>(
        &self,
        sql: &str,
        values: [Value; N],
    ) -> Result<u64, ViewsError> {
        let values = SqlxValues(Values(values.into()));
        Ok(match &self.backend {
            Backend::Sqlite { write, .. } => {
                sqlx::query_with(sql, values).execute(write).await?.rows_affected()
            }
            Backend::Postgres { write, .. } => {
                timely(sqlx::query_with(sql, values).execute(write)).await?.rows_affected()
            }
        })
    }
}
