-- Logs, detectors and alarms that were switched off or weakened
SELECT event_time, account_id, region, principal, access_key_id, action, outcome, request, source, event_id
FROM events
WHERE event_name IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteFlowLogs',
    'DeleteDetector', 'UpdateDetector', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount',
    'StopMonitoringMembers', 'CreateFilter', 'DeleteConfigurationRecorder', 'StopConfigurationRecorder',
    'DeleteDeliveryChannel', 'DeleteConfigRule', 'DisableSecurityHub', 'BatchDisableStandards', 'DeleteAlarms',
    'DisableAlarmActions', 'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'LeaveOrganization',
    'DeleteRule', 'DisableRule', 'DeleteEventDataStore', 'StopEventDataStoreIngestion', 'DisableKey',
    'ScheduleKeyDeletion')
  AND event_time >= $since AND event_time < $until
ORDER BY event_time, event_id
