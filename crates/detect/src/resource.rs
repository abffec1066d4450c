//! What a call was done to and what it made, told from the record's resources, request and answer.

use cloudtrail::{Event, Outcome};
use compact_str::{CompactString, format_compact};
use serde_json::Value;

/// The things that a call names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The one that tells most: an ARN, a name or `s3://bucket/key`; empty when there is none.
    pub(crate) main: CompactString,
    /// All things it was done to, each once. Objects are told by their bucket.
    pub(crate) touched: Vec<CompactString>,
    /// The things that it made; empty for a call that failed.
    pub(crate) made: Vec<CompactString>,
}

/// More names in one record tell nothing further.
const MOST: usize = 32;
/// Requests and answers are not read deeper than this.
const DEEPEST: u32 = 8;

/// Request parameters that name what is acted on, the most telling first.
const NAMES: [&str; 44] = [
    "secretId",
    "secretIdList",
    "accessKeyId",
    "userName",
    "roleName",
    "groupName",
    "roleArn",
    "policyName",
    "functionName",
    "snapshotId",
    "imageId",
    "instanceId",
    "volumeId",
    "keyId",
    "modelId",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "dBSnapshotIdentifier",
    "dBSnapshotArn",
    "tableName",
    "topicArn",
    "queueUrl",
    "queueName",
    "cluster",
    "clusterName",
    "repositoryName",
    "groupId",
    "name",
    "names",
    "detectorId",
    "trailName",
    "emailIdentity",
    "identity",
    "instanceProfileName",
    "stackName",
    "logGroupName",
    "autoScalingGroupName",
    "launchTemplateName",
    "policyArn",
    "path",
    "domainName",
    "serialNumber",
    "userId",
    "principalId",
];

/// Parameters that name things beside the one acted on.
const BESIDE: [&str; 4] = ["role", "sourceSnapshotId", "iamRoleArn", "s3BucketName"];

/// An ARN or a name; empty when the record does not tell.
pub(crate) fn touched(event: &Event) -> CompactString {
    main_of(event, &json(event.request.as_deref()))
}

/// Everything that a call names.
pub(crate) fn named(event: &Event) -> Named {
    let request = json(event.request.as_deref());
    let mut named = Named { main: main_of(event, &request), ..Named::default() };
    let mut add = |text: &str| push(&mut named.touched, text);
    event.resources.iter().for_each(|resource| add(resource));
    if let Some(bucket) = request.get("bucketName").and_then(Value::as_str) {
        add(&format!("arn:aws:s3:::{bucket}"));
    }
    each_text(&request, "", DEEPEST, &mut |_, key, text| {
        // `name` deep in a request is a tag or a filter; an image is what an instance is made of.
        let top = request.get(key).is_some();
        let named =
            NAMES.contains(&key) && !matches!(key, "imageId" | "path") || BESIDE.contains(&key);
        if named && (top || !matches!(key, "name" | "names" | "identity" | "groupName")) {
            add(text);
        }
    });
    if event.outcome == Outcome::Success {
        named.made = made(event, &request);
        let made = &named.made;
        named.touched.retain(|name| !made.contains(name));
    }
    named
}

/// What a call that makes something has made: names in request and answer whose key says what the
/// action's name says, as `snapshotId` does of `CreateSnapshot`.
fn made(event: &Event, request: &Value) -> Vec<CompactString> {
    const MAKES: [&str; 9] =
        ["Create", "Run", "Register", "Copy", "Import", "Restore", "Allocate", "Request", "Start"];
    let noun = MAKES.iter().find_map(|verb| event.name.strip_prefix(verb));
    let Some(noun) = noun else { return Vec::new() };
    let noun = intel::action::base_name(noun).trim_end_matches('s').to_ascii_lowercase();
    let mut made = Vec::new();
    // What is started is there already; what it starts has an id in the answer only.
    if event.name.starts_with("Create") || event.name.starts_with("Register") {
        if let Some(bucket) = request.get("bucketName").filter(|_| noun == "bucket") {
            push(&mut made, &format!("arn:aws:s3:::{}", bucket.as_str().unwrap_or_default()));
        }
        each_text(request, "", 1, &mut |_, key, text| {
            let whole =
                matches!(key, "name" | "family") || noun == "securitygroup" && key == "groupName";
            if whole || says(key, &noun) {
                push(&mut made, text);
            }
        });
    }
    let answer = json(event.response.as_deref());
    let asked = event.request.as_deref().unwrap_or_default();
    each_text(&answer, "", DEEPEST, &mut |parent, key, text| {
        let key = if key == "arn" { parent } else { key };
        // The unique ids of IAM stand beside names that people know.
        let unique = event.service == "iam" && key.ends_with("Id") && key != "accessKeyId";
        let named = says(key, &noun) || noun == "securitygroup" && key == "groupId";
        let there = || asked.contains(&format!("\"{text}\""));
        if named && !unique && (text.starts_with("arn:") || !there()) {
            push(&mut made, text);
        }
    });
    made
}

/// Whether a key names what an action's noun, in small letters, is about.
fn says(key: &str, noun: &str) -> bool {
    let stem = ["Identifier", "Name", "Arn", "Id"]
        .iter()
        .find_map(|suffix| key.strip_suffix(suffix))
        .unwrap_or(key)
        .to_ascii_lowercase();
    stem.len() > 2 && (noun == stem || noun.ends_with(&stem) && noun.len() <= stem.len() + 2)
}

