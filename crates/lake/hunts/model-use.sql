-- Use of Bedrock models: who calls which, how often, from where
SELECT principal, access_key_id, action, json_get(request, 'modelId') AS model, outcome, source,
       country(address) AS country, count(*) AS events, min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE service IN ('bedrock', 'bedrock-runtime') AND event_time >= $since AND event_time < $until
GROUP BY principal, access_key_id, action, model, outcome, source, address
ORDER BY events DESC, principal, action, model, source
