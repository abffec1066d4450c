"""Per access key over CloudTrail files, by DuckDB: `duckdb_aggregate.py FOLDER`; prints what was counted."""

import json
import sys

import duckdb

RECORD = """STRUCT(eventTime VARCHAR, errorCode VARCHAR, eventName VARCHAR, sourceIPAddress VARCHAR,
    userIdentity STRUCT(accessKeyId VARCHAR))[]"""

QUERY = """
WITH records AS (
    SELECT unnest(Records) AS e
    FROM read_json('{files}', columns = {{'Records': '{record}'}}, maximum_object_size = 200000000)),
keys AS (
    SELECT e.userIdentity.accessKeyId AS key, count(*) AS events, count(e.errorCode) AS errors,
           min(e.eventTime) AS first, max(e.eventTime) AS last,
           count(DISTINCT e.sourceIPAddress) AS addresses, count(DISTINCT e.eventName) AS actions
    FROM records WHERE key != '' GROUP BY key)
SELECT sum(events), count(*), max(events), sum(errors), sum(addresses), sum(actions), min(first), max(last) FROM keys
"""

files = sys.argv[1] + "/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"
record = " ".join(RECORD.split())
row = duckdb.sql(QUERY.format(files=files, record=record)).fetchall()[0]
print(json.dumps(dict(zip(("with_key", "keys", "busiest"), map(int, row[:3])))))
