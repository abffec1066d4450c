//! Secrets, snapshots, objects.

use cloudtrail::AccountId;
use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, app};
use crate::court::Court;
use crate::script::{ACCOUNT, STRANGER_ACCOUNT, Script};

const SSE_C: &str = "x-amz-server-side-encryption-customer-algorithm";
const SSE_KMS: &str = "x-amz-server-side-encryption-aws-kms-key-id";

fn secret(number: usize) -> Value {
    json!({ "secretId": format!("prod/secret-{number}") })
}

fn parameter(number: usize, decrypted: bool) -> Value {
    json!({ "name": format!("/prod/{number}"), "withDecryption": decrypted })
}

fn each(script: Script, count: usize, action: &str, request: impl Fn(usize) -> Value) -> Script {
    (0..count).fold(script, |script, number| script.asks(action, request(number)))
}

fn object(number: usize, header: &str, value: &str) -> Value {
    json!({ "bucketName": "backups", "key": format!("{number}.tar"), header: value })
}

fn snapshot(change: &str, whom: &Value) -> Value {
    json!({
        "snapshotId": "snap-0123456789abcdef0",
        "attributeType": "CREATE_VOLUME_PERMISSION",
        "createVolumePermission": { change: { "items": [whom] } },
    })
}

fn key_of(account: &str) -> String {
    format!("arn:aws:kms:eu-central-1:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab")
}

fn with_own_account() -> Court {
    let mut court = Court::default();
    court.settings.accounts.insert(STRANGER_ACCOUNT.parse::<AccountId>().unwrap());
    court
}

