-- Subjects' data keys, wrapped by the master key. An erased subject keeps its row without a key, so that
-- nobody makes a new one under its name. Times are microseconds since 1970-01-01 UTC.
CREATE TABLE data_keys (
    subject TEXT PRIMARY KEY,
    wrapped BLOB,
    created_at INTEGER NOT NULL,
    erased_at INTEGER,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
