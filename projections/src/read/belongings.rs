//! Lists of what belongs to rows: the tasks of several runs, in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use docket_domain::OrganizationId;

use super::ReadModels;
use super::models::read;
use crate::error::ViewsError;
use crate::query::{Filter, List, Order, Page, PageRequest, count_each};
use crate::table::{Column, Row, org_text};

impl ReadModels {
    /// The page of the rows whose column `parent` names it, for each of `parents`: in the order in which they
    /// were made. One statement for all of them, and one more where the lists are counted; with a cursor, which
    /// is a place in one of the lists only, as many as there are parents.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn lists_of<R: Row>(
        &self,
        org: OrganizationId,
        parent: Column,
        parents: &[String],
        page: &PageRequest,
    ) -> Result<HashMap<String, Page<Arc<R>>>, ViewsError> {
        if page.after.is_some() || page.before.is_some() {
            return self.each_list(org, parent, parents, page).await;
        }
        let org = org_text(Some(org));
        let doc = self.views.db.doc(&R::TABLE);
        let (statement, list) = List::of_each(&R::TABLE, &org, (parent, parents), page, doc)?;
        let found = self.ask::<R, (String, String)>(self.views.db.question(statement)).await?;
        let mut rows: HashMap<String, Vec<Arc<R>>> = HashMap::new();
        for (of, doc) in found {
            rows.entry(of).or_default().push(read(&doc)?);
        }
        let page_of = |parent: &String| {
            let rows = rows.remove(parent).unwrap_or_default();
            (parent.clone(), list.page(rows, |row| (None, row.id().to_string())))
        };
        let mut pages: HashMap<_, _> = parents.iter().map(page_of).collect();
        if page.total {
            self.count_lists::<R>(&org, (parent, parents), &mut pages).await?;
        }
        Ok(pages)
    }

    async fn each_list<R: Row>(
        &self,
        org: OrganizationId,
        parent: Column,
        parents: &[String],
        page: &PageRequest,
    ) -> Result<HashMap<String, Page<Arc<R>>>, ViewsError> {
        let mut pages = HashMap::with_capacity(parents.len());
        for one in parents {
            let mine = Filter::text(parent, one);
            pages.insert(one.clone(), self.list(org, &mine, Order::oldest_first(), page).await?);
        }
        Ok(pages)
    }

    async fn count_lists<R: Row>(
        &self,
        org: &str,
        of: (Column, &[String]),
        pages: &mut HashMap<String, Page<Arc<R>>>,
    ) -> Result<(), ViewsError> {
        let question = self.views.db.question(count_each(&R::TABLE, org, of));
        let counted = self.ask::<R, (String, i64)>(question).await?;
        let counted: HashMap<_, _> = counted.into_iter().collect();
        for (parent, page) in pages {
            page.total = Some(counted.get(parent).map_or(0, |rows| rows.unsigned_abs()));
        }
        Ok(())
    }
}
