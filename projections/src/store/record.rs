//! What is kept about each projection.

use sqlx::FromRow;

use super::Db;
use super::db::Question;
use crate::error::ViewsError;
use crate::registry::Entry;

/// A projection as its database knows it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Record {
    /// Its name.
    pub(crate) name: String,
    /// The version of the fold that made its rows; 0 before they were first made.
    pub(crate) version: i64,
    /// How many times it has been built anew.
    pub(crate) generation: i64,
    /// Where its rows stopped; `None` while it moves with its group.
    pub(crate) stopped_at: Option<i64>,
    /// The event that stopped it.
    pub(crate) error_position: Option<i64>,
    /// Why it stopped.
    pub(crate) error: Option<String>,
    /// How far a rebuild has come; `None` while there is none.
    pub(crate) rebuilt_to: Option<i64>,
    /// The position that its group has reached.
    pub(crate) position: i64,
    /// 1 where somebody leads its group now, else 0.
    pub(crate) led: i64,
}

impl Record {
    /// Whether the projection moves with its group: made by the fold of this version, and not stopped.
    pub(crate) fn moves(&self, entry: &Entry) -> bool {
        self.version == i64::from(entry.version) && self.stopped_at.is_none()
    }
}

impl Db {
    /// What is kept about one projection; `None` where it is not known.
    pub(crate) async fn record(&self, name: &'static str) -> Result<Option<Record>, ViewsError> {
        let sql = format!("{} WHERE p.name = '{name}'", self.records_sql());
        Ok(self.look(Question::plain(sql)).await?.into_iter().next())
    }

    /// What is kept about every projection.
    pub(crate) async fn records(&self) -> Result<Vec<Record>, ViewsError> {
        self.look(Question::plain(self.records_sql())).await
    }

    fn records_sql(&self) -> String {
        format!(
            "SELECT p.name, p.version, p.generation, p.stopped_at, p.error_position, p.error, \
             p.rebuilt_to, g.position, \
             CAST(CASE WHEN g.expires_at >= {} THEN 1 ELSE 0 END AS bigint) AS led \
             FROM projection p JOIN projection_group g ON g.name = p.group_name",
            self.now()
        )
    }

    /// The position that a group has reached.
    pub(crate) async fn position(&self, group: &'static str) -> Result<u64, ViewsError> {
        let sql = format!("SELECT position FROM projection_group WHERE name = '{group}'");
        let found = self.ask::<(i64,)>(Question::plain(sql)).await?;
        Ok(found.first().map_or(0, |(position,)| position.unsigned_abs()))
    }
}
