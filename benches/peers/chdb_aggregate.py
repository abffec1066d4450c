"""Per access key over CloudTrail files, by ClickHouse: `chdb_aggregate.py FOLDER`; prints what was counted."""

import json
import sys

import chdb

RECORD = """Tuple(
    eventTime String, errorCode Nullable(String), eventName String, sourceIPAddress String,
    userIdentity Tuple(accessKeyId Nullable(String)))"""

QUERY = """
SELECT sum(events) AS with_key, count() AS keys, max(events) AS busiest,
       sum(errors) AS errors, sum(addresses) AS addresses, sum(actions) AS actions, min(first) AS first, max(last) AS last
FROM (
    SELECT tupleElement(e.userIdentity, 'accessKeyId') AS key, count() AS events,
           countIf(e.errorCode IS NOT NULL) AS errors, min(e.eventTime) AS first, max(e.eventTime) AS last,
           uniqExact(e.sourceIPAddress) AS addresses, uniqExact(e.eventName) AS actions
    FROM (SELECT arrayJoin(Records) AS e
          FROM file('{files}', 'JSONEachRow', 'Records Array({record})'))
    WHERE key != '' GROUP BY key)
"""

files = sys.argv[1] + "/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"
row = str(chdb.query(QUERY.format(files=files, record=RECORD), "JSONEachRow"))
answer = json.loads(row)
print(json.dumps({name: int(answer[name]) for name in ("with_key", "keys", "busiest")}))
