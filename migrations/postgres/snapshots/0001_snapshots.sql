-- The state of an aggregate at one event of its stream, sealed. All of it may be lost at any time: it is not
-- written ahead, and empty after a crash.
CREATE UNLOGGED TABLE snapshots.snapshots (
    org_id text COLLATE "C" NOT NULL,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    event_id uuid NOT NULL,
    state_hash text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (org_id, aggregate_type, aggregate_id)
);

-- It is ciphertext: compressing it only takes time.
ALTER TABLE snapshots.snapshots ALTER COLUMN state SET STORAGE EXTERNAL;
