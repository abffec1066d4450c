-- Images, snapshots, buckets, functions and roles that were opened to everybody or to another account
SELECT event_time, principal, access_key_id, action, request, source, event_id
FROM events
WHERE event_name IN ('ModifyImageAttribute', 'ModifySnapshotAttribute', 'ModifyDBSnapshotAttribute',
    'ModifyDBClusterSnapshotAttribute', 'PutBucketPolicy', 'PutBucketAcl', 'PutObjectAcl', 'DeletePublicAccessBlock',
    'DeleteBucketPublicAccessBlock', 'PutBucketPublicAccessBlock', 'AddPermission', 'CreateFunctionUrlConfig',
    'UpdateAssumeRolePolicy', 'SetRepositoryPolicy', 'PutResourcePolicy', 'AddLayerVersionPermission')
  AND outcome = 'success' AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
