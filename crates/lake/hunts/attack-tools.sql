-- Calls of attackers' tools, secret scanners and attack distributions
SELECT client_kind(user_agent) AS kind, client(user_agent) AS client, principal, access_key_id, source,
       count(*) AS events, min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE (client_kind(user_agent) IN ('offensive', 'secretscanner') OR lower(user_agent) LIKE '%kali%'
    OR lower(user_agent) LIKE '%parrot%') AND event_time >= $since AND event_time < $until
GROUP BY user_agent, principal, access_key_id, source
ORDER BY last_seen DESC, principal, access_key_id, source
