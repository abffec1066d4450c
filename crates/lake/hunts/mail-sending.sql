-- Preparations to send mail: identities, limits, sending switched on
SELECT event_time, account_id, region, principal, access_key_id, action, outcome, source, event_id
FROM events
WHERE service = 'ses' AND event_name IN ('GetSendQuota', 'GetAccount', 'GetAccountSendingEnabled', 'ListIdentities',
    'ListEmailIdentities', 'VerifyEmailIdentity', 'VerifyDomainIdentity', 'CreateEmailIdentity',
    'UpdateAccountSendingEnabled', 'PutAccountDetails', 'PutAccountSendingAttributes', 'SendEmail', 'SendRawEmail')
  AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
