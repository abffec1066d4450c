-- Callers from other accounts: who they are and what they did
SELECT identity_account_id AS from_account, account_id AS in_account, principal, count(*) AS events,
       count(DISTINCT action) AS actions, count(*) FILTER (WHERE outcome = 'denied') AS refused,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE identity_account_id <> account_id AND event_time >= $since AND event_time < $until
GROUP BY identity_account_id, account_id, principal
ORDER BY first_seen DESC, from_account, in_account, principal
