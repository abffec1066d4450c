-- Console sign-ins of users and roots that succeeded without a second factor
SELECT principal, account_id, source, country(address) AS country, count(*) AS events, min(event_time) AS first_seen,
       max(event_time) AS last_seen
FROM events
WHERE service = 'signin' AND event_name = 'ConsoleLogin' AND outcome = 'success' AND mfa_used = false
  AND identity_type IN ('IAMUser', 'Root') AND event_time >= $since AND event_time < $until
GROUP BY principal, account_id, source, address
ORDER BY last_seen DESC, principal, source
