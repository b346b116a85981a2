//! What a read model's rows are and how they lie in a table.

mod column;
mod party;
mod row;

pub(crate) use column::ID;
pub use column::{Column, Index, Kind, Reach, Table};
pub use party::{Parties, Party, Relation};
pub(crate) use row::org_text;
pub use row::{Cell, Key, Row, RowId};
