-- Buckets in which objects were deleted or overwritten with another key, and by whom
SELECT json_get(request, 'bucketName') AS bucket_name, action, principal, access_key_id, source, count(*) AS events,
       min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE service = 's3' AND outcome = 'success' AND event_time >= $since AND event_time < $until
  AND event_name IN ('DeleteObject', 'DeleteObjects', 'DeleteBucket', 'PutBucketLifecycle',
    'PutBucketLifecycleConfiguration', 'PutBucketVersioning', 'PutBucketEncryption', 'DeleteBucketPolicy')
GROUP BY bucket_name, action, principal, access_key_id, source
ORDER BY events DESC, bucket_name, action, principal, source
