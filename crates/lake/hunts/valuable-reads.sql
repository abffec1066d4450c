-- Reads that are worth much to a thief and rare for everybody else
SELECT action, tactics(service, event_name) AS tactics, principal, source, outcome, count(*) AS events,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE is_hot(service, event_name) AND event_time >= $since AND event_time < $until
GROUP BY action, service, event_name, principal, source, outcome
ORDER BY events, action, principal, source, outcome
