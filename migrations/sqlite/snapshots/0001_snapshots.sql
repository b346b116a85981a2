-- The state of an aggregate at one event of its stream, sealed. All of it may be lost at any time.
CREATE TABLE snapshots (
    org_id TEXT NOT NULL,
    aggregate_type TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    state_hash TEXT NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (org_id, aggregate_type, aggregate_id)
) STRICT;
