-- From which addresses and with which clients one access key was used, and when first and last (AWS CIRT, question 2)
-- $key: the access key id
SELECT source, network_class(address) AS network, as_name(address) AS as_name, country(address) AS country,
       user_agent, min(event_time) AS first_seen, max(event_time) AS last_seen, count(*) AS events,
       count(*) FILTER (WHERE outcome = 'denied') AS refused
FROM events
WHERE access_key_id = $key AND event_time >= $since AND event_time < $until
GROUP BY source, address, user_agent
ORDER BY first_seen, source, user_agent
