//! What a call was done to, told from the record's resources and request.

use cloudtrail::Event;
use compact_str::{CompactString, format_compact};
use serde_json::Value;

/// Request parameters that name what is acted on, the most telling first.
const NAMES: [&str; 36] = [
    "secretId",
    "accessKeyId",
    "userName",
    "roleName",
    "groupName",
    "roleArn",
    "policyArn",
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
    "cluster",
    "clusterName",
    "repositoryName",
    "groupId",
    "name",
    "detectorId",
    "trailName",
    "emailIdentity",
    "identity",
    "instanceProfileName",
    "stackName",
    "logGroupName",
    "path",
    "userId",
];

/// An ARN or a name; empty when the record does not tell.
pub(crate) fn touched(event: &Event) -> CompactString {
    let Some(request) = event.request.as_deref() else { return first_resource(event) };
    let Ok(request) = serde_json::from_str::<Value>(request) else { return first_resource(event) };
    let text = |key: &str| request.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(bucket) = text("bucketName") {
        return match text("key") {
            Some(key) => format_compact!("s3://{bucket}/{key}"),
            None => format_compact!("s3://{bucket}"),
        };
    }
    if let Some(name) = NAMES.iter().find_map(|key| text(key)) {
        return CompactString::new(name);
    }
    let instances = request.pointer("/instancesSet/items/0/instanceId").and_then(Value::as_str);
    instances.map_or_else(|| first_resource(event), CompactString::new)
}

fn first_resource(event: &Event) -> CompactString {
    event.resources.first().cloned().unwrap_or_default()
}
