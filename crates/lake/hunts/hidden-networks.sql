-- Calls from Tor, VPNs and relays
SELECT network_class(address) AS network, network_name(address) AS name, principal, access_key_id, source,
       count(*) AS events, count(*) FILTER (WHERE outcome = 'denied') AS refused, min(event_time) AS first_seen,
       max(event_time) AS last_seen
FROM events
WHERE network_class(address) IN ('tor', 'vpn', 'relay') AND event_time >= $since AND event_time < $until
GROUP BY address, principal, access_key_id, source
ORDER BY events DESC, principal, access_key_id, source