fn main_of(event: &Event, request: &Value) -> CompactString {
    let text = |key: &str| {
        let value = request.get(key)?;
        value.as_str().or_else(|| value.get(0)?.as_str()).filter(|text| !text.is_empty())
    };
    if let Some(bucket) = text("bucketName") {
        return match text("key") {
            Some(key) => format_compact!("s3://{bucket}/{key}"),
            None => format_compact!("s3://{bucket}"),
        };
    }
    if let Some(name) = NAMES.iter().find_map(|key| text(key)) {
        return CompactString::new(name);
    }
    let instance = request.pointer("/instancesSet/items/0/instanceId").and_then(Value::as_str);
    let first = || event.resources.first().cloned().unwrap_or_default();
    instance.map_or_else(first, CompactString::new)
}

fn json(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Calls `tell` with parent key, key and text of every text in a document. Items of a list have
/// the list's keys.
fn each_text(value: &Value, parent: &str, deep: u32, tell: &mut impl FnMut(&str, &str, &str)) {
    let Value::Object(fields) = value else { return };
    for (key, value) in fields {
        within(value, parent, key, deep, tell);
    }
}

fn within(
    value: &Value,
    parent: &str,
    key: &str,
    deep: u32,
    tell: &mut impl FnMut(&str, &str, &str),
) {
    match value {
        Value::String(text) => tell(parent, key, text),
        Value::Array(items) => items.iter().for_each(|item| within(item, parent, key, deep, tell)),
        Value::Object(_) if deep > 1 => each_text(value, key, deep - 1, tell),
        _ => {}
    }
}

/// Adds a name once. What AWS owns, as its managed policies, is nobody's resource.
fn push(names: &mut Vec<CompactString>, text: &str) {
    let by_aws = text.starts_with("arn:aws:iam::aws:") || text.starts_with("HIDDEN_DUE_TO");
    let room = names.len() < MOST && !text.is_empty();
    if room && !by_aws && !names.iter().any(|known| known == text) {
        names.push(CompactString::new(text));
    }
}

#[cfg(test)]
mod tests {
    use cloudtrail::Event;
    use cloudtrail::decode::decode;

    use super::named;

    fn event(fields: &str) -> Event {
        let record = format!(
            r#"{{"Records":[{{"eventVersion":"1.09","eventTime":"2026-01-02T03:04:05Z","eventID":"e","awsRegion":"eu-west-1","sourceIPAddress":"88.198.1.2","userIdentity":{{"type":"IAMUser","userName":"eve"}},{fields}}}]}}"#
        );
        let mut events = Vec::new();
        decode(record.as_bytes(), &mut |event| events.push(event));
        events.pop().unwrap()
    }

    #[track_caller]
    fn check(fields: &str, touched: &[&str], made: &[&str]) {
        let named = named(&event(fields));
        assert_eq!(named.touched, touched);
        assert_eq!(named.made, made);
    }

    #[test]
    fn instances_are_made_and_their_groups_are_touched() {
        check(
            r#""eventSource":"ec2.amazonaws.com","eventName":"RunInstances","requestParameters":{"instancesSet":{"items":[{"imageId":"ami-1","keyName":"k"}]},"groupSet":{"items":[{"groupId":"sg-1"}]}},"responseElements":{"instancesSet":{"items":[{"instanceId":"i-1","imageId":"ami-1"},{"instanceId":"i-2"}]}}"#,
            &["sg-1"],
            &["i-1", "i-2"],
        );
    }

    #[test]
    fn what_is_in_the_request_already_was_there_before() {
        check(
            r#""eventSource":"ec2.amazonaws.com","eventName":"CreateSnapshot","requestParameters":{"volumeId":"vol-1"},"responseElements":{"snapshotId":"snap-1","volumeId":"vol-1"}"#,
            &["vol-1"],
            &["snap-1"],
        );
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","requestParameters":{"userName":"bob"},"responseElements":{"accessKey":{"userName":"bob","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}"#,
            &["bob"],
            &["AKIAIOSFODNN7EXAMPLE"],
        );
    }

    #[test]
    fn a_call_that_failed_made_nothing() {
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"CreateUser","errorCode":"AccessDenied","requestParameters":{"userName":"bob"}"#,
            &["bob"],
            &[],
        );
    }

    #[test]
    fn names_and_arns_of_what_was_made() {
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"CreateUser","requestParameters":{"userName":"bob"},"responseElements":{"user":{"userName":"bob","userId":"AIDAX","arn":"arn:aws:iam::1:user/bob"}}"#,
            &[],
            &["bob", "arn:aws:iam::1:user/bob"],
        );
        check(
            r#""eventSource":"lambda.amazonaws.com","eventName":"CreateFunction20150331","requestParameters":{"functionName":"f","role":"arn:aws:iam::1:role/r"},"responseElements":{"functionName":"f","functionArn":"arn:aws:lambda:eu-west-1:1:function:f"}"#,
            &["arn:aws:iam::1:role/r"],
            &["f", "arn:aws:lambda:eu-west-1:1:function:f"],
        );
        check(
            r#""eventSource":"ec2.amazonaws.com","eventName":"CreateSecurityGroup","requestParameters":{"groupName":"g","vpcId":"vpc-1"},"responseElements":{"groupId":"sg-9"}"#,
            &[],
            &["g", "sg-9"],
        );
    }

    #[test]
    fn objects_are_told_by_their_bucket_and_what_aws_owns_is_left_out() {
        check(
            r#""eventSource":"s3.amazonaws.com","eventName":"GetObject","requestParameters":{"bucketName":"b","key":"a/b"}"#,
            &["arn:aws:s3:::b"],
            &[],
        );
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","requestParameters":{"userName":"bob","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}"#,
            &["bob"],
            &[],
        );
    }
}
