-- Who read secrets and parameters, how many, and from where
SELECT principal, source, as_name(address) AS as_name, outcome, count(*) AS events,
       count(DISTINCT coalesce(json_get(request, 'secretId'), json_get(request, 'name'))) AS secrets,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE event_name IN ('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath')
  AND event_time >= $since AND event_time < $until
GROUP BY principal, source, address, outcome
ORDER BY secrets DESC, principal, source, outcome
