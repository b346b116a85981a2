//! Comparing rows in use with those of a rebuild.

use std::collections::BTreeSet;

use super::{Difference, Projections};
use crate::error::ViewsError;
use crate::registry::Entry;
use crate::store::NEXT;

impl Projections {
    /// The first `limit` differences between the rows in use and those of a rebuild.
    pub(super) async fn differences(
        &self,
        entry: &Entry,
        limit: usize,
    ) -> Result<Vec<Difference>, ViewsError> {
        let live = self.rows(entry, "").await?;
        let rebuilt = self.rows(entry, NEXT).await?;
        let only_live = live.difference(&rebuilt).map(|(table, row)| Difference {
            table: table.clone(),
            live: Some(row.clone()),
            rebuilt: None,
        });
        let only_rebuilt = rebuilt.difference(&live).map(|(table, row)| Difference {
            table: table.clone(),
            live: None,
            rebuilt: Some(row.clone()),
        });
        Ok(only_live.chain(only_rebuilt).take(limit).collect())
    }

    async fn rows(
        &self,
        entry: &Entry,
        suffix: &str,
    ) -> Result<BTreeSet<(String, String)>, ViewsError> {
        let mut rows = BTreeSet::new();
        for table in (entry.tables)() {
            let mut keep = |name: &str, row: String| {
                rows.insert((name.to_owned(), row));
            };
            self.db.dump(&table, suffix, &mut keep).await?;
        }
        Ok(rows)
    }
}
