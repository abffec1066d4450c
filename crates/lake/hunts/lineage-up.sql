-- Who made one access key
-- $key: the access key id
SELECT event_time, how, maker, maker_arn, maker_key_id, made_kind, made_owner, made_ends, event_id
FROM lineage
WHERE made_key_id = $key AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
