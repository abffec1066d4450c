-- What version 1 could hold: two incidents, one of them told twice, a position, and its audit.
INSERT INTO numbers (name, last) VALUES ('comment', 7);
INSERT INTO incidents (id, version, kind, severity, alert, score, title, folded, first_seen, last_seen, document,
    digest, created_at, updated_at) VALUES
    ('inc-old', 2, 'user-workload', 3, 1, 4096, 'Größe', 'größe', 1790000000000000, 1790003600000000,
        '{"id":"inc-old","n":2}', 'd2', 1790003700000000, 1790007200000000),
    ('inc-tiny', 1, 'root', 1, 0, -5, '', '', 0, 0, '{}', 'd1', 1, 1);
INSERT INTO incident_terms (kind, value, incident_id) VALUES
    ('account', '111122223333', 'inc-old'),
    ('key', 'AKIAEXAMPLE', 'inc-old');
INSERT INTO incident_versions (incident_id, version, at, document) VALUES
    ('inc-old', 1, 1790003700000000, '{"id":"inc-old","n":1}'),
    ('inc-old', 2, 1790007200000000, '{"id":"inc-old","n":2}'),
    ('inc-tiny', 1, 1, '{}');
INSERT INTO positions (source, value, at) VALUES ('s3://trail', '2026/09/21', 1790007200000000);
