-- Incidents as the judge tells them, where ingest stands, and the audit.
-- Moments are microseconds since 1970 in UTC; truths are 0 and 1; texts compare by their bytes.

-- The last number that was given out, by what is numbered. No number is given twice.
CREATE TABLE numbers (
    name TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE incidents (
    id TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL,
    -- 1 low, 2 medium, 3 high, 4 critical
    severity BIGINT NOT NULL,
    alert BIGINT NOT NULL,
    -- in 1/256 bit
    score BIGINT NOT NULL,
    title TEXT COLLATE "binary" NOT NULL,
    -- the title in small letters, to be searched
    folded TEXT COLLATE "binary" NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    -- SHA-256 of everything that the judge told
    digest TEXT COLLATE "binary" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX incidents_by_last_seen ON incidents (last_seen, id);
CREATE INDEX incidents_by_first_seen ON incidents (first_seen, id);
CREATE INDEX incidents_by_updated_at ON incidents (updated_at, id);
CREATE INDEX incidents_by_score ON incidents (score, id);
CREATE INDEX incidents_by_severity ON incidents (severity, id);

-- What an incident can be found by: its accounts, keys, principals and addresses.
CREATE TABLE incident_terms (
    kind TEXT COLLATE "binary" NOT NULL,
    value TEXT COLLATE "binary" NOT NULL,
    incident_id TEXT COLLATE "binary" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, value, incident_id)
);
CREATE INDEX incident_terms_by_incident ON incident_terms (incident_id);

CREATE TABLE incident_versions (
    incident_id TEXT COLLATE "binary" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    document TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (incident_id, version)
);

-- Up to where the input of a source is applied.
CREATE TABLE positions (
    source TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE audit_entries (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT COLLATE "binary" NOT NULL,
    actor TEXT COLLATE "binary" NOT NULL,
    action TEXT COLLATE "binary" NOT NULL,
    target_kind TEXT COLLATE "binary" NOT NULL,
    target TEXT COLLATE "binary" NOT NULL,
    -- SHA-256 of the target before and after; nothing where it was not there
    before_digest TEXT COLLATE "binary",
    after_digest TEXT COLLATE "binary",
    detail TEXT COLLATE "binary" NOT NULL,
    -- SHA-256 of the entry before and of this one
    hash TEXT COLLATE "binary" NOT NULL
);
CREATE INDEX audit_entries_by_target ON audit_entries (target_kind, target, sequence);

-- The end of the chain, and the last entry that was forgotten. Whoever writes locks this row first.
CREATE TABLE audit_head (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence BIGINT NOT NULL,
    hash TEXT COLLATE "binary" NOT NULL,
    forgotten_sequence BIGINT NOT NULL,
    forgotten_hash TEXT COLLATE "binary" NOT NULL
);
INSERT INTO audit_head VALUES (
    1,
    0, '0000000000000000000000000000000000000000000000000000000000000000',
    0, '0000000000000000000000000000000000000000000000000000000000000000'
);
