//! The people behind a list, in one batch.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader, NoCache};
use docket_domain::UserId;
use docket_projections::ReadModels;
use docket_projections::member::PersonRow;

use crate::graphql::common::ApiError;
use crate::graphql::loader::loader;
use crate::supervise::Supervisor;

/// Loads people by their ids.
pub struct People(Arc<ReadModels>);

impl Loader<UserId> for People {
    type Value = Arc<PersonRow>;
    type Error = ApiError;

    async fn load(&self, keys: &[UserId]) -> Result<HashMap<UserId, Arc<PersonRow>>, ApiError> {
        Ok(self.0.people(keys).await?)
    }
}

/// The loader of people.
pub type PersonLoader = DataLoader<People, NoCache>;

/// A loader of people.
pub fn person_loader(views: &Arc<ReadModels>, supervisor: &Supervisor) -> PersonLoader {
    loader(People(Arc::clone(views)), supervisor)
}
