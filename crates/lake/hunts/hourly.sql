-- How many calls each principal made in each hour of the week
-- $principal: the principal
SELECT date_part('dow', event_time) AS day_of_week, date_part('hour', event_time) AS hour, count(*) AS events,
       count(DISTINCT day) AS days
FROM events
WHERE principal = $principal AND event_time >= $since AND event_time < $until
GROUP BY day_of_week, hour
ORDER BY day_of_week, hour
