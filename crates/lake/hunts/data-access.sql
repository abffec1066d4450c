-- What was read of data and secrets: objects, secrets, parameters, tables, snapshots (AWS CIRT, question 4)
-- $key: the access key id; of everybody when left out =
SELECT principal, access_key_id, action, outcome, coalesce(json_get(request, 'bucketName'), json_get(request, 'secretId'),
       json_get(request, 'name'), json_get(request, 'tableName'), json_get(request, 'snapshotId')) AS what,
       count(*) AS events, sum(bytes_out) AS bytes, min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE ($key = '' OR access_key_id = $key) AND event_time >= $since AND event_time < $until
  AND event_name IN ('GetObject', 'CopyObject', 'SelectObjectContent', 'GetSecretValue', 'BatchGetSecretValue',
    'GetParameter', 'GetParameters', 'GetParametersByPath', 'GetItem', 'BatchGetItem', 'Scan', 'Query',
    'GetSnapshotBlock', 'ListSnapshotBlocks', 'ModifySnapshotAttribute', 'CreateSnapshot', 'CopySnapshot',
    'ModifyDBSnapshotAttribute', 'ExportTableToPointInTime', 'StartExportTask', 'GetPasswordData', 'Decrypt')
GROUP BY principal, access_key_id, action, outcome, what
ORDER BY events DESC, principal, access_key_id, action, outcome, what
