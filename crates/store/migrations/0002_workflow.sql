-- What people do with an incident: status, assignee, verdicts, comments.

ALTER TABLE incidents ADD COLUMN status TEXT COLLATE "binary" NOT NULL DEFAULT 'open';
ALTER TABLE incidents ADD COLUMN reason TEXT COLLATE "binary";
ALTER TABLE incidents ADD COLUMN closed_at BIGINT;
ALTER TABLE incidents ADD COLUMN assignee TEXT COLLATE "binary";
ALTER TABLE incidents ADD COLUMN verdict TEXT COLLATE "binary";
CREATE INDEX incidents_by_status ON incidents (status, last_seen, id);

-- Every verdict that was given; the last one counts.
CREATE TABLE verdicts (
    number BIGINT NOT NULL PRIMARY KEY,
    incident_id TEXT COLLATE "binary" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    verdict TEXT COLLATE "binary" NOT NULL,
    reason TEXT COLLATE "binary" NOT NULL,
    actor_kind TEXT COLLATE "binary" NOT NULL,
    actor TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX verdicts_by_incident ON verdicts (incident_id, number);

CREATE TABLE comments (
    number BIGINT NOT NULL PRIMARY KEY,
    incident_id TEXT COLLATE "binary" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    actor_kind TEXT COLLATE "binary" NOT NULL,
    actor TEXT COLLATE "binary" NOT NULL,
    version BIGINT NOT NULL,
    -- Markdown; empty once deleted
    text TEXT COLLATE "binary" NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    deleted_by TEXT COLLATE "binary"
);
CREATE INDEX comments_by_incident ON comments (incident_id, number);

-- What a comment said before it was edited.
CREATE TABLE comment_versions (
    comment BIGINT NOT NULL REFERENCES comments (number) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    text TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (comment, version)
);
