//! The tables of the read models, made from their descriptions: the same text on both databases but for
//! the name of a text column's type.

use crate::table::{Index, Kind, Reach, Table};

/// Which database the statements are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The statements that make a table and what belongs to it. `suffix` is put behind the names of tables, and
/// `generation` into those of indexes, which keep their names when tables are swapped.
pub(crate) fn create(
    table: &Table,
    suffix: &str,
    generation: i64,
    dialect: Dialect,
) -> Vec<String> {
    let name = format!("{}{suffix}", table.name);
    let mut statements = vec![main_table(table, &name, dialect)];
    statements.extend(table.indexes.iter().map(|index| {
        let unique = format!("{}_g{generation}_by_{}", table.name, index.column);
        index_on(*index, &name, &unique)
    }));
    if table.parties {
        let party = format!("{}_party{suffix}", table.name);
        statements.push(party_table(&party, dialect));
    }
    statements
}

fn main_table(table: &Table, name: &str, dialect: Dialect) -> String {
    let mut columns = vec![
        format!("org_id {} NOT NULL", dialect.kind(Kind::Text)),
        format!("id {} NOT NULL", dialect.kind(table.id)),
    ];
    columns.extend(table.columns.iter().map(|column| {
        let null = if column.nullable { "" } else { " NOT NULL" };
        format!("{} {}{null}", column.name, dialect.kind(column.kind))
    }));
    if table.doc {
        columns.push("doc text NOT NULL".to_owned());
    }
    columns.push("PRIMARY KEY (org_id, id)".to_owned());
    let rest = dialect.storage(table.doc);
    format!("CREATE TABLE {name} ({}){rest}", columns.join(", "))
}

fn party_table(name: &str, dialect: Dialect) -> String {
    let text = dialect.kind(Kind::Text);
    let rest = dialect.storage(false);
    format!(
        "CREATE TABLE {name} (org_id {text} NOT NULL, party {text} NOT NULL, id {text} NOT NULL, \
         PRIMARY KEY (org_id, party, id)){rest}"
    )
}

fn index_on(index: Index, table: &str, name: &str) -> String {
    let column = index.column;
    let columns = match index.reach {
        Reach::Organization => format!("org_id, {column}, id"),
        Reach::ValueFirst => format!("{column}, org_id, id"),
        Reach::Value => format!("{column}, id"),
        Reach::All => column.to_owned(),
    };
    format!("CREATE INDEX {name} ON {table} ({columns})")
}

impl Dialect {
    /// The type of a column. Text sorts byte by byte, as SQLite's always does.
    const fn kind(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Sqlite, Kind::Text | Kind::Words) => "text",
            (Self::Postgres, Kind::Text | Kind::Words) => "text COLLATE \"C\"",
            (Self::Sqlite | Self::Postgres, Kind::Int | Kind::Time) => "bigint",
        }
    }

    /// How the rows lie: on SQLite, short ones in their primary key; on PostgreSQL, with room for a new
    /// version of a document beside the old one.
    const fn storage(self, docs: bool) -> &'static str {
        match (self, docs) {
            (Self::Sqlite, false) => " WITHOUT ROWID",
            (Self::Postgres, true) => " WITH (fillfactor = 80)",
            (Self::Sqlite, true) | (Self::Postgres, false) => "",
        }
    }
}
