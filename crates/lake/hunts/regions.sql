-- In which regions of which accounts something was changed, and since when
SELECT account_id, region, min(event_time) AS first_seen, max(event_time) AS last_seen, count(*) AS events,
       count(DISTINCT principal) AS principals
FROM events
WHERE read_only = false AND outcome = 'success' AND event_time >= $since AND event_time < $until
GROUP BY account_id, region
ORDER BY first_seen DESC, account_id, region
