//! Buckets and trails: opened, copied abroad, robbed of what protects them, emptied.

use cloudtrail::AccountId;
use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, deployer};
use crate::court::Court;
use crate::script::{AT_A_FRIENDS, STRANGER_ACCOUNT, Script};

const LIFECYCLE: &str = "s3:PutBucketLifecycle";
const POLICY: &str = "s3:PutBucketPolicy";

fn lifecycle(bucket: &str, days: u64, prefix: &str) -> Value {
    json!({
        "bucketName": bucket,
        "lifecycle": "",
        "LifecycleConfiguration": { "Rule": {
            "ID": "r", "Status": "Enabled", "Filter": { "Prefix": prefix },
            "Expiration": { "Days": days },
        }},
    })
}

fn policy(principal: &Value, condition: &Value) -> Value {
    json!({ "bucketName": "data", "bucketPolicy": { "Statement": [{
        "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*", "Condition": condition,
    }]}})
}

fn replication(account: &str) -> Value {
    json!({ "bucketName": "data", "ReplicationConfiguration": { "Rule": {
        "Destination": { "Bucket": "arn:aws:s3:::copy", "Account": account },
    }}})
}

fn versioning(status: &str) -> Value {
    json!({ "bucketName": "data", "VersioningConfiguration": { "Status": status } })
}

fn logging(on: bool) -> Value {
    let status = if on { json!({ "LoggingEnabled": { "TargetBucket": "l" } }) } else { json!({}) };
    json!({ "bucketName": "data", "BucketLoggingStatus": status })
}

fn object(bucket: &str, number: usize) -> Value {
    json!({ "bucketName": bucket, "key": format!("{number}.csv") })
}

fn each(script: Script, count: usize, action: &str, bucket: impl Fn(usize) -> String) -> Script {
    (0..count).fold(script, |script, number| script.asks(action, object(&bucket(number), number)))
}

/// Copies to a bucket of another account.
fn copies(script: Script, count: usize) -> Script {
    (0..count).fold(script, |script, number| {
        script.asks("s3:CopyObject", object("loot", number)).edit(
            "resources",
            json!([
                { "type": "AWS::S3::Object", "ARN": "arn:aws:s3:::loot/x" },
                { "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::loot", "accountId": STRANGER_ACCOUNT },
            ]),
        )
    })
}

