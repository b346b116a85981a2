//! The homes, where they are, and what is in them.

use std::path::PathBuf;

use super::table::Kind::{Bytes, Integer, Json, Text, Time, Uuid};
use super::table::Table;

/// A home: its file in the data directory, its schema in PostgreSQL.
#[derive(Debug)]
pub struct Home {
    /// The name of the schema, and of the file without `.db`.
    pub name: &'static str,
    /// The tables whose rows are copied, those that others refer to first.
    pub tables: &'static [Table],
    /// Tables, and of which of their rows it says nothing that they are there, in SQL: what a server writes as soon
    /// as it starts.
    pub at_start: &'static [(&'static str, &'static str)],
}

impl Home {
    /// Of which rows of `table` it says nothing that they are there, in SQL.
    pub(super) fn says_nothing(&self, table: &Table) -> &'static str {
        let found = self.at_start.iter().find(|(name, _)| *name == table.name);
        found.map_or("false", |(_, rows)| rows)
    }
}

/// Where homes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Files in a data directory.
    Directory(PathBuf),
    /// Schemas of the PostgreSQL database at this URL.
    Database(String),
}

impl Place {
    /// Whether `home` can be opened here: a database has to be asked, a file has to be there.
    pub(super) fn may_have(&self, home: &Home) -> bool {
        match self {
            Self::Directory(directory) => directory.join(format!("{}.db", home.name)).is_file(),
            Self::Database(_) => true,
        }
    }
}

/// The events.
pub const EVENTS: Table = Table {
    name: "events",
    columns: &[
        ("position", Integer),
        ("commit_end", Integer),
        ("sequence", Integer),
        ("recorded_at", Time),
        ("event_id", Uuid),
        ("commit_id", Uuid),
        ("org_id", Text),
        ("aggregate_type", Text),
        ("aggregate_id", Text),
        ("event_type", Text),
        ("event_version", Text),
        ("payload", Json),
        ("metadata", Json),
    ],
    key: 1,
};

/// The event log. Its head is not among the rows, for it says which of them count.
pub const LOG: Home = Home {
    name: "log",
    tables: &[
        EVENTS,
        Table {
            name: "idempotency",
            columns: &[
                ("scope", Text),
                ("key", Text),
                ("input_hash", Text),
                ("position", Integer),
                ("outcome", Text),
            ],
            key: 2,
        },
        Table {
            name: "claims",
            columns: &[("org_id", Text), ("kind", Text), ("name", Text), ("holder", Text)],
            key: 3,
        },
    ],
    at_start: &[],
};

/// The end of the log.
pub(super) const HEAD: Table =
    Table { name: "head", columns: &[("position", Integer), ("recorded_at", Time)], key: 0 };

/// The data keys of subjects, wrapped by the master key.
pub const KEYS: Home = Home {
    name: "keys",
    tables: &[Table {
        name: "data_keys",
        columns: &[
            ("subject", Text),
            ("wrapped", Bytes),
            ("created_at", Time),
            ("erased_at", Time),
        ],
        key: 1,
    }],
    at_start: &[("data_keys", "subject = 'docket:master-key-check'")],
};
