//! People and their memberships.

use std::collections::HashMap;
use std::sync::Arc;

use docket_domain::{OrganizationId, UserId};

use super::ReadModels;
use super::models::read;
use crate::error::ViewsError;
use crate::member::{MemberRow, PersonRow, columns};
use crate::query::{Filter, docs_where};
use crate::table::{Row as _, org_text};

impl ReadModels {
    /// The people with these ids, whatever organizations they belong to.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn people(
        &self,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Arc<PersonRow>>, ViewsError> {
        self.many(None, users).await
    }

    /// The memberships in `org` of these people.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn members_by_user(
        &self,
        org: OrganizationId,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Arc<MemberRow>>, ViewsError> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = Filter::any_text(columns::USER_ID, users);
        let statement = docs_where(&MemberRow::TABLE, &org_text(Some(org)), &filter)?;
        let docs = self.ask::<MemberRow, (String,)>(self.views.db.question(statement)).await?;
        docs.iter().map(|(doc,)| read::<MemberRow>(doc).map(|row| (row.user, row))).collect()
    }
}

impl Filter {
    /// Members who hold the role of this name.
    pub fn role(name: &docket_domain::organization::RoleName) -> Self {
        Self::Party(vec![MemberRow::role_key(name)])
    }

    /// Members whose person satisfies `filter`.
    pub fn person(filter: Self) -> Self {
        Self::Names(columns::USER_ID, PersonRow::TABLE, Box::new(filter))
    }
}
