-- Instances that were started: type, image, where, by whom
SELECT event_time, account_id, region, principal, access_key_id, outcome, error_code,
       json_get(request, 'instanceType') AS instance_type, json_get(response, 'instancesSet.items.0.imageId') AS image,
       json_get(response, 'instancesSet.items.0.instanceId') AS instance, source, event_id
FROM events
WHERE service = 'ec2' AND event_name IN ('RunInstances', 'RequestSpotInstances', 'CreateFleet') AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
