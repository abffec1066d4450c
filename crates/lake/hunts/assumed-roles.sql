-- Which roles were assumed, by whom, and the session that came of it (AWS CIRT, question 5)
-- $key: the access key id; of everybody when left out =
SELECT event_time, principal, access_key_id, account_id, json_get(request, 'roleArn') AS role,
       json_get(request, 'roleSessionName') AS session, made_key_id, outcome, source, event_id
FROM events
WHERE ($key = '' OR access_key_id = $key) AND event_time >= $since AND event_time < $until
  AND service = 'sts' AND event_name IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot')
ORDER BY event_time, event_id
