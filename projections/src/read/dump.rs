//! Everything that a projection holds, as text.

use std::fmt::Write as _;

use super::ReadModels;
use crate::error::ViewsError;
use crate::registry::Entry;

impl ReadModels {
    /// Every row of a projection's tables in the order of keys, all columns, one line each: the same text for
    /// the same rows, on either database.
    ///
    /// # Errors
    /// `UnknownProjection`, `Unavailable`.
    pub async fn canonical_dump(&self, name: &str) -> Result<String, ViewsError> {
        let entry = Entry::named(name);
        let entry = entry.ok_or_else(|| ViewsError::UnknownProjection(name.to_owned()))?;
        let mut text = String::new();
        for table in (entry.tables)() {
            let mut line = |name: &str, row: String| {
                // Writing to a text never fails.
                let _ = writeln!(text, "{name} {row}");
            };
            self.views.db.dump(&table, "", &mut line).await?;
        }
        Ok(text)
    }
}
