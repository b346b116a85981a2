-- Subjects' data keys, wrapped by the master key. An erased subject keeps its row without a key, so that
-- nobody makes a new one under its name.
CREATE TABLE keys.data_keys (
    subject text COLLATE "C" PRIMARY KEY,
    wrapped bytea,
    created_at timestamptz NOT NULL,
    erased_at timestamptz,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
