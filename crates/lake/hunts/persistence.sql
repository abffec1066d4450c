-- Ways to stay that were made: users, keys, passwords, roles, trust, functions, instances (AWS CIRT, question 3)
-- $key: the access key id; of everybody when left out =
SELECT event_time, principal, access_key_id, action, made_kind, made_owner, made_key_id, request, source, event_id
FROM events
WHERE ($key = '' OR access_key_id = $key) AND event_time >= $since AND event_time < $until AND outcome = 'success'
  AND event_name IN ('CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateRole',
    'UpdateAssumeRolePolicy', 'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy',
    'PutRolePolicy', 'PutGroupPolicy', 'AddUserToGroup', 'CreatePolicyVersion', 'SetDefaultPolicyVersion',
    'CreateServiceSpecificCredential', 'CreateVirtualMFADevice', 'EnableMFADevice', 'DeactivateMFADevice',
    'CreateSAMLProvider', 'CreateOpenIDConnectProvider', 'CreateInstanceProfile', 'CreateFunctionUrlConfig',
    'AddPermission', 'RunInstances', 'ImportKeyPair', 'CreateKeyPair', 'GetFederationToken', 'CreatePermissionSet',
    'CreateAccountAssignment', 'PutBucketPolicy', 'CreateTrustAnchor')
ORDER BY event_time, event_id
