-- Who can sign in, and how. Times are microseconds since 1970 (UTC); secrets are hashes, never themselves.

CREATE TABLE credentials (
    user_id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    password_hash TEXT COLLATE "C" NOT NULL, -- Argon2id, PHC string
    changed_at    BIGINT NOT NULL
);

-- Written before the membership is appended to the log, which alone says whether it is true.
CREATE TABLE memberships (
    user_id   TEXT COLLATE "C" NOT NULL,
    member_id TEXT COLLATE "C" NOT NULL,
    org_id    TEXT COLLATE "C" NOT NULL,
    noted_at  BIGINT NOT NULL,
    PRIMARY KEY (user_id, member_id)
);

CREATE TABLE sessions (
    session_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL,
    org_id     TEXT COLLATE "C" NOT NULL,
    member_id  TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX sessions_of_a_person ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The refresh tokens of a session are its family: all but the last have been rotated.
CREATE TABLE refresh_tokens (
    token_hash    TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256, hexadecimal
    session_id    TEXT COLLATE "C" NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    expires_at    BIGINT NOT NULL,
    rotated_at    BIGINT,
    rotated_under TEXT COLLATE "C" -- SHA-256 of the idempotency key of the rotation, hexadecimal
);
CREATE INDEX refresh_tokens_of_a_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Written before the key is appended to the log, which alone says whether it is good.
CREATE TABLE api_keys (
    key_id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org_id      TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL -- SHA-256, hexadecimal
);

CREATE TABLE signing_keys (
    kid         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    public_key  TEXT COLLATE "C" NOT NULL, -- Ed25519, base64url
    valid_until BIGINT NOT NULL
);
