-- What version 5 brought: users, setup links, sessions, tokens.
INSERT INTO users (name, version, display, role, password_hash, subject, disabled, failed_attempts, locked_until,
    created_at, signed_in_at) VALUES
    ('anna', 3, 'Anna Ä.', 'administrator', '$argon2id$x', NULL, 0, 0, NULL, 1790000000000000, 1790000000000001),
    ('bert', 1, 'Bert', 'viewer', NULL, 'https://id.example|42', 1, 4, 1790000000000009, 1790000000000000, NULL);
INSERT INTO setup_links (hash, user_name, created_at, expires_at, used_at) VALUES
    ('aa', 'anna', 1790000000000000, 1790000600000000, 1790000000000001);
INSERT INTO sessions (hash, user_name, created_at, seen_at, expires_at, revoked_at) VALUES
    ('bb', 'anna', 1790000000000001, 1790000000000002, 1790040000000000, NULL);
INSERT INTO tokens (name, hash, scopes, created_by, created_at, expires_at, used_at, revoked_at) VALUES
    ('ci', 'cc', '["incidents:read"]', 'anna', 1790000000000000, 1800000000000000, NULL, NULL);
UPDATE incidents SET assignee = 'anna' WHERE id = 'inc-old';
