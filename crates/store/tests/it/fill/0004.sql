-- What version 4 brought: notifications.
INSERT INTO notifications (number, incident_id, incident_version, channel, key, body, state, attempts, created_at,
    due_at, leased_until, sent_at, error, thread) VALUES
    (1, 'inc-old', 1, 'slack', 'v1', '{}', 'sent', 1, 1790003700000000, 1790003700000000, NULL, 1790003700000001,
        NULL, '1790003700.1'),
    (2, 'inc-old', 2, 'slack', 'v2', '{}', 'failed', 3, 1790007200000000, 1790007800000000, NULL, NULL, '503', NULL),
    (3, 'inc-old', 2, 'mail', 'v2', '{}', 'dead', 9, 1790007200000000, 1790007800000000, NULL, NULL, 'refused', NULL);
