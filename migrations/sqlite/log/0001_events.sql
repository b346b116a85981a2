-- The log: one ordered table of facts, and what its transaction holds beside them.

-- The end of the log. Times are microseconds since 1970-01-01 UTC.
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;

INSERT INTO head (id, position, recorded_at) VALUES (1, 0, 0);

-- Payload and metadata are canonical JSON text (RFC 8785), kept byte for byte.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    commit_end INTEGER NOT NULL CHECK (commit_end >= position),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    recorded_at INTEGER NOT NULL,
    event_id BLOB NOT NULL UNIQUE,
    commit_id BLOB NOT NULL,
    org_id TEXT NOT NULL,
    aggregate_type TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    event_version TEXT NOT NULL,
    payload TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (aggregate_type, aggregate_id, sequence)
) STRICT;

-- An index entry ends in the row's position, so that this one gives an organization's events in order.
CREATE INDEX events_of_organization ON events (org_id);

CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- Keys under which a commit is made at most once: the position of the first one's last event.
CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    position INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

-- Unique names and who holds them.
CREATE TABLE claims (
    org_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (org_id, kind, name)
) STRICT, WITHOUT ROWID;
