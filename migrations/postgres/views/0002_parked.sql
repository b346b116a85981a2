-- Events that a projection cannot apply, and those that wait behind them: later ones of the same key.
CREATE TABLE parked_event (
    projection text COLLATE "C" NOT NULL REFERENCES projection (name),
    -- 1 while it belongs to a rebuild whose rows are not in use yet, else 0.
    rebuild bigint NOT NULL,
    position bigint NOT NULL,
    -- What later events depend on this one by: its aggregate, or itself where none does.
    key text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    -- Why it cannot be applied; null where it waits behind another.
    error text,
    -- When it was parked, in microseconds since 1970, by this database's clock.
    parked_at bigint NOT NULL,
    PRIMARY KEY (projection, rebuild, position)
);

-- Parked events that somebody has given up.
CREATE TABLE skipped_event (
    projection text COLLATE "C" NOT NULL REFERENCES projection (name),
    position bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    -- Why it could not be applied.
    error text NOT NULL,
    -- When, in microseconds since 1970, by whom and why it was given up.
    skipped_at bigint NOT NULL,
    skipped_by text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (projection, position)
);
