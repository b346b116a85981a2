//! What is in a home before it is restored into. Its file, or its tables, need not be there.

use super::connection::{Connection, For};
use super::home::{Home, Place};
use super::mark::{has_table, marked_by};
use super::rows::Rows;
use crate::LogError;

/// The first table of a home with rows that say something, by its full name; `None` where there is none, and where
/// the home is not there.
///
/// # Errors
/// `Unavailable` when it cannot be opened.
pub async fn filled(home: &Home, place: &Place) -> Result<Option<String>, LogError> {
    if !place.may_have(home) {
        return Ok(None);
    }
    let mut connection = Connection::open(home.name, place, For::Reading).await?;
    for table in home.tables {
        if has_table(&mut connection, home.name, table.name).await?
            && connection.counts(home, table).await? > 0
        {
            return Ok(Some(format!("{}.{}", home.name, table.name)));
        }
    }
    Ok(None)
}

/// Takes away what the unfinished restore `id` has written into a home, and leaves its mark. A home that does not
/// carry it is left as it is.
///
/// # Errors
/// `Unavailable` when it cannot be opened or written.
pub async fn withdraw(home: &'static Home, place: &Place, id: &str) -> Result<(), LogError> {
    if !place.may_have(home) {
        return Ok(());
    }
    let mut rows = Rows::of(home, place).await?;
    if marked_by(&mut rows.connection, home.name).await?.as_deref() == Some(id) {
        rows.clear().await?;
    }
    Ok(())
}
