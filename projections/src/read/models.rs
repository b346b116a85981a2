//! Rows by id, and lists of rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use docket_domain::{OrganizationId, UserId};
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::error::ViewsError;
use crate::member::PersonRow;
use crate::query::{Filter, List, Order, Page, PageRequest, count, docs_of};
use crate::registry::Entry;
use crate::store::{Question, Views};
use crate::table::{Key, Row, org_text};

/// The ids of one statement: far below what either database binds.
const MAX_IDS: usize = 1_000;

/// How long a question waits for the database to have what this node has shown from memory: far longer than writing
/// it takes.
const SETTLE: Duration = Duration::from_secs(2);

/// The read models as the rest of the server asks them. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct ReadModels {
    pub(crate) views: Views,
}

impl ReadModels {
    /// Answers from `views`.
    pub fn new(views: Views) -> Self {
        Self { views }
    }

    /// How many statements have been read with so far; tests count those of one request by it.
    pub fn statements(&self) -> u64 {
        self.views.statements()
    }

    /// Checks whether the row `id` of `org` is kept as it was before an event that cannot be applied: whoever asks for it
    /// by name is rather told that than what is no longer so.
    ///
    /// # Errors
    /// `Parked` where it is.
    pub fn check_whole<R: Row>(&self, org: OrganizationId, id: R::Id) -> Result<(), ViewsError> {
        self.check::<R>(|| [id.to_string(), org.to_string()])
    }

    /// Checks whether what is known of a person is kept as it was before an event that cannot be applied.
    ///
    /// # Errors
    /// `Parked` where it is.
    pub fn check_person(&self, user: UserId) -> Result<(), ViewsError> {
        self.check::<PersonRow>(|| [user.to_string(), String::new()])
    }

    fn check<R: Row>(&self, ids: impl FnOnce() -> [String; 2]) -> Result<(), ViewsError> {
        match (Entry::named(R::PROJECTION), self.views.progress.parked(R::PROJECTION, ids)) {
            (Some(entry), Some(position)) => {
                Err(ViewsError::Parked { projection: entry.name, position })
            }
            _ => Ok(()),
        }
    }

    /// The row `id` of `org`; `None` where there is none.
    ///
    /// # Errors
    /// `Unavailable`; `Corrupt` when the row cannot be read; `Parked` where it is not [whole](Self::check_whole).
    pub async fn get<R: Row>(
        &self,
        org: OrganizationId,
        id: R::Id,
    ) -> Result<Option<Arc<R>>, ViewsError> {
        self.check_whole::<R>(org, id)?;
        let row = self.one(Some(org), id).await?;
        // What it waited for may have been parked meanwhile.
        self.check_whole::<R>(org, id)?;
        Ok(row)
    }

    /// The rows of `org` with these ids, whole or as they were when they were parked; those that do not exist are left
    /// out.
    ///
    /// # Errors
    /// As [`Self::get`], but for `Parked`.
    pub async fn get_many<R: Row>(
        &self,
        org: OrganizationId,
        ids: &[R::Id],
    ) -> Result<HashMap<R::Id, Arc<R>>, ViewsError> {
        self.many(Some(org), ids).await
    }

    /// A page of the rows of `org` that satisfy `filter`. In the audit trail, a run stands for its tasks and
    /// approvals, too.
    ///
    /// # Errors
    /// `Query` when the filter, the order or the page is not one that can be answered; else as
    /// [`Self::get`].
    pub async fn list<R: Row>(
        &self,
        org: OrganizationId,
        filter: &Filter,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Arc<R>>, ViewsError> {
        filter.check(&R::TABLE)?;
        let filter = self.with_related(&R::TABLE, org, filter).await?;
        let org = org_text(Some(org));
        let (statement, list) = List::select(&R::TABLE, &org, &filter, order, page)?;
        let question = self.views.db.page_question(statement, &R::TABLE);
        let docs = self.ask::<R, (String,)>(question).await?;
        let rows = docs.into_iter().map(|(doc,)| read(&doc)).collect::<Result<_, _>>()?;
        let at = R::TABLE.columns.iter().position(|column| *column == order.column);
        let mut page_of = list.page(rows, |row: &Arc<R>| {
            let cell = at.and_then(|at| row.cells().into_iter().nth(at));
            (cell, row.id().to_string())
        });
        if page.total {
            page_of.total = Some(self.count::<R>(&org, &filter).await?);
        }
        Ok(page_of)
    }

    pub(super) async fn one<R: Row>(
        &self,
        org: Option<OrganizationId>,
        id: R::Id,
    ) -> Result<Option<Arc<R>>, ViewsError> {
        Ok(self.many(org, &[id]).await?.remove(&id))
    }

    /// What this node remembers is answered from memory, where it remembers all of it; else the database answers
    /// for all, by one statement for every [`MAX_IDS`], so that the rows are from one point.
    pub(super) async fn many<R: Row>(
        &self,
        org: Option<OrganizationId>,
        ids: &[R::Id],
    ) -> Result<HashMap<R::Id, Arc<R>>, ViewsError> {
        let keys: Vec<_> = ids.iter().map(|id| Key::new(org, *id)).collect();
        let recalled = self.views.progress.recall::<R>(&keys);
        if recalled.iter().all(|(_, row)| row.is_some()) {
            let rows = recalled.into_iter().filter_map(|(key, row)| Some((key.id, row??)));
            return Ok(rows.collect());
        }
        let mut rows = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(MAX_IDS) {
            let ids = ids.iter().map(ToString::to_string).collect();
            let statement = docs_of(&R::TABLE, &org_text(org), ids);
            let docs = self.ask::<R, (String,)>(self.views.db.question(statement)).await?;
            for (doc,) in docs {
                let row = read::<R>(&doc)?;
                rows.insert(row.id(), row);
            }
        }
        Ok(rows)
    }

    async fn count<R: Row>(&self, org: &str, filter: &Filter) -> Result<u64, ViewsError> {
        let question = self.views.db.question(count(&R::TABLE, org, filter)?);
        let counted = self.ask::<R, (i64,)>(question).await?;
        Ok(counted.first().map_or(0, |(rows,)| rows.unsigned_abs()))
    }

    /// What the database answers about the rows `R`, once it has all that this node has shown of them.
    ///
    /// # Errors
    /// `Behind` where that takes too long; else as [`Self::get`].
    pub(super) async fn ask<R: Row, T>(&self, question: Question) -> Result<Vec<T>, ViewsError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if let Some(entry) = Entry::named(R::PROJECTION) {
            self.views.progress.settle(entry, SETTLE).await?;
        }
        self.views.db.ask(question).await
    }
}

/// The row of a document.
pub(crate) fn read<R: Row>(doc: &str) -> Result<Arc<R>, ViewsError> {
    serde_json::from_str(doc)
        .map(Arc::new)
        .map_err(|error| ViewsError::Corrupt { table: R::TABLE.name, reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::RunRow;

    /// Resolvers run on several threads.
    #[expect(dead_code, reason = "compiling it is the test")]
    fn answers_are_send(models: &ReadModels, page: &PageRequest) {
        fn send(_: impl Send) {}
        let org = OrganizationId::default();
        send(models.list::<RunRow>(org, &Filter::All, Order::default(), page));
        send(models.get::<RunRow>(org, docket_domain::RunId::default()));
        send(models.comments_of(org, &[]));
        send(models.due_timers(chrono::DateTime::UNIX_EPOCH, 1));
    }
}
