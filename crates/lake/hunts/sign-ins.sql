-- Sign-ins to the console: from where, with a second factor or without
SELECT event_time, account_id, principal, identity_type, outcome, mfa_used, source, country(address) AS country,
       as_name(address) AS as_name, network_class(address) AS network, client(user_agent) AS browser, event_id
FROM events
WHERE service = 'signin' AND event_name IN ('ConsoleLogin', 'SwitchRole', 'CheckMfa') AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
