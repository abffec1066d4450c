-- Every call of one access key, oldest first (AWS CIRT, question 1)
-- $key: the access key id
SELECT event_time, account_id, region, action, outcome, error_code, source, client(user_agent) AS client, event_id
FROM events
WHERE access_key_id = $key AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
