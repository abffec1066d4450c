//! Machines: unusual ones, many, opened, destroyed; disks and databases copied; functions opened.

use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, deployer};
use crate::script::{ACCOUNT, STRANGER_ACCOUNT, Script};

const LAUNCH: &str = "ec2:RunInstances";
const MACHINE: &str = "i-0123456789abcdef0";
const OTHER_MACHINE: &str = "i-0123456789abcdef1";

fn launch(kind: &str, count: u64) -> Value {
    json!({ "instanceType": kind, "instancesSet": { "items": [{ "minCount": 1, "maxCount": count }] } })
}

fn machines(names: &[&str]) -> Value {
    let items: Vec<Value> = names.iter().map(|name| json!({ "instanceId": name })).collect();
    json!({ "instancesSet": { "items": items } })
}

fn script_for(machine: &str) -> Value {
    json!({ "instanceId": machine, "userData": "<sensitiveDataRemoved>" })
}

fn command(document: &str, machines: &[&str]) -> Value {
    json!({ "documentName": document, "instanceIds": machines })
}

fn deletes(script: Script, count: usize) -> Script {
    (0..count).fold(script, |script, number| {
        script.asks("ec2:DeleteSnapshot", json!({ "snapshotId": format!("snap-{number:017x}") }))
    })
}

fn task(command: &str) -> Value {
    json!({ "family": "t", "containerDefinitions": [{
        "name": "c", "image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/a:1",
        "command": ["sh", "-c", command],
    }]})
}

/// Code that stops and starts machines every day.
fn repairs() -> Script {
    deployer().habits(&["ec2:StopInstances", "ec2:StartInstances"]).quiet(20)
}

fn cluster_logs(enabled: bool) -> Value {
    json!({ "name": "c", "logging": { "clusterLogging": [{ "types": ["audit"], "enabled": enabled }] } })
}

fn access(policy: &str) -> Value {
    json!({ "clusterName": "c", "policyArn": format!("arn:aws:eks::aws:cluster-access-policy/{policy}") })
}

fn key_policy(account: &str) -> Value {
    let document = json!({ "Statement": [{ "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": { "AWS": format!("arn:aws:iam::{account}:root") } }] });
    json!({ "keyId": "k", "policyName": "default", "policy": document.to_string() })
}

