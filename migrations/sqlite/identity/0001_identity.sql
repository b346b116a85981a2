-- Who can sign in, and how. Times are microseconds since 1970 (UTC); secrets are hashes, never themselves.

CREATE TABLE credentials (
    user_id       TEXT NOT NULL PRIMARY KEY,
    password_hash TEXT NOT NULL, -- Argon2id, PHC string
    changed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Written before the membership is appended to the log, which alone says whether it is true.
CREATE TABLE memberships (
    user_id   TEXT NOT NULL,
    member_id TEXT NOT NULL,
    org_id    TEXT NOT NULL,
    noted_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    session_id TEXT NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL,
    org_id     TEXT NOT NULL,
    member_id  TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_a_person ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The refresh tokens of a session are its family: all but the last have been rotated.
CREATE TABLE refresh_tokens (
    token_hash    TEXT NOT NULL PRIMARY KEY, -- SHA-256, hexadecimal
    session_id    TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    expires_at    INTEGER NOT NULL,
    rotated_at    INTEGER,
    rotated_under TEXT -- SHA-256 of the idempotency key of the rotation, hexadecimal
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_a_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Written before the key is appended to the log, which alone says whether it is good.
CREATE TABLE api_keys (
    key_id      TEXT NOT NULL PRIMARY KEY,
    org_id      TEXT NOT NULL,
    secret_hash TEXT NOT NULL -- SHA-256, hexadecimal
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid         TEXT NOT NULL PRIMARY KEY,
    public_key  TEXT NOT NULL, -- Ed25519, base64url
    valid_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
