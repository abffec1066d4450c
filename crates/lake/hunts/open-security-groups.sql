-- Security groups that were opened to the whole internet
SELECT event_time, account_id, region, principal, json_get(request, 'groupId') AS security_group, request, source, event_id
FROM events
WHERE event_name = 'AuthorizeSecurityGroupIngress' AND outcome = 'success'
  AND (request LIKE '%0.0.0.0/0%' OR request LIKE '%"::/0"%') AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
