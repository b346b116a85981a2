-- What the read models themselves consist of is described in the code, which makes those tables. Here is
-- only what the runner keeps about them.

-- A group of projections that move together: one position, one leader.
CREATE TABLE projection_group (
    name text COLLATE "C" PRIMARY KEY,
    -- The position in the log up to which every event is in the rows.
    position bigint NOT NULL DEFAULT 0,
    -- Counts leaders: whoever writes names the count by which it leads, and an earlier leader is refused.
    fencing bigint NOT NULL DEFAULT 0,
    -- The node that leads; empty while none does.
    holder text NOT NULL DEFAULT '',
    -- Until when it leads unless it renews, in microseconds since 1970, by this database's clock.
    expires_at bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE projection (
    name text COLLATE "C" PRIMARY KEY,
    group_name text COLLATE "C" NOT NULL REFERENCES projection_group (name),
    -- The version of the fold that made the rows; 0 before they were first made.
    version bigint NOT NULL,
    -- Counts rebuilds: a part of the names of indexes.
    generation bigint NOT NULL DEFAULT 0,
    -- Where it stopped, with the event that stopped it; null while it moves with its group.
    stopped_at bigint,
    error_position bigint,
    error text,
    -- How far a rebuild has come; null while there is none.
    rebuilt_to bigint
);
