-- Credentials of EC2 instances that were used from outside Amazon's networks
SELECT principal, access_key_id, source, as_name(address) AS as_name, country(address) AS country, count(*) AS events,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE principal_kind = 'instance' AND address IS NOT NULL AND vpc_endpoint_id IS NULL
  AND network_class(address) NOT IN ('aws', 'known', 'private') AND event_time >= $since AND event_time < $until
GROUP BY principal, access_key_id, source, address
ORDER BY first_seen, principal, access_key_id, source