/// A program that reads its objects and secrets every day.
fn reader() -> Script {
    app().habits(&["secretsmanager:GetSecretValue", "s3:PutObject", "ssm:GetParameters"])
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const READ: &str = "secretsmanager:GetSecretValue";
    vec![
        fires("many-secrets", "one after the other", each(app().quiet(20), 20, READ, secret))
            .shows(&["many-secrets"]),
        fires(
            "many-secrets",
            "decrypted parameters",
            each(app().quiet(20), 20, "ssm:GetParameter", |n| parameter(n, true)),
        )
        .shows(&["many-secrets"]),
        fires(
            "many-secrets",
            "decrypted parameters, ten in a call",
            each(app().quiet(20), 2, "ssm:GetParameters", |call| {
                let names: Vec<String> = (0..10).map(|n| format!("/prod/{call}/{n}")).collect();
                json!({ "names": names, "withDecryption": true })
            }),
        )
        .shows(&["many-secrets"]),
        fires(
            "many-secrets",
            "the passwords of machines",
            each(
                app().quiet(20),
                20,
                "ec2:GetPasswordData",
                |n| json!({ "instanceId": format!("i-{n:017x}") }),
            ),
        )
        .shows(&["many-secrets"]),
        near("many-secrets", "nineteen", each(app().quiet(20), 19, READ, secret)),
        near("many-secrets", "one secret often", each(app().quiet(20), 40, READ, |_| secret(1))),
        near(
            "many-secrets",
            "parameters that are no secrets",
            each(app().quiet(20), 30, "ssm:GetParameter", |n| parameter(n, false)),
        ),
        benign(
            "many-secrets",
            "a program that reads secrets every day",
            each(reader().quiet(20), 30, READ, secret),
        ),
        fires(
            "secrets-in-batch",
            "all of them in one call",
            app().quiet(20).calls("secretsmanager:BatchGetSecretValue"),
        )
        .shows(&["secrets-in-batch"]),
        near("secrets-in-batch", "a single one", app().quiet(20).asks(READ, secret(1))),
        benign(
            "secrets-in-batch",
            "a program that always does",
            app()
                .habits(&["secretsmanager:BatchGetSecretValue"])
                .quiet(20)
                .calls("secretsmanager:BatchGetSecretValue"),
        ),
        fires(
            "snapshot-shared",
            "with a foreign account",
            app().quiet(20).asks(
                "ec2:ModifySnapshotAttribute",
                snapshot("add", &json!({ "userId": STRANGER_ACCOUNT })),
            ),
        )
        .shows(&["snapshot-shared"]),
        fires(
            "snapshot-shared",
            "with everybody",
            app()
                .quiet(20)
                .asks("ec2:ModifySnapshotAttribute", snapshot("add", &json!({ "group": "all" }))),
        )
        .shows(&["snapshot-shared"]),
        fires(
            "snapshot-shared",
            "an image with a foreign account",
            app().quiet(20).asks(
                "ec2:ModifyImageAttribute",
                json!({
                    "imageId": "ami-0123456789abcdef0",
                    "attributeType": "launchPermission",
                    "launchPermission": { "add": { "items": [{ "userId": STRANGER_ACCOUNT }] } },
                }),
            ),
        )
        .shows(&["snapshot-shared"]),
        fires(
            "snapshot-shared",
            "a database with everybody",
            app().quiet(20).asks(
                "rds:ModifyDBSnapshotAttribute",
                json!({ "attributeName": "restore", "valuesToAdd": ["all"] }),
            ),
        )
        .shows(&["snapshot-shared"]),
        near(
            "snapshot-shared",
            "a foreign account is taken off",
            app().quiet(20).asks(
                "ec2:ModifySnapshotAttribute",
                snapshot("remove", &json!({ "userId": STRANGER_ACCOUNT })),
            ),
        ),
        near(
            "snapshot-shared",
            "it is refused",
            app()
                .quiet(20)
                .asks("ec2:ModifySnapshotAttribute", snapshot("add", &json!({ "group": "all" })))
                .error("Client.UnauthorizedOperation"),
        ),
        benign(
            "snapshot-shared",
            "with one's own backup account",
            app().quiet(20).asks(
                "ec2:ModifySnapshotAttribute",
                snapshot("add", &json!({ "userId": STRANGER_ACCOUNT })),
            ),
        )
        .before(with_own_account()),
        fires(
            "rewritten-under-customer-key",
            "three objects",
            each(alice().quiet(20), 3, "s3:CopyObject", |n| object(n, SSE_C, "AES256")),
        )
        .shows(&["rewritten-under-customer-key"]),
        near(
            "rewritten-under-customer-key",
            "two objects",
            each(alice().quiet(20), 2, "s3:CopyObject", |n| object(n, SSE_C, "AES256")),
        ),
        near(
            "rewritten-under-customer-key",
            "one object three times",
            each(alice().quiet(20), 3, "s3:CopyObject", |_| object(1, SSE_C, "AES256")),
        ),
        benign(
            "rewritten-under-customer-key",
            "encryption by the bucket",
            each(reader().quiet(20), 9, "s3:PutObject", |n| {
                object(n, "x-amz-server-side-encryption", "AES256")
            }),
        ),
        fires(
            "rewritten-under-foreign-key",
            "a key of a stranger",
            reader().quiet(20).asks("s3:PutObject", object(1, SSE_KMS, &key_of(STRANGER_ACCOUNT))),
        )
        .shows(&["rewritten-under-foreign-key"]),
        near(
            "rewritten-under-foreign-key",
            "a key of the account",
            reader().quiet(20).asks("s3:PutObject", object(1, SSE_KMS, &key_of(ACCOUNT))),
        ),
        near(
            "rewritten-under-foreign-key",
            "a key named without its account",
            reader().quiet(20).asks("s3:PutObject", object(1, SSE_KMS, "alias/backups")),
        ),
        benign(
            "rewritten-under-foreign-key",
            "a key of one's own account for keys",
            reader().quiet(20).asks("s3:PutObject", object(1, SSE_KMS, &key_of(STRANGER_ACCOUNT))),
        )
        .before(with_own_account()),
    ]
}
