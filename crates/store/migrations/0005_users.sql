-- Who may sign in, and with what. No secret is here: passwords as the server hashed them, everything
-- else as SHA-256 of 256 random bits.

CREATE TABLE users (
    name TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    display TEXT COLLATE "binary" NOT NULL,
    role TEXT COLLATE "binary" NOT NULL,
    password_hash TEXT COLLATE "binary",
    -- issuer and subject of single sign-on
    subject TEXT COLLATE "binary" UNIQUE,
    disabled BIGINT NOT NULL,
    failed_attempts BIGINT NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL,
    signed_in_at BIGINT
);

CREATE TABLE setup_links (
    hash TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    user_name TEXT COLLATE "binary" NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    hash TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    user_name TEXT COLLATE "binary" NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_by_user ON sessions (user_name, created_at);

CREATE TABLE tokens (
    name TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    hash TEXT COLLATE "binary" NOT NULL UNIQUE,
    -- a JSON list of texts
    scopes TEXT COLLATE "binary" NOT NULL,
    created_by TEXT COLLATE "binary" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
