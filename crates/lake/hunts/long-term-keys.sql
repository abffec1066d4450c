-- Long-term keys: since when each was seen, when last, from how many places
SELECT access_key_id, principal, identity_account_id AS account, min(event_time) AS first_seen, max(event_time) AS last_seen,
       count(DISTINCT day) AS days, count(*) AS events, count(DISTINCT address) AS addresses,
       count(DISTINCT region) AS regions
FROM events
WHERE credential_type = 'long-term' AND event_time >= $since AND event_time < $until
GROUP BY access_key_id, principal, identity_account_id
ORDER BY last_seen DESC, access_key_id
