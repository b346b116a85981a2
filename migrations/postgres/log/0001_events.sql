-- The log: one ordered table of facts, and what its transaction holds beside them. The schema is there
-- already; names are qualified, for the search path is nobody's business.

-- The end of the log. Whoever appends holds this row, so that batches are serial over all nodes. Most of the
-- page stays free for the row's next versions.
CREATE TABLE log.head (
    id smallint PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);

INSERT INTO log.head (id, position, recorded_at) VALUES (1, 0, 'epoch');

-- A superset of postgres-es's table. Payload and metadata are canonical JSON text (RFC 8785), kept byte for
-- byte: json, never jsonb.
CREATE TABLE log.events (
    position bigint PRIMARY KEY,
    commit_end bigint NOT NULL CHECK (commit_end >= position),
    sequence bigint NOT NULL CHECK (sequence >= 1),
    recorded_at timestamptz NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    commit_id uuid NOT NULL,
    org_id text COLLATE "C" NOT NULL,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    event_version text COLLATE "C" NOT NULL,
    payload json NOT NULL,
    metadata json NOT NULL,
    UNIQUE (aggregate_type, aggregate_id, sequence)
);

CREATE INDEX events_of_organization ON log.events (org_id, position);

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

-- Keys under which a commit is made at most once: the position of the first one's last event.
CREATE TABLE log.idempotency (
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    input_hash text NOT NULL,
    position bigint NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (scope, key)
);

-- Unique names and who holds them.
CREATE TABLE log.claims (
    org_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, kind, name)
);
