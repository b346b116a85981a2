//! The statements that read and write a table's rows, in the words of either database.

use super::table::{Kind, Table};

/// Whose words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// The text of a page, about at most: it ends with the row that comes to so much, however many more it may have.
pub(super) const PAGE_BYTES: usize = 4 << 20;

/// A page of rows as JSON objects, in the order of their key: the first one, or what comes after a key whose
/// columns are bound as texts.
pub(super) fn select(
    table: &Table,
    schema: &str,
    dialect: Dialect,
    later: bool,
    limit: usize,
) -> String {
    let members = table.columns.iter();
    let members = members.map(|(name, kind)| format!("'{name}', {}", read(name, *kind, dialect)));
    let members = members.collect::<Vec<_>>().join(", ");
    let row = match dialect {
        Dialect::Sqlite => format!("json_object({members})"),
        Dialect::Postgres => format!("json_build_object({members})::text"),
    };
    let (from, key) = (named(table, schema, dialect), names(table.key()));
    let after = (1..).zip(table.key()).map(|(n, (_, kind))| bound(n, *kind));
    let after = after.collect::<Vec<_>>().join(", ");
    let after = if later { format!(" WHERE ({key}) > ({after})") } else { String::new() };
    if key.is_empty() {
        return format!("SELECT {row} FROM {from} LIMIT {limit}");
    }
    let rows = format!(
        "SELECT {row} AS line, row_number() OVER (ORDER BY {key}) AS nth FROM {from}{after} \
         ORDER BY {key} LIMIT {limit}"
    );
    format!(
        "SELECT line FROM (SELECT line, nth, sum(length(line)) OVER (ORDER BY nth) - length(line) AS before \
         FROM ({rows}) AS page) AS measured WHERE before < {PAGE_BYTES} ORDER BY nth"
    )
}

/// How many rows there are.
pub(super) fn count(table: &Table, schema: &str, dialect: Dialect) -> String {
    format!("SELECT count(*) FROM {}", named(table, schema, dialect))
}

/// Writes the rows of a list of JSON objects that is bound.
pub(super) fn insert(table: &Table, schema: &str, dialect: Dialect) -> String {
    let (table_name, columns) = (named(table, schema, dialect), names(table.columns));
    format!("INSERT INTO {table_name} ({columns}) {}", given(table, dialect))
}

/// Gives the columns of a table's one row the values of the one JSON object in a list that is bound.
pub(super) fn update(table: &Table, schema: &str, dialect: Dialect) -> String {
    let (table_name, columns) = (named(table, schema, dialect), names(table.columns));
    format!("UPDATE {table_name} SET ({columns}) = ({})", given(table, dialect))
}

/// A table's name.
pub(super) fn named(table: &Table, schema: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => table.name.to_owned(),
        Dialect::Postgres => format!("{schema}.{}", table.name),
    }
}

/// The rows of the list that is bound.
fn given(table: &Table, dialect: Dialect) -> String {
    let columns = table.columns.iter().map(|(name, kind)| written(name, *kind, dialect));
    let columns = columns.collect::<Vec<_>>().join(", ");
    match dialect {
        Dialect::Sqlite => format!("SELECT {columns} FROM json_each($1)"),
        Dialect::Postgres => {
            format!("SELECT {columns} FROM json_array_elements($1::json) AS line (value)")
        }
    }
}

fn names(columns: &[(&str, Kind)]) -> String {
    columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// A column as JSON has it.
fn read(name: &str, kind: Kind, dialect: Dialect) -> String {
    match (kind, dialect) {
        (Kind::Text | Kind::Integer, _) | (Kind::Json | Kind::Time, Dialect::Sqlite) => {
            name.to_owned()
        }
        // SQLite's hex makes an empty text of null.
        (Kind::Uuid | Kind::Bytes, Dialect::Sqlite) => {
            format!("iif({name} IS NULL, NULL, lower(hex({name})))")
        }
        (Kind::Json, Dialect::Postgres) => format!("{name}::text"),
        (Kind::Uuid, Dialect::Postgres) => format!("replace({name}::text, '-', '')"),
        (Kind::Bytes, Dialect::Postgres) => format!("encode({name}, 'hex')"),
        // The epoch is a numeric: no microsecond is lost.
        (Kind::Time, Dialect::Postgres) => {
            format!("(extract(epoch FROM {name}) * 1000000)::bigint")
        }
    }
}

/// A column of JSON as the table has it.
fn written(name: &str, kind: Kind, dialect: Dialect) -> String {
    let text = format!("value ->> '{name}'");
    match (kind, dialect) {
        (Kind::Text, _) | (Kind::Json | Kind::Integer | Kind::Time, Dialect::Sqlite) => text,
        (Kind::Uuid | Kind::Bytes, Dialect::Sqlite) => format!("unhex({text})"),
        (Kind::Json, Dialect::Postgres) => format!("({text})::json"),
        (Kind::Integer, Dialect::Postgres) => format!("({text})::bigint"),
        (Kind::Uuid, Dialect::Postgres) => format!("({text})::uuid"),
        (Kind::Bytes, Dialect::Postgres) => format!("decode({text}, 'hex')"),
        // Below 2^53 a product with one microsecond is exact.
        (Kind::Time, Dialect::Postgres) => {
            format!("'epoch'::timestamptz + ({text})::bigint * interval '1 microsecond'")
        }
    }
}

/// The `n`th value that is bound, a text, as a column of the key.
fn bound(n: usize, kind: Kind) -> String {
    match kind {
        Kind::Integer | Kind::Time => format!("CAST(${n} AS bigint)"),
        Kind::Text | Kind::Json | Kind::Uuid | Kind::Bytes => format!("${n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINGS: Table = Table {
        name: "things",
        columns: &[("org_id", Kind::Text), ("n", Kind::Integer), ("box", Kind::Bytes)],
        key: 2,
    };

    #[test]
    fn a_page_goes_on_after_the_last_key() {
        let page = select(&THINGS, "s", Dialect::Sqlite, true, 10);
        let rows = "SELECT json_object('org_id', org_id, 'n', n, 'box', \
             iif(box IS NULL, NULL, lower(hex(box)))) AS line, \
             row_number() OVER (ORDER BY org_id, n) AS nth FROM things \
             WHERE (org_id, n) > ($1, CAST($2 AS bigint)) ORDER BY org_id, n LIMIT 10";
        assert!(page.contains(rows), "{page}");
        let page = select(&THINGS, "s", Dialect::Postgres, false, 10);
        let rows = "SELECT json_build_object('org_id', org_id, 'n', n, 'box', \
             encode(box, 'hex'))::text AS line, row_number() OVER (ORDER BY org_id, n) AS nth \
             FROM s.things ORDER BY org_id, n LIMIT 10";
        assert!(page.contains(rows), "{page}");
    }

    #[test]
    fn rows_are_written_from_a_list() {
        assert_eq!(
            insert(&THINGS, "s", Dialect::Sqlite),
            "INSERT INTO things (org_id, n, box) SELECT value ->> 'org_id', value ->> 'n', \
             unhex(value ->> 'box') FROM json_each($1)"
        );
        assert_eq!(
            insert(&THINGS, "s", Dialect::Postgres),
            "INSERT INTO s.things (org_id, n, box) SELECT value ->> 'org_id', \
             (value ->> 'n')::bigint, decode(value ->> 'box', 'hex') \
             FROM json_array_elements($1::json) AS line (value)"
        );
    }
}
