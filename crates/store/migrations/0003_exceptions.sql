-- What is expected, told in advance, with an expiry; and what each exception hid.

CREATE TABLE exceptions (
    number BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    -- a CEL expression
    expression TEXT COLLATE "binary" NOT NULL,
    reason TEXT COLLATE "binary" NOT NULL,
    owner TEXT COLLATE "binary" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- An incident that was hidden counts once for an exception, however often it grows.
CREATE TABLE hidden_incidents (
    exception BIGINT NOT NULL REFERENCES exceptions (number) ON DELETE CASCADE,
    incident_id TEXT COLLATE "binary" NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (exception, incident_id)
);
