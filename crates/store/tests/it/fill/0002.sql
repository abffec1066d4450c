-- What version 2 brought: workflow, verdicts, comments.
UPDATE incidents SET status = 'closed', reason = 'routine-test', closed_at = 1790007300000000, verdict = 'test'
    WHERE id = 'inc-tiny';
INSERT INTO verdicts (number, incident_id, verdict, reason, actor_kind, actor, at) VALUES
    (1, 'inc-tiny', 'test', 'announced', 'person', 'anna', 1790007300000000);
INSERT INTO comments (number, incident_id, actor_kind, actor, version, text, created_at, edited_at, deleted_at,
    deleted_by) VALUES
    (6, 'inc-old', 'person', 'anna', 2, 'edited *twice*', 1790007200000000, 1790007200000001, NULL, NULL),
    (7, 'inc-old', 'token', 'ci', 2, '', 1790007200000000, NULL, 1790007200000002, 'anna');
INSERT INTO comment_versions (comment, version, text, at) VALUES (6, 1, 'first', 1790007200000001);
