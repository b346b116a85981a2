//! The parts of an upsert that both databases share.

use crate::table::Table;

/// `INSERT INTO name (columns)`.
pub(super) fn insert_into(table: &Table, name: &str) -> String {
    format!("INSERT INTO {name} ({})", columns(table).collect::<Vec<_>>().join(", "))
}

/// What happens to a row that exists: every column that is not its key is replaced. A row by position comes
/// once, with the checkpoint, and looking for an earlier one costs a third of writing it.
pub(super) fn on_conflict(table: &Table) -> String {
    if table.subjects.is_some() {
        return String::new();
    }
    let set: Vec<_> =
        columns(table).skip(2).map(|column| format!("{column} = excluded.{column}")).collect();
    format!(" ON CONFLICT (org_id, id) DO UPDATE SET {}", set.join(", "))
}

/// The names of a table's columns: the key, those for filters, the document.
pub(super) fn columns(table: &Table) -> impl Iterator<Item = &'static str> {
    let filters = table.columns.iter().map(|column| column.name);
    ["org_id", "id"].into_iter().chain(filters).chain(table.doc.then_some("doc"))
}
