-- Every incident that scans found, the surest first
SELECT id, status, severity, score, title, first_seen, last_seen, array_to_string(access_key_ids, ' ') AS keys
FROM incidents
WHERE last_seen >= $since AND first_seen < $until
ORDER BY score DESC, id
