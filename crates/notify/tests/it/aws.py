"""AWS, played by moto, which checks signatures and permissions; ends with its input.

A queue hears what the topics and the bus are told. The one identity may do what the channels need,
and is named first; `read` tells what has arrived, `deny` takes its rights away, `trust` ends the
checks.
"""

import json
import logging
import sys

import boto3
from moto import settings
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
REGION = "eu-west-1"
ACTIONS = ["sns:Publish", "events:PutEvents", "securityhub:BatchImportFindings", "s3:PutObject"]

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
endpoint = f"http://127.0.0.1:{port}"


def client(service):
    names = {"aws_access_key_id": "setup", "aws_secret_access_key": "setup"}
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint, **names)


def check_requests(on):
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0 if on else float("inf")


def queue_of(name):
    queue = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    names = ["QueueArn"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return queue, arn["Attributes"]["QueueArn"]


def topic(name, queue, attributes):
    arn = client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
    client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return arn


queues = {name: queue_of(name) for name in ("topic", "bus")}
plain = topic("incidents", queues["topic"][1], {})
client("events").create_event_bus(Name="security")
pattern = json.dumps({"source": ["keyhound"]})
client("events").put_rule(Name="all", EventBusName="security", EventPattern=pattern)
target = {"Id": "queue", "Arn": queues["bus"][1]}
client("events").put_targets(Rule="all", EventBusName="security", Targets=[target])
client("s3").create_bucket(
    Bucket="findings", CreateBucketConfiguration={"LocationConstraint": REGION}
)
client("securityhub").enable_security_hub()
iam = client("iam")
iam.create_user(UserName="keyhound")
allowed = {"Effect": "Allow", "Action": ACTIONS, "Resource": "*"}
document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
iam.put_user_policy(UserName="keyhound", PolicyName="notify", PolicyDocument=document)
key = iam.create_access_key(UserName="keyhound")["AccessKey"]


def received(name):
    answer = client("sqs").receive_message(QueueUrl=queues[name][0], MaxNumberOfMessages=10)
    messages = answer.get("Messages", [])
    for message in messages:
        client("sqs").delete_message(
            QueueUrl=queues[name][0], ReceiptHandle=message["ReceiptHandle"]
        )
    return [json.loads(message["Body"]) for message in messages]


def read():
    s3 = client("s3")
    names = [item["Key"] for item in s3.list_objects_v2(Bucket="findings").get("Contents", [])]
    read_object = lambda name: s3.get_object(Bucket="findings", Key=name)["Body"].read().decode()
    return {
        "topic": received("topic"),
        "bus": received("bus"),
        "findings": client("securityhub").get_findings()["Findings"],
        "objects": {name: read_object(name) for name in names},
    }


print(
    json.dumps(
        {"port": port, "id": key["AccessKeyId"], "secret": key["SecretAccessKey"], "topic": plain}
    ),
    flush=True,
)
check_requests(True)
for line in sys.stdin:
    check_requests(False)
    answer = {}
    if line.strip() == "read":
        answer = read()
    if line.strip() == "deny":
        iam.delete_user_policy(UserName="keyhound", PolicyName="notify")
    # It signs forms as Python writes them, which is not how browsers do where `*` and `~` are.
    check_requests(line.strip() != "trust")
    print(json.dumps(answer, default=str), flush=True)
