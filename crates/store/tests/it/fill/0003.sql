-- What version 3 brought: exceptions.
INSERT INTO exceptions (number, version, expression, reason, owner, created_at, expires_at, ended_at) VALUES
    (1, 1, 'principal == "x"', 'CI', 'anna', 1790007200000000, 1800000000000000, NULL),
    (2, 2, 'true', 'wrong', 'bert', 1790007200000000, 1800000000000000, 1790007200000001);
INSERT INTO hidden_incidents (exception, incident_id, first_at, last_at) VALUES
    (1, 'inc-gone', 1790007200000000, 1790007200000005);
