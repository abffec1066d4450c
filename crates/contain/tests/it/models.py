"""Compares requests with AWS's own descriptions of its services, which botocore ships.

Reads lines of JSON: the service, the operation, the names of the fields as they were sent. Prints what AWS
would not know or would miss.
"""

import json
import sys

import botocore.session

session = botocore.session.Session()
for line in sys.stdin:
    service, operation, sent = json.loads(line)
    model = session.get_service_model(service)
    if operation not in model.operation_names:
        print(f"{service}: no operation {operation}")
        continue
    shape = model.operation_model(operation).input_shape
    names = {}
    for name, member in shape.members.items() if shape else ():
        wire = member.serialization.get("name", name)
        if model.metadata["protocol"] == "ec2":
            wire = wire[0].upper() + wire[1:]
        names[wire] = name
    for name in sent:
        if name not in names:
            print(f"{service}:{operation}: no field {name}")
    for name in shape.required_members if shape else ():
        if name not in [names.get(wire) for wire in sent]:
            print(f"{service}:{operation}: {name} is missing")
