-- Which credentials one access key made or ended
-- $key: the access key id
SELECT event_time, how, made_kind, made_owner, made_key_id, made_ends, event_id
FROM lineage
WHERE maker_key_id = $key AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
