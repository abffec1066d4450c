-- Addresses outside your networks from which several long-term keys were used
-- $least: how many keys at least = 2
SELECT address, as_name(address) AS as_name, network_class(address) AS network, country(address) AS country,
       count(DISTINCT access_key_id) AS keys, count(DISTINCT principal) AS principals, count(*) AS events,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE address IS NOT NULL AND credential_type = 'long-term' AND event_time >= $since AND event_time < $until
  AND network_class(address) NOT IN ('known', 'private', 'reserved')
GROUP BY address
HAVING count(DISTINCT access_key_id) >= CAST($least AS BIGINT)
ORDER BY keys DESC, address
