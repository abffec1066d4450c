-- Which keys and principals were used from one address
-- $address: the address
SELECT principal, access_key_id, count(*) AS events, count(*) FILTER (WHERE outcome = 'denied') AS refused,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE address = $address AND event_time >= $since AND event_time < $until
GROUP BY principal, access_key_id
ORDER BY first_seen, principal, access_key_id
