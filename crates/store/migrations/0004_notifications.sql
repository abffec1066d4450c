-- What is to be told to whom, and what became of it.

CREATE TABLE notifications (
    number BIGINT NOT NULL PRIMARY KEY,
    incident_id TEXT COLLATE "binary" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    incident_version BIGINT NOT NULL,
    channel TEXT COLLATE "binary" NOT NULL,
    -- what it is about, the same for the same: it is written once
    key TEXT COLLATE "binary" NOT NULL,
    body TEXT COLLATE "binary" NOT NULL,
    state TEXT COLLATE "binary" NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT,
    sent_at BIGINT,
    error TEXT COLLATE "binary",
    -- what the receiver calls the conversation
    thread TEXT COLLATE "binary",
    UNIQUE (incident_id, channel, key)
);
CREATE INDEX notifications_by_state ON notifications (state, due_at, number);
CREATE INDEX notifications_by_incident ON notifications (incident_id, channel, number);
