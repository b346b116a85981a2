//! What belongs to the entries of a list, in one batch: the tasks of a page of runs.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader, NoCache};
use docket_domain::OrganizationId;
use docket_projections::ReadModels;
use docket_projections::query::{Page, PageRequest};
use docket_projections::table::{Column, Row};

use super::common::ApiError;
use super::loader::loader;
use crate::supervise::Supervisor;

/// Loads pages of the rows that belong to others, by the column that names whom they belong to.
pub struct Belongings<R> {
    views: Arc<ReadModels>,
    parent: Column,
    row: PhantomData<fn() -> R>,
}

/// A page of what belongs to one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageOf {
    /// The organization of both.
    pub organization: OrganizationId,
    /// The id of the row that they belong to.
    pub parent: String,
    /// Which of them.
    pub page: PageRequest,
}

impl<R: Row> Loader<PageOf> for Belongings<R> {
    type Value = Page<Arc<R>>;
    type Error = ApiError;

    async fn load(&self, keys: &[PageOf]) -> Result<HashMap<PageOf, Page<Arc<R>>>, ApiError> {
        let mut alike: HashMap<(OrganizationId, &PageRequest), Vec<String>> = HashMap::new();
        for key in keys {
            alike.entry((key.organization, &key.page)).or_default().push(key.parent.clone());
        }
        let mut found = HashMap::with_capacity(keys.len());
        for ((organization, page), parents) in alike {
            let pages = self.views.lists_of::<R>(organization, self.parent, &parents, page).await?;
            found.extend(
                pages.into_iter().map(|(parent, rows)| {
                    (PageOf { organization, parent, page: page.clone() }, rows)
                }),
            );
        }
        Ok(found)
    }
}

/// The loader of pages of rows `R`.
pub type BelongingsLoader<R> = DataLoader<Belongings<R>, NoCache>;

/// A loader of pages of rows `R`, which belong to what their column `parent` names.
pub fn belongings_loader<R: Row>(
    views: &Arc<ReadModels>,
    parent: Column,
    supervisor: &Supervisor,
) -> BelongingsLoader<R> {
    loader(Belongings { views: Arc::clone(views), parent, row: PhantomData }, supervisor)
}

/// A page of what belongs to a row, in one batch with what belongs to its neighbours.
///
/// # Errors
/// `BAD_USER_INPUT` for a cursor of another list, `UNAVAILABLE`.
pub async fn load_page<R: Row>(
    ctx: &Context<'_>,
    organization: OrganizationId,
    parent: impl std::fmt::Display,
    page: PageRequest,
) -> Result<Page<Arc<R>>, ApiError> {
    let key = PageOf { organization, parent: parent.to_string(), page };
    let found = ctx.data_unchecked::<BelongingsLoader<R>>().load_one(key).await?;
    found.ok_or_else(|| ApiError::internal("a list that was asked for and not answered"))
}
