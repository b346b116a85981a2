//! What waits for a person.

use std::sync::Arc;

use docket_domain::{OrganizationId, UserId};

use super::ReadModels;
use crate::approval::ApprovalRow;
use crate::error::ViewsError;
use crate::query::{Filter, Order, Page, PageRequest};
use crate::table::{Parties, Party, Relation};
use crate::task::TaskRow;

impl ReadModels {
    /// The tasks that a person may act on now: those that she holds, and those that nobody holds and she
    /// may claim.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn task_inbox(
        &self,
        org: OrganizationId,
        parties: &Parties,
        filter: Filter,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Arc<TaskRow>>, ViewsError> {
        let filter = Filter::related(parties, Relation::Acts).and(filter);
        self.list(org, &filter, order, page).await
    }

    /// The approvals that wait for the vote of `user`, who is `parties`: not those in whose open level she
    /// has voted, or may not vote as their requester.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn approval_inbox(
        &self,
        org: OrganizationId,
        (user, parties): (UserId, &Parties),
        filter: Filter,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Arc<ApprovalRow>>, ViewsError> {
        let barred = Filter::Party(vec![Relation::Barred.key(&Party::User(user))]).negate();
        let filter = Filter::related(parties, Relation::Acts).and(barred).and(filter);
        self.list(org, &filter, order, page).await
    }
}
