-- What version 6 brought: settings and views.
INSERT INTO settings (name, version, value, actor_kind, actor, at) VALUES
    ('announced-tests', 2, '[1]', 'person', 'anna', 1790000000000002);
INSERT INTO setting_versions (name, version, value, actor_kind, actor, at) VALUES
    ('announced-tests', 1, '[]', 'person', 'anna', 1790000000000001),
    ('announced-tests', 2, '[1]', 'person', 'anna', 1790000000000002);
INSERT INTO views (user_name, name, version, query, at) VALUES ('anna', 'Mine', 1, 'assignee=anna', 1790000000000003);
