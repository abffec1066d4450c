-- What is set in the console, with every earlier value, and the views that users saved.

CREATE TABLE settings (
    name TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    -- JSON
    value TEXT COLLATE "binary" NOT NULL,
    actor_kind TEXT COLLATE "binary" NOT NULL,
    actor TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE setting_versions (
    name TEXT COLLATE "binary" NOT NULL REFERENCES settings (name) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    value TEXT COLLATE "binary" NOT NULL,
    actor_kind TEXT COLLATE "binary" NOT NULL,
    actor TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE views (
    user_name TEXT COLLATE "binary" NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    name TEXT COLLATE "binary" NOT NULL,
    version BIGINT NOT NULL,
    -- what the console understands
    query TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_name, name)
);