fn with_own_account() -> Court {
    let mut court = Court::default();
    court.settings.accounts.insert(STRANGER_ACCOUNT.parse::<AccountId>().unwrap());
    court
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const GET: &str = "s3:GetObject";
    const DELETE: &str = "s3:DeleteObject";
    let new = || alice().quiet(20);
    let code = || deployer().quiet(20);
    let everybody = json!("*");
    let stranger = json!({ "AWS": format!("arn:aws:iam::{STRANGER_ACCOUNT}:root") });
    let balancer = json!({ "AWS": "arn:aws:iam::054676820928:root" });
    let fenced = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } });
    let one = |_| "data".to_owned();
    let many = |number| format!("data-{number}");
    let cleaner = || app().habits(&["s3:ListObjects", DELETE, "s3:DeleteObjects"]).quiet(20);
    let trail_file = json!({
        "bucketName": "org", "key": "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/x.json.gz",
    });
    vec![
        fires("log-bucket-short-lived", "a day", new().asks(LIFECYCLE, lifecycle("org-cloudtrail", 1, "")))
            .shows(&["log-bucket-short-lived"]),
        fires(
            "log-bucket-short-lived",
            "it was refused",
            new().asks(LIFECYCLE, lifecycle("audit-eu", 1, "*")).error("AccessDenied"),
        )
        .shows(&["log-bucket-short-lived"]),
        near("log-bucket-short-lived", "a year", new().asks(LIFECYCLE, lifecycle("org-cloudtrail", 365, ""))),
        near("log-bucket-short-lived", "a folder", new().asks(LIFECYCLE, lifecycle("org-cloudtrail", 1, "tmp/"))),
        benign(
            "log-bucket-short-lived",
            "uploads that nobody finished are cleared away",
            code().asks(LIFECYCLE, json!({ "bucketName": "org-cloudtrail", "LifecycleConfiguration": {
                "Rule": { "Status": "Enabled", "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 3 } },
            }})),
        ),
        fires("objects-set-to-expire", "a week", new().asks(LIFECYCLE, lifecycle("customers", 7, "")))
            .shows(&["objects-set-to-expire"]),
        near("objects-set-to-expire", "a month", new().asks(LIFECYCLE, lifecycle("customers", 30, ""))),
        near("objects-set-to-expire", "a folder", new().asks(LIFECYCLE, lifecycle("customers", 1, "tmp/"))),
        benign("objects-set-to-expire", "by code", code().asks(LIFECYCLE, lifecycle("scratch", 3, ""))),
        fires(
            "trail-weakened",
            "one region",
            new().asks("cloudtrail:UpdateTrail", json!({ "name": "all", "isMultiRegionTrail": false })),
        )
        .shows(&["trail-weakened"]),
        fires(
            "trail-weakened",
            "without digests, refused",
            new()
                .asks("cloudtrail:UpdateTrail", json!({ "name": "all", "enableLogFileValidation": "false" }))
                .error("AccessDenied"),
        )
        .shows(&["trail-weakened"]),
        near(
            "trail-weakened",
            "all regions",
            new().asks("cloudtrail:UpdateTrail", json!({ "name": "all", "isMultiRegionTrail": true })),
        ),
        benign(
            "trail-weakened",
            "another group for its logs",
            code().asks("cloudtrail:UpdateTrail", json!({ "name": "all", "cloudWatchLogsRoleArn": "r" })),
        ),
        fires("log-files-deleted", "a file of the trail", new().asks(DELETE, trail_file.clone()))
            .shows(&["log-files-deleted"]),
        fires(
            "log-files-deleted",
            "the bucket, refused",
            new().asks("s3:DeleteBucket", json!({ "bucketName": "my-cloudtrail" })).error("AccessDenied"),
        )
        .shows(&["log-files-deleted"]),
        near("log-files-deleted", "another file", new().asks(DELETE, object("org", 1))),
        benign("log-files-deleted", "who clears files away by trade", cleaner().asks(DELETE, trail_file)),
        fires(
            "model-logging-off",
            "the logging",
            new().calls("bedrock:DeleteModelInvocationLoggingConfiguration"),
        )
        .shows(&["model-logging-off"]),
        near("model-logging-off", "looking", new().calls("bedrock:GetModelInvocationLoggingConfiguration"))
            ,
        benign("model-logging-off", "by code", code().calls("bedrock:DeleteGuardrail")),
        fires("bucket-opened", "to everybody", new().asks(POLICY, policy(&everybody, &json!({}))))
            .shows(&["bucket-opened"]),
        fires("bucket-opened", "to a stranger", new().asks(POLICY, policy(&stranger, &json!({}))))
            .shows(&["bucket-opened"]),
        fires(
            "bucket-opened",
            "by its access list, as older records write it",
            new().asks("s3:PutBucketAcl", json!({ "bucketName": "data", "x-amz-acl": ["public-read"] })),
        )
        .shows(&["bucket-opened"]),
        fires(
            "bucket-opened",
            "by a grant",
            new().asks("s3:PutBucketAcl", json!({ "bucketName": "data", "AccessControlPolicy": {
                "AccessControlList": { "Grant": [{ "Grantee": {
                    "URI": "http://acs.amazonaws.com/groups/global/AllUsers" }, "Permission": "READ" }] },
            }})),
        )
        .shows(&["bucket-opened"]),
        near("bucket-opened", "to one's own organisation", new().asks(POLICY, policy(&everybody, &fenced))),
        near("bucket-opened", "refused", new().asks(POLICY, policy(&everybody, &json!({}))).error("AccessDenied")),
        near(
            "bucket-opened",
            "closed",
            new().asks("s3:PutBucketAcl", json!({ "bucketName": "data", "x-amz-acl": "private" })),
        ),
        benign("bucket-opened", "to the logs of load balancers", new().asks(POLICY, policy(&balancer, &json!({})))),
        benign("bucket-opened", "a web site by code", code().asks(POLICY, policy(&everybody, &json!({})))),
        fires(
            "replicated-abroad",
            "to a stranger, refused",
            new().asks("s3:PutBucketReplication", replication(STRANGER_ACCOUNT)).error("AccessDenied"),
        )
        .shows(&["replicated-abroad"]),
        near(
            "replicated-abroad",
            "within the account",
            new().asks("s3:PutBucketReplication", replication("111122223333")),
        ),
        benign(
            "replicated-abroad",
            "to one's own backup account",
            new().asks("s3:PutBucketReplication", replication(STRANGER_ACCOUNT)),
        )
        .before(with_own_account()),
        fires(
            "bucket-protections-off",
            "logging and versions",
            new()
                .asks("s3:PutBucketLogging", logging(false))
                .asks("s3:PutBucketVersioning", versioning("Suspended")),
        )
        .shows(&["bucket-protections-off"]),
        near(
            "bucket-protections-off",
            "of two buckets",
            new()
                .asks("s3:PutBucketLogging", logging(false))
                .asks("s3:DeleteBucketEncryption", json!({ "bucketName": "other" })),
        ),
        near(
            "bucket-protections-off",
            "two hours later",
            new()
                .asks("s3:PutBucketLogging", logging(false))
                .wait_minutes(120)
                .asks("s3:PutBucketVersioning", versioning("Suspended")),
        ),
        benign(
            "bucket-protections-off",
            "switched on",
            new()
                .asks("s3:PutBucketLogging", logging(true))
                .asks("s3:PutBucketVersioning", versioning("Enabled")),
        ),
        fires(
            "objects-of-many-buckets",
            "three buckets from a new network",
            each(new().from(AT_A_FRIENDS).calls("s3:ListBuckets"), 3, GET, many),
        )
        .shows(&["objects-of-many-buckets"]),
        near(
            "objects-of-many-buckets",
            "two buckets",
            each(new().from(AT_A_FRIENDS).calls("s3:ListBuckets"), 2, GET, many),
        ),
        near("objects-of-many-buckets", "without a look around", each(new().from(AT_A_FRIENDS), 9, GET, many)),
        benign(
            "objects-of-many-buckets",
            "who reads them every day",
            each(app().habits(&["s3:ListBuckets", GET]).quiet(20).calls("s3:ListBuckets"), 9, GET, many),
        ),
        fires("copied-out-and-deleted", "five of each", each(copies(new(), 5), 5, DELETE, one))
            .shows(&["copied-out-and-deleted"]),
        near("copied-out-and-deleted", "copied only", copies(new(), 9)),
        near("copied-out-and-deleted", "deleted only", each(new(), 9, DELETE, one)),
        benign("copied-out-and-deleted", "a move to one's own account", each(copies(new(), 5), 5, DELETE, one))
            .before(with_own_account()),
        fires("mass-deletion", "fifty objects", each(new(), 50, DELETE, one)).shows(&["mass-deletion"]),
        fires("mass-deletion", "twenty lists", each(new(), 20, "s3:DeleteObjects", one))
            .shows(&["mass-deletion"]),
        near("mass-deletion", "forty-nine", each(new(), 49, DELETE, one)),
        benign("mass-deletion", "a cleaner", each(cleaner(), 90, DELETE, one)),
    ]
}
