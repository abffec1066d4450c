-- What the root of an account did
SELECT event_time, account_id, action, outcome, source, country(address) AS country, mfa_used, user_agent, event_id
FROM events
WHERE identity_type = 'Root' AND invoked_by IS NULL AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
