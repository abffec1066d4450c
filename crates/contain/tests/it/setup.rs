//! Fills an account with one of everything that containment changes.

use crate::account::Account;
use emulators::Keys;

/// Who may take the role, with signs that must survive byte by byte.
pub(crate) const TRUST: &str = r#"{ "Version": "2012-10-17",
  "Statement": [{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}] }"#;

/// A policy with signs that must survive byte by byte.
pub(crate) const READ: &str = r#"{ "Version": "2012-10-17", "Statement": [ {"Effect": "Allow",
  "Action": "s3:GetObject",  "Resource": "arn:aws:s3:::b/a+b %41 \u00e9/*"} ] }"#;

/// A function's code: a file `f.py` with nothing to do, zipped.
const CODE: &str = "UEsDBBQAAAAAAAAAIVyG46WLEgAAABIAAAAEAAAAZi5weWRlZiBoKGUsIGMpOiBwYXNzClBLAQIUAxQAAAAAAAAAIVyG46WLEgAAABIAAAAEAAAAAAAAAAAAAACAAQAAAABmLnB5UEsFBgAAAAABAAEAMgAAADQAAAAAAA==";

/// What AWS chose the names of.
pub(crate) struct Stage {
    pub(crate) key: String,
    pub(crate) policy: String,
    pub(crate) instance: String,
    pub(crate) snapshot: String,
    pub(crate) image: String,
}

/// A user `sam` with a key and a password, a group `admins`, a role `deploy`, a managed policy `more` in
/// its second version, a machine with the instance profile `machines`, a snapshot, an image, a function
/// `f`.
pub(crate) fn fill(account: &Account) -> Stage {
    let root = &account.root;
    let iam = |action: &str, fields: &[(&str, &str)]| root.query("iam", action, fields).good();
    iam("CreateUser", &[("UserName", "sam")]);
    let key = iam("CreateAccessKey", &[("UserName", "sam")]).element("AccessKeyId");
    iam("CreateLoginProfile", &[("UserName", "sam"), ("Password", "Not-a-secret-1")]);
    iam("CreateGroup", &[("GroupName", "admins")]);
    iam("CreateRole", &[("RoleName", "deploy"), ("AssumeRolePolicyDocument", TRUST)]);
    iam("CreatePolicy", &[("PolicyName", "more"), ("PolicyDocument", READ)]);
    let policy = account.arn("policy/more");
    let version =
        [("PolicyArn", policy.as_str()), ("PolicyDocument", READ), ("SetAsDefault", "true")];
    iam("CreatePolicyVersion", &version);
    iam("CreateInstanceProfile", &[("InstanceProfileName", "machines")]);
    let role = [("InstanceProfileName", "machines"), ("RoleName", "deploy")];
    iam("AddRoleToInstanceProfile", &role);
    function(root, &account.arn("role/deploy"));
    let (instance, image) = machine(root, &account.arn("instance-profile/machines"));
    let volume = [("AvailabilityZone", "eu-west-1a"), ("Size", "1")];
    let volume = root.query("ec2", "CreateVolume", &volume).good().element("volumeId");
    let snapshot = root.query("ec2", "CreateSnapshot", &[("VolumeId", &volume)]).good();
    Stage { key, policy, instance, snapshot: snapshot.element("snapshotId"), image }
}

fn function(root: &Keys, role: &str) {
    let body = format!(
        r#"{{"FunctionName":"f","Runtime":"python3.12","Role":"{role}","Handler":"f.h","Code":{{"ZipFile":"{CODE}"}}}}"#
    );
    let kind = [("content-type", "application/json")];
    root.send("lambda", "POST", "/2015-03-31/functions", &kind, body.as_bytes()).good();
}

/// A machine with an instance profile, and an image.
fn machine(root: &Keys, profile: &str) -> (String, String) {
    let ec2 = |action: &str, fields: &[(&str, &str)]| root.query("ec2", action, fields).good();
    let run = [
        ("ImageId", "ami-12c6146b"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("InstanceType", "t3.micro"),
    ];
    let instance = ec2("RunInstances", &run).element("instanceId");
    let associate = [("InstanceId", instance.as_str()), ("IamInstanceProfile.Arn", profile)];
    ec2("AssociateIamInstanceProfile", &associate);
    let image = ec2("RegisterImage", &[("Name", "an-image"), ("RootDeviceName", "/dev/sda1")]);
    (instance, image.element("imageId"))
}

/// An organisation of which the account is the head.
pub(crate) fn organise(account: &Account) {
    let target = |operation: &str| format!("AWSOrganizationsV20161128.{operation}");
    let root = &account.root;
    root.json("organizations", &target("CreateOrganization"), r#"{"FeatureSet":"ALL"}"#).good();
    let roots = root.json("organizations", &target("ListRoots"), "{}").good();
    let top = roots.field("/Roots/0/Id");
    let body = format!(r#"{{"RootId":"{top}","PolicyType":"SERVICE_CONTROL_POLICY"}}"#);
    // moto begins with policies switched on.
    root.json("organizations", &target("EnablePolicyType"), &body);
}
