"""What a dossier counts of one access key, by DuckDB over CloudTrail files: `duckdb_dossier.py FOLDER KEY`."""

import json
import sys

import duckdb

RECORD = """STRUCT(eventTime TIMESTAMP, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR,
    sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, recipientAccountId VARCHAR,
    userIdentity STRUCT(accessKeyId VARCHAR, arn VARCHAR))[]"""

EVENTS = """
CREATE TEMP TABLE events AS SELECT e.* FROM (
    SELECT unnest(Records) AS e
    FROM read_json('{files}', columns = {{'Records': '{record}'}}, maximum_object_size = 200000000))
WHERE e.userIdentity.accessKeyId = '{key}'
"""

# One pass over the files; everything else is asked of the key's events alone.
TABLES = {
    "principals": "userIdentity.arn",
    "accounts": "recipientAccountId",
    "regions": "awsRegion",
    "services": "eventSource",
    "actions": "eventSource || ':' || eventName",
    "addresses": "sourceIPAddress",
    "clients": "userAgent",
    "errors": "errorCode",
    "pivot": "sourceIPAddress || ' ' || eventSource || ':' || eventName",
    "hours": "dayofweek(eventTime) || ' ' || hour(eventTime)",
}

folder, key = sys.argv[1:3]
record = " ".join(RECORD.split())
files = folder + "/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"
duckdb.sql(EVENTS.format(files=files, record=record, key=key.replace("'", "''")))
events, first, last = duckdb.sql("SELECT count(*), min(eventTime), max(eventTime) FROM events").fetchall()[0]
told = {"events": events, "first_seen": str(first), "last_seen": str(last)}
for name, value in TABLES.items():
    told[name] = duckdb.sql(
        f"""SELECT {value} AS value, count(*) AS events, count(errorCode) AS failed, min(eventTime), max(eventTime),
        count(DISTINCT eventTime::DATE) FROM events WHERE {value} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 50"""
    ).fetchall()
print(json.dumps(told, default=str))
