//! Work that was late.

use std::sync::Arc;

use docket_domain::OrganizationId;

use super::ReadModels;
use crate::breach::{BreachRow, columns};
use crate::error::ViewsError;
use crate::query::{Comparator, Filter, Order, Page, PageRequest};

impl ReadModels {
    /// The breaches of `org`.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn breaches(
        &self,
        org: OrganizationId,
        filter: Filter,
        order: Order,
        page: &PageRequest,
    ) -> Result<Page<Arc<BreachRow>>, ViewsError> {
        let breached = Filter::Compare(columns::BREACHED_AT, Comparator::IsNull(false));
        self.list(org, &breached.and(filter), order, page).await
    }
}
