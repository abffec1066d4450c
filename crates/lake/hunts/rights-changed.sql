-- Who changed who may do what
SELECT event_time, account_id, principal, access_key_id, action, outcome, request, source, event_id
FROM events
WHERE access_level(service, event_name) = 'permissions' AND read_only = false AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
