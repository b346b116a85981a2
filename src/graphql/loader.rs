//! One batch of look-ups for all the references of a list: no query runs once for each row.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader, NoCache};
use async_graphql::runtime::TokioTimer;
use docket_domain::{OrganizationId, TaskId};
use docket_projections::ReadModels;
use docket_projections::table::Row;
use docket_projections::task::CommentRow;
use futures::task::{FutureObj, Spawn, SpawnError};

use super::api::Api;
use super::common::ApiError;
use crate::supervise::Supervisor;

/// Loads rows of one read model by their ids, within the organization that each key names.
pub struct Rows<R> {
    views: Arc<ReadModels>,
    row: PhantomData<fn() -> R>,
}

/// A row's key: its organization, and its id.
pub type RowKey<R> = (OrganizationId, <R as Row>::Id);

impl<R: Row> Loader<RowKey<R>> for Rows<R> {
    type Value = Arc<R>;
    type Error = ApiError;

    async fn load(&self, keys: &[RowKey<R>]) -> Result<HashMap<RowKey<R>, Arc<R>>, ApiError> {
        let mut by_organization: HashMap<OrganizationId, Vec<R::Id>> = HashMap::new();
        for (organization, id) in keys {
            by_organization.entry(*organization).or_default().push(*id);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (organization, ids) in by_organization {
            let rows = self.views.get_many::<R>(organization, &ids).await?;
            found.extend(rows.into_iter().map(|(id, row)| ((organization, id), row)));
        }
        Ok(found)
    }
}

/// Loads what has been said about tasks, within the organization that each key names.
pub struct Comments(Arc<ReadModels>);

impl Loader<(OrganizationId, TaskId)> for Comments {
    type Value = Vec<Arc<CommentRow>>;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[(OrganizationId, TaskId)],
    ) -> Result<HashMap<(OrganizationId, TaskId), Self::Value>, ApiError> {
        let mut by_organization: HashMap<OrganizationId, Vec<TaskId>> = HashMap::new();
        for (organization, task) in keys {
            by_organization.entry(*organization).or_default().push(*task);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (organization, tasks) in by_organization {
            let comments = self.0.comments_of(organization, &tasks).await?;
            found.extend(comments.into_iter().map(|(task, rows)| ((organization, task), rows)));
        }
        Ok(found)
    }
}

/// The loader of comments.
pub type CommentLoader = DataLoader<Comments, NoCache>;

/// A loader of comments.
pub fn comment_loader(views: &Arc<ReadModels>, supervisor: &Supervisor) -> CommentLoader {
    loader(Comments(Arc::clone(views)), supervisor)
}

/// What has been said about a task, oldest first, in one batch with its neighbours.
///
/// # Errors
/// `UNAVAILABLE` where the read models cannot be reached.
pub async fn load_comments(
    ctx: &Context<'_>,
    organization: OrganizationId,
    task: TaskId,
) -> Result<Vec<Arc<CommentRow>>, ApiError> {
    let found = ctx.data_unchecked::<CommentLoader>().load_one((organization, task)).await?;
    Ok(found.unwrap_or_default())
}

/// Every loader of rows that resolvers use.
pub type RowLoader<R> = DataLoader<Rows<R>, NoCache>;

/// A loader of rows `R`.
pub fn row_loader<R: Row>(views: &Arc<ReadModels>, supervisor: &Supervisor) -> RowLoader<R> {
    loader(Rows { views: Arc::clone(views), row: PhantomData }, supervisor)
}

/// A loader whose batches the supervisor runs.
pub(super) fn loader<L>(loader: L, supervisor: &Supervisor) -> DataLoader<L, NoCache> {
    let spawner = Supervised(supervisor.clone());
    DataLoader::new(loader, spawner, TokioTimer::default()).delay(BATCH_DELAY)
}

/// Starts a loader's batches under supervision, where the resolvers run: elsewhere a batch would be sent off
/// while they still ask, in as many parts as chance makes of it.
struct Supervised(Supervisor);

impl Spawn for Supervised {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.once_here("loader", batch);
        Ok(())
    }
}

/// How long a loader waits for more keys: only as long as the resolvers of one list take to ask.
const BATCH_DELAY: Duration = Duration::ZERO;

/// The row of this id, in one batch with its neighbours' rows.
///
/// # Errors
/// `UNAVAILABLE` where the read models cannot be reached, `READ_MODEL_PARKED` where the row is not whole.
pub async fn load_row<R: Row>(
    ctx: &Context<'_>,
    organization: OrganizationId,
    id: R::Id,
) -> Result<Option<Arc<R>>, ApiError> {
    let views = &ctx.data_unchecked::<Api>().views;
    views.check_whole::<R>(organization, id)?;
    let row = load_as_it_was::<R>(ctx, organization, id).await?;
    // What it waited for may have been parked meanwhile.
    views.check_whole::<R>(organization, id)?;
    Ok(row)
}

/// The same, whole or not: for what its neighbours cannot be without, so that one of a list does not take down all.
///
/// # Errors
/// `UNAVAILABLE` where the read models cannot be reached.
pub async fn load_as_it_was<R: Row>(
    ctx: &Context<'_>,
    organization: OrganizationId,
    id: R::Id,
) -> Result<Option<Arc<R>>, ApiError> {
    ctx.data_unchecked::<RowLoader<R>>().load_one((organization, id)).await
}
