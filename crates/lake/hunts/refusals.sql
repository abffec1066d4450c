-- What was refused, to whom, and how often (AWS CIRT, question 6)
-- $key: the access key id; of everybody when left out =
SELECT principal, access_key_id, action, error_code, count(*) AS events, count(DISTINCT source) AS sources,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE ($key = '' OR access_key_id = $key) AND event_time >= $since AND event_time < $until AND outcome = 'denied'
GROUP BY principal, access_key_id, action, error_code
ORDER BY events DESC, principal, access_key_id, action, error_code
