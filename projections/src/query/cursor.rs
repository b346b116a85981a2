//! Where a row is in a list: its sort key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::error::QueryError;
use crate::table::{Cell, Column, ID, Kind};

/// A row's place in a list ordered by one column and then by id; its text form is opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor(String, Sort, String);

/// The value of the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Sort {
    Null,
    Int(i64),
    Text(String),
}

impl Cursor {
    /// The place of the row `id` whose `column` holds `cell`.
    pub(super) fn new(column: Column, cell: Option<Cell>, id: String) -> Self {
        let sort = match cell {
            Some(Cell::Int(Some(number))) => Sort::Int(number),
            Some(Cell::Text(Some(text))) => Sort::Text(text),
            Some(Cell::Int(None) | Cell::Text(None)) | None => Sort::Null,
        };
        Self(column.name.to_owned(), sort, id)
    }

    pub(super) fn write(&self) -> String {
        // Two texts and a number always have a JSON form.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor of a list that is ordered by `column`.
    pub(super) fn read(text: &str, column: Column) -> Result<Self, QueryError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| QueryError::InvalidCursor)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| QueryError::InvalidCursor)?;
        let fits = cursor.0 == column.name && cursor.1.fits(column);
        if fits { Ok(cursor) } else { Err(QueryError::InvalidCursor) }
    }

    /// The column's value; `None` for null.
    pub(super) fn sort(&self) -> Option<sea_query::Value> {
        match &self.1 {
            Sort::Null => None,
            Sort::Int(number) => Some((*number).into()),
            Sort::Text(text) => Some(text.as_str().into()),
        }
    }

    /// The id.
    pub(super) fn id(&self) -> &str {
        &self.2
    }
}

impl Sort {
    fn fits(&self, column: Column) -> bool {
        match self {
            // The id is not repeated as the sort key.
            Self::Null => column == ID || column.nullable,
            Self::Int(_) => matches!(column.kind, Kind::Int | Kind::Time),
            Self::Text(_) => matches!(column.kind, Kind::Text | Kind::Words),
        }
    }
}
