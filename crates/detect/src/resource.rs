//! What a call was done to and what it made, told from the record's resources, request and answer.

use std::collections::HashMap;
use std::sync::LazyLock;

use cloudtrail::{Event, Outcome};
use compact_str::{CompactString, format_compact};
use foldhash::fast::FixedState;

use crate::texts::{Text, texts};

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
    main_of(event, &texts(event.request.as_deref().unwrap_or_default()))
}

/// Everything that a call names.
pub(crate) fn named(event: &Event) -> Named {
    let request = texts(event.request.as_deref().unwrap_or_default());
    let mut named = Named { main: main_of(event, &request), ..Named::default() };
    event.resources.iter().for_each(|resource| push(&mut named.touched, resource));
    if let Some(bucket) = top(&request, "bucketName") {
        push(&mut named.touched, &format_compact!("arn:aws:s3:::{bucket}"));
    }
    for at in &request {
        let key = &*at.key;
        // `name` deep in a request is a tag or a filter; an image is what an instance is made of.
        let vague = matches!(key, "name" | "names" | "identity" | "groupName");
        let is_name =
            rank(key).is_some() && !matches!(key, "imageId" | "path") || BESIDE.contains(&key);
        if is_name && (at.depth == 1 || !vague) {
            push(&mut named.touched, &at.value);
        }
    }
    if event.outcome == Outcome::Success {
        named.made = made(event, &request);
        let made = &named.made;
        named.touched.retain(|name| !made.contains(name));
    }
    named
}

/// What a call that makes something has made: names in request and answer whose key says what the
/// action's name says, as `snapshotId` does of `CreateSnapshot`.
fn made(event: &Event, request: &[Text<'_>]) -> Vec<CompactString> {
    const MAKES: [&str; 9] =
        ["Create", "Run", "Register", "Copy", "Import", "Restore", "Allocate", "Request", "Start"];
    let noun = MAKES.iter().find_map(|verb| event.name.strip_prefix(verb));
    let Some(noun) = noun else { return Vec::new() };
    let noun = intel::action::base_name(noun).trim_end_matches('s').to_ascii_lowercase();
    let mut made = Vec::new();
    // What is started is there already; what it starts has an id in the answer only.
    if event.name.starts_with("Create") || event.name.starts_with("Register") {
        if let Some(bucket) = top(request, "bucketName").filter(|_| noun == "bucket") {
            push(&mut made, &format_compact!("arn:aws:s3:::{bucket}"));
        }
        for at in request.iter().filter(|at| at.depth == 1) {
            let whole = matches!(&*at.key, "name" | "family")
                || noun == "securitygroup" && at.key == "groupName";
            if whole || says(&at.key, &noun) {
                push(&mut made, &at.value);
            }
        }
    }
    let asked = event.request.as_deref().unwrap_or_default();
    for at in texts(event.response.as_deref().unwrap_or_default()) {
        let key = if at.key == "arn" { &*at.parent } else { &*at.key };
        // The unique ids of IAM stand beside names that people know.
        let unique = event.service == "iam" && key.ends_with("Id") && key != "accessKeyId";
        let named = says(key, &noun) || noun == "securitygroup" && key == "groupId";
        let there = || asked.contains(&format!("\"{}\"", at.value));
        if named && !unique && (at.value.starts_with("arn:") || !there()) {
            push(&mut made, &at.value);
        }
    }
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

/// The text under a key at the top, or the first of a list there.
fn top<'t>(request: &'t [Text<'_>], key: &str) -> Option<&'t str> {
    let found = request.iter().find(|at| at.depth == 1 && at.first && at.key == key)?;
    Some(&*found.value).filter(|text| !text.is_empty())
}

fn main_of(event: &Event, request: &[Text<'_>]) -> CompactString {
    if let Some(bucket) = top(request, "bucketName") {
        return match top(request, "key") {
            Some(key) => format_compact!("s3://{bucket}/{key}"),
            None => format_compact!("s3://{bucket}"),
        };
    }
    let ranked = request.iter().filter(|at| at.depth == 1 && at.first && !at.value.is_empty());
    let ranked = ranked.filter_map(|at| Some((rank(&at.key)?, &*at.value)));
    if let Some((_, name)) = ranked.min_by_key(|(rank, _)| *rank) {
        return CompactString::new(name);
    }
    let instance = request.iter().find(|at| at.key == "instanceId" && at.parent == "items");
    let first = || event.resources.first().cloned().unwrap_or_default();
    instance.map_or_else(first, |at| CompactString::new(&*at.value))
}

/// How telling a parameter is: its place in [`NAMES`].
fn rank(key: &str) -> Option<usize> {
    static RANKS: LazyLock<HashMap<&str, usize, FixedState>> =
        LazyLock::new(|| NAMES.into_iter().zip(0..).collect());
    RANKS.get(key).copied()
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
