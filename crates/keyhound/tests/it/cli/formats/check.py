"""Holds one output of Keyhound, on standard input, to the schema of whoever reads it.

Prints a line for each fault and ends with 1 if there is one. The schemas come with packages that
`cargo xtask test` installs; nothing is fetched.
"""

import json
import re
import sys


def ocsf(text):
    """Each line against class 2004 of OCSF 1.6, with the constraints that JSON Schema leaves out."""
    import fastjsonschema
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    raw = get_ocsf_schema("1.6.0")
    schema = OcsfJsonSchemaEmbedded(raw).get_class_schema("detection_finding", profiles=["cloud"])
    validate = fastjsonschema.compile(closed(schema))
    for line in text.splitlines():
        finding = json.loads(line)
        try:
            validate(finding)
        except fastjsonschema.JsonSchemaException as fault:
            yield f"{finding['finding_info']['uid']}: {fault}"
        yield from constrained(raw, raw["classes"]["detection_finding"], finding, "finding")


def closed(schema):
    """The schema for a checker of draft 7, which takes every `$` of a pattern for its end."""
    schema = json.loads(json.dumps(schema))
    schema.pop("$schema", None)
    schema.pop("$id", None)
    literal = re.compile(r"\[[^\]]*\]")

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("pattern"), str):
                value["pattern"] = literal.sub(lambda found: re.sub(r"(?<!\\)\$", r"\\$", found[0]), value["pattern"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(schema)
    return schema


def constrained(raw, kind, value, path):
    """The constraints `at_least_one` and `just_one` of every object, and its unknown attributes."""
    for rule, names in (kind.get("constraints") or {}).items():
        given = sum(name in value for name in names)
        if rule == "at_least_one" and given < 1 or rule == "just_one" and given != 1:
            yield f"{path}: {rule} of {names}"
    for name, inner in value.items():
        known = kind["attributes"].get(name)
        if known is None:
            yield f"{path}.{name} is no attribute"
            continue
        if known.get("type") != "object_t" or known.get("object_type") in (None, "object"):
            continue
        inner_kind = raw["objects"][known["object_type"]]
        for one in inner if isinstance(inner, list) else [inner]:
            yield from constrained(raw, inner_kind, one, f"{path}.{name}")


def asff(text):
    """Each line as a request of BatchImportFindings, by AWS's own model and documented lengths."""
    import botocore.session
    from botocore.validate import ParamValidator

    service = botocore.session.get_session().get_service_model("securityhub")
    shape = service.operation_model("BatchImportFindings").input_shape
    member = service.shape_for("AwsSecurityFinding")
    times = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
    for line in text.splitlines():
        request = json.loads(line)
        report = ParamValidator().validate(request, shape)
        if report.has_errors():
            yield report.generate_report()
        if not 1 <= len(request["Findings"]) <= 100:
            yield "1 to 100 findings go into a request"
        for finding in request["Findings"]:
            yield from (f"{finding['Id']}: {fault}" for fault in patterns(member, finding, "finding"))
            lengths = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}
            for name, most in lengths.items():
                if not 1 <= len(finding[name]) <= most:
                    yield f"{finding['Id']}: {name} has {len(finding[name])} characters"
            if len(finding["Remediation"]["Recommendation"]["Text"]) > 512:
                yield f"{finding['Id']}: the recommendation is too long"
            if not 1 <= len(finding["Resources"]) <= 32 or len(finding["Types"]) > 50:
                yield f"{finding['Id']}: too many resources or types, or none"
            if len(finding["ProductFields"]) > 50:
                yield f"{finding['Id']}: too many product fields"
            for name, value in finding["ProductFields"].items():
                if len(name) > 128 or len(value) > 2048:
                    yield f"{finding['Id']}: the product field {name} is too long"
            if not re.fullmatch(r"\d{12}", finding["AwsAccountId"]):
                yield f"{finding['Id']}: no account"
            for name in ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"):
                if not times.match(finding[name]):
                    yield f"{finding['Id']}: {name} is no time"
            product = r"arn:aws(-cn|-us-gov)?:securityhub:[a-z0-9-]+:\d{12}:product/\d{12}/default"
            if not re.fullmatch(product, finding["ProductArn"]):
                yield f"{finding['Id']}: {finding['ProductArn']} is no product"


def patterns(shape, value, path):
    """What the model says of texts and of choices, which botocore itself leaves to the service."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from patterns(shape.members[name], inner, f"{path}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            yield from patterns(shape.member, inner, path)
    elif shape.type_name == "map":
        for inner in value.values():
            yield from patterns(shape.value, inner, path)
    elif shape.type_name == "string":
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value):
            yield f"{path}: {value!r} is not {pattern}"
        choices = shape.metadata.get("enum")
        if choices and value not in choices:
            yield f"{path}: {value!r} is none of {choices}"


def stix(text):
    """The bundle, every object and pattern, by OASIS's own library."""
    import stix2
    from stix2patterns.validator import run_validator

    bundle = stix2.parse(text, version="2.1", allow_custom=False)
    ids = {one["id"] for one in bundle.get("objects", [])}
    for one in bundle.get("objects", []):
        if one["type"] == "indicator":
            yield from run_validator(one["pattern"], stix_version="2.1")
        for name in ("created_by_ref", "source_ref", "target_ref"):
            if name in one and one[name] not in ids:
                yield f"{one['id']}: {name} leads out of the bundle"
    if len(ids) != len(bundle.get("objects", [])):
        yield "an id is there twice"


def navigator(text):
    """The layer, by what its format 4.5 asks for."""
    layer = json.loads(text)
    versions = layer["versions"]
    if versions["layer"] != "4.5" or layer["domain"] != "enterprise-attack" or not layer["name"]:
        yield "no layer 4.5 of enterprise-attack"
    for name in ("attack", "navigator"):
        if not re.fullmatch(r"\d+(\.\d+)*", versions[name]):
            yield f"versions.{name} is {versions[name]!r}"
    gradient = layer["gradient"]
    if len(gradient["colors"]) < 2 or gradient["minValue"] >= gradient["maxValue"]:
        yield "no gradient"
    seen = set()
    for one in layer["techniques"]:
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", one["techniqueID"]) or one["techniqueID"] in seen:
            yield f"{one['techniqueID']} is no technique, or twice"
        seen.add(one["techniqueID"])
        if not gradient["minValue"] <= one["score"] <= gradient["maxValue"]:
            yield f"{one['techniqueID']} is off the gradient"


def main():
    check = {"ocsf": ocsf, "asff": asff, "stix": stix, "navigator": navigator}[sys.argv[1]]
    faults = list(check(sys.stdin.buffer.read().decode()))
    print("\n".join(map(str, faults[:40])))
    sys.exit(1 if faults else 0)


main()
