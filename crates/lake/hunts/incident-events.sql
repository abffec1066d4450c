-- The suspicious events of one incident, in order
-- $incident: the id of the incident
SELECT event_time, principal, access_key_id, action, outcome, source, client(user_agent) AS client, event_id
FROM events
WHERE event_id IN (SELECT unnest(event_ids) FROM incidents WHERE id = $incident) AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