fn copies_disk(script: Script) -> Script {
    script
        .asks("ec2:CreateSnapshot", json!({ "volumeId": "vol-1" }))
        .asks("ec2:CreateVolume", json!({ "snapshotId": "snap-1", "size": "8" }))
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const STOP: &str = "ec2:StopInstances";
    const MODIFY: &str = "ec2:ModifyInstanceAttribute";
    const START: &str = "ec2:StartInstances";
    const SEND: &str = "ssm:SendCommand";
    const PUSH: &str = "ec2-instance-connect:SendSSHPublicKey";
    const URL: &str = "lambda:CreateFunctionUrlConfig20211031";
    const EXPORT: &str = "rds:CopyDBSnapshot";
    let new = || alice().quiet(20);
    let code = || deployer().quiet(20);
    let launcher = || alice().habits(&[LAUNCH, "ec2:DescribeInstances"]).quiet(20);
    let attach = json!({ "volumeId": "vol-2", "instanceId": MACHINE });
    let copy = |region: &str| {
        json!({
            "sourceDBSnapshotIdentifier": format!("arn:aws:rds:{region}:111122223333:snapshot:s"),
            "targetDBSnapshotIdentifier": "s2",
        })
    };
    vec![
        fires(
            "expensive-machines",
            "one with graphics",
            new().asks(LAUNCH, launch("p4d.24xlarge", 1)),
        )
        .shows(&["expensive-machines"]),
        fires(
            "expensive-machines",
            "refused",
            new().asks(LAUNCH, launch("g5.xlarge", 1)).error("Client.UnauthorizedOperation"),
        )
        .shows(&["expensive-machines", "refused-launch"]),
        near("expensive-machines", "an ordinary one", new().asks(LAUNCH, launch("m5.24xlarge", 1))),
        benign(
            "expensive-machines",
            "who starts machines every day",
            launcher().asks(LAUNCH, launch("g5.xlarge", 1)),
        ),
        fires("compute-burst", "a hundred machines", new().asks(LAUNCH, launch("t3.micro", 100)))
            .shows(&["compute-burst"]),
        fires(
            "compute-burst",
            "eight hundred processors in two calls",
            new().asks(LAUNCH, launch("c5.24xlarge", 5)).asks(LAUNCH, launch("c5.24xlarge", 5)),
        )
        .shows(&["compute-burst"]),
        fires(
            "compute-burst",
            "a group that may grow",
            new().asks("autoscaling:CreateAutoScalingGroup", json!({ "maxSize": 999 })),
        )
        .shows(&["compute-burst"]),
        near("compute-burst", "ninety-nine", new().asks(LAUNCH, launch("t3.micro", 99))),
        benign(
            "compute-burst",
            "a group by code",
            code().asks("autoscaling:CreateAutoScalingGroup", json!({ "maxSize": 999 })),
        ),
        fires(
            "boot-script-replaced",
            "stopped, replaced, started",
            new()
                .asks(STOP, machines(&[MACHINE]))
                .asks(MODIFY, script_for(MACHINE))
                .asks(START, machines(&[MACHINE])),
        )
        .shows(&["boot-script-replaced"]),
        near(
            "boot-script-replaced",
            "another machine is started",
            new()
                .asks(STOP, machines(&[MACHINE]))
                .asks(MODIFY, script_for(MACHINE))
                .asks(START, machines(&[OTHER_MACHINE])),
        ),
        near(
            "boot-script-replaced",
            "another attribute",
            new()
                .asks(STOP, machines(&[MACHINE]))
                .asks(
                    MODIFY,
                    json!({ "instanceId": MACHINE, "instanceType": { "value": "m5.large" } }),
                )
                .asks(START, machines(&[MACHINE])),
        ),
        benign(
            "boot-script-replaced",
            "by code",
            repairs()
                .asks(STOP, machines(&[MACHINE]))
                .asks(MODIFY, script_for(MACHINE))
                .asks(START, machines(&[MACHINE])),
        ),
        fires(
            "commands-to-machines",
            "a shell",
            new().asks(SEND, command("AWS-RunShellScript", &[MACHINE])),
        )
        .shows(&["commands-to-machines"]),
        fires(
            "commands-to-machines",
            "several machines, refused",
            new().asks(SEND, command("Own", &[MACHINE, OTHER_MACHINE])).error("AccessDenied"),
        )
        .shows(&["commands-to-machines"]),
        near(
            "commands-to-machines",
            "an own document on one",
            new().asks(SEND, command("Own", &[MACHINE])),
        ),
        benign(
            "commands-to-machines",
            "who patches by trade",
            alice().habits(&[SEND]).quiet(20).asks(SEND, command("AWS-RunShellScript", &[MACHINE])),
        ),
        fires(
            "ssh-key-pushed",
            "to two machines",
            new()
                .asks(PUSH, json!({ "instanceId": MACHINE }))
                .asks(PUSH, json!({ "instanceId": OTHER_MACHINE })),
        )
        .shows(&["ssh-key-pushed"]),
        fires(
            "ssh-key-pushed",
            "the serial console",
            new().refused("ec2:EnableSerialConsoleAccess"),
        )
        .shows(&["ssh-key-pushed"]),
        near(
            "ssh-key-pushed",
            "to one machine",
            new().asks(PUSH, json!({ "instanceId": MACHINE })),
        ),
        benign(
            "ssh-key-pushed",
            "an operator",
            alice()
                .habits(&[PUSH])
                .quiet(20)
                .asks(PUSH, json!({ "instanceId": MACHINE }))
                .asks(PUSH, json!({ "instanceId": OTHER_MACHINE })),
        ),
        fires("destruction-in-bulk", "five snapshots", deletes(new(), 5))
            .shows(&["destruction-in-bulk"]),
        fires(
            "destruction-in-bulk",
            "five machines in one call",
            new().asks("ec2:TerminateInstances", machines(&["i-1", "i-2", "i-3", "i-4", "i-5"])),
        )
        .shows(&["destruction-in-bulk"]),
        near("destruction-in-bulk", "four", deletes(new(), 4)),
        benign("destruction-in-bulk", "a teardown by code", deletes(code(), 9)),
        fires(
            "disk-copied",
            "snapshot, disk, attached",
            copies_disk(new()).asks("ec2:AttachVolume", attach.clone()),
        )
        .shows(&["disk-copied"]),
        near(
            "disk-copied",
            "an empty disk",
            new()
                .asks("ec2:CreateSnapshot", json!({ "volumeId": "vol-1" }))
                .asks("ec2:CreateVolume", json!({ "size": "8" }))
                .asks("ec2:AttachVolume", attach.clone()),
        ),
        benign(
            "disk-copied",
            "restoring by trade",
            copies_disk(alice().habits(&["ec2:AttachVolume"]).quiet(20))
                .asks("ec2:AttachVolume", attach),
        ),
        fires("database-exported", "to another region", new().asks(EXPORT, copy("us-east-1")))
            .shows(&["database-exported"]),
        fires("database-exported", "to a bucket, refused", new().refused("rds:StartExportTask"))
            .shows(&["database-exported"]),
        near("database-exported", "within the region", new().asks(EXPORT, copy("eu-central-1"))),
        benign("database-exported", "by code", code().calls("rds:StartExportTask")),
        fires(
            "function-opened-to-the-web",
            "anybody may call",
            new().asks(URL, json!({ "authType": "NONE" })),
        )
        .shows(&["function-opened-to-the-web"]),
        near(
            "function-opened-to-the-web",
            "with a signature",
            new().asks(URL, json!({ "authType": "AWS_IAM" })),
        ),
        benign(
            "function-opened-to-the-web",
            "by code",
            code().asks(URL, json!({ "authType": "NONE" })),
        ),
        fires(
            "task-reads-its-credentials",
            "the command asks for them",
            code().asks(
                "ecs:RegisterTaskDefinition",
                task("curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            ),
        )
        .shows(&["task-reads-its-credentials"]),
        near(
            "task-reads-its-credentials",
            "another variable",
            code().asks("ecs:RegisterTaskDefinition", task("echo $AWS_REGION")),
        ),
        benign(
            "task-reads-its-credentials",
            "a service",
            code().asks("ecs:RegisterTaskDefinition", task("serve")),
        ),
        fires(
            "watcher-switched-off",
            "the recorder, refused",
            new().refused("config:StopConfigurationRecorder"),
        )
        .shows(&["watcher-switched-off"]),
        fires(
            "watcher-switched-off",
            "the logs of a cluster",
            new().asks("eks:UpdateClusterConfig", cluster_logs(false)),
        )
        .shows(&["watcher-switched-off"]),
        near(
            "watcher-switched-off",
            "logs are switched on",
            new().asks("eks:UpdateClusterConfig", cluster_logs(true)),
        ),
        benign(
            "watcher-switched-off",
            "a network is torn down by code",
            code().calls("ec2:DeleteFlowLogs"),
        ),
        fires("machine-exported", "to a bucket", new().calls("ec2:ExportImage"))
            .shows(&["machine-exported"]),
        near("machine-exported", "a machine is imported", new().calls("ec2:ImportImage")),
        benign("machine-exported", "by code", code().calls("ec2:CreateStoreImageTask")),
        fires("traffic-mirrored", "refused", new().refused("ec2:CreateTrafficMirrorSession"))
            .shows(&["traffic-mirrored"]),
        near("traffic-mirrored", "looking", new().calls("ec2:DescribeTrafficMirrorSessions")),
        benign("traffic-mirrored", "by code", code().calls("ec2:CreateTrafficMirrorTarget")),
        fires(
            "database-password-reset",
            "by hand",
            new().asks("rds:ModifyDBInstance", json!({ "masterUserPassword": "****" })),
        )
        .shows(&["database-password-reset"]),
        near(
            "database-password-reset",
            "another size",
            new().asks("rds:ModifyDBInstance", json!({ "dBInstanceClass": "db.t3.large" })),
        ),
        benign(
            "database-password-reset",
            "by code",
            code().asks("rds:ModifyDBCluster", json!({ "masterUserPassword": "****" })),
        ),
        fires(
            "role-given-to-machine",
            "another role",
            new().calls("ec2:ReplaceIamInstanceProfileAssociation"),
        )
        .shows(&["role-given-to-machine"]),
        near(
            "role-given-to-machine",
            "it is taken away",
            new().calls("ec2:DisassociateIamInstanceProfile"),
        ),
        benign("role-given-to-machine", "by code", code().calls("ec2:AssociateIamInstanceProfile")),
        fires(
            "cluster-opened",
            "an administrator",
            new().asks("eks:AssociateAccessPolicy", access("AmazonEKSClusterAdminPolicy")),
        )
        .shows(&["cluster-opened"]),
        near(
            "cluster-opened",
            "a reader",
            new().asks("eks:AssociateAccessPolicy", access("AmazonEKSViewPolicy")),
        ),
        benign(
            "cluster-opened",
            "by code",
            code().asks("eks:AssociateAccessPolicy", access("AmazonEKSAdminPolicy")),
        ),
        fires("contact-changed", "refused", new().refused("account:PutContactInformation"))
            .shows(&["contact-changed"]),
        near("contact-changed", "looking", new().calls("account:GetContactInformation")),
        benign("contact-changed", "by code", code().calls("account:PutAlternateContact")),
        fires(
            "key-opened",
            "by its policy",
            new().asks("kms:PutKeyPolicy", key_policy(STRANGER_ACCOUNT)),
        )
        .shows(&["key-opened"]),
        fires(
            "key-opened",
            "by a grant",
            new().asks(
                "kms:CreateGrant",
                json!({ "granteePrincipal": format!("arn:aws:iam::{STRANGER_ACCOUNT}:role/r") }),
            ),
        )
        .shows(&["key-opened"]),
        near(
            "key-opened",
            "refused",
            new().asks("kms:PutKeyPolicy", key_policy(STRANGER_ACCOUNT)).error("AccessDenied"),
        ),
        benign(
            "key-opened",
            "to one's own account",
            code().asks("kms:PutKeyPolicy", key_policy(ACCOUNT)),
        ),
        fires("message-reconnaissance", "asks once", new().calls("sns:GetSMSAttributes"))
            .shows(&["message-reconnaissance"]),
        near("message-reconnaissance", "another question", new().calls("sns:ListTopics")),
        benign(
            "message-reconnaissance",
            "who sends messages by trade",
            alice().habits(&["sns:GetSMSAttributes"]).quiet(20).calls("sns:GetSMSAttributes"),
        ),
    ]
}
