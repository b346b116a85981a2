//! The memberships of the people in a list, in one batch.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader, NoCache};
use docket_domain::{OrganizationId, UserId};
use docket_projections::ReadModels;
use docket_projections::member::MemberRow;

use crate::graphql::common::ApiError;
use crate::graphql::loader::loader;
use crate::supervise::Supervisor;

/// Loads memberships by the person, within the organization that each key names.
pub struct Memberships(Arc<ReadModels>);

/// A membership's key: its organization, and the person.
type Key = (OrganizationId, UserId);

impl Loader<Key> for Memberships {
    type Value = Arc<MemberRow>;
    type Error = ApiError;

    async fn load(&self, keys: &[Key]) -> Result<HashMap<Key, Arc<MemberRow>>, ApiError> {
        let mut by_organization: HashMap<OrganizationId, Vec<UserId>> = HashMap::new();
        for (organization, user) in keys {
            by_organization.entry(*organization).or_default().push(*user);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (organization, users) in by_organization {
            let rows = self.0.members_by_user(organization, &users).await?;
            found.extend(rows.into_iter().map(|(user, row)| ((organization, user), row)));
        }
        Ok(found)
    }
}

/// The loader of memberships.
pub type MembershipLoader = DataLoader<Memberships, NoCache>;

/// A loader of memberships.
pub fn membership_loader(views: &Arc<ReadModels>, supervisor: &Supervisor) -> MembershipLoader {
    loader(Memberships(Arc::clone(views)), supervisor)
}
