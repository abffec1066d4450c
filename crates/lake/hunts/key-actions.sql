-- What one access key did, by call, with successes and failures
-- $key: the access key id
SELECT action, access_level(service, event_name) AS access, count(*) FILTER (WHERE outcome = 'success') AS succeeded,
       count(*) FILTER (WHERE outcome = 'denied') AS refused, count(*) FILTER (WHERE outcome = 'failed') AS failed,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE access_key_id = $key AND event_time >= $since AND event_time < $until
GROUP BY action, service, event_name
ORDER BY first_seen, action
