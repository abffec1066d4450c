//! Whose profile an event belongs to, for every type of identity.

use detect::{Kind, Principal};
use serde_json::{Value, json};

use crate::callers::{instance, root, session, sso, user};
use crate::script::{ACCOUNT, STRANGER_ACCOUNT, decode};

const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
const EKS: &str =
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/1";

fn principal(identity: &Value) -> Option<(String, Kind)> {
    let record = json!({
        "eventTime": "2026-03-02T10:00:00Z",
        "eventID": "1",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "recipientAccountId": ACCOUNT,
        "userIdentity": identity,
    });
    let events = decode(&[record]);
    Principal::of(&events[0]).map(|principal| (principal.id.to_string(), principal.kind))
}

/// The identity with one field set.
fn but(mut identity: Value, pointer: &str, value: Value) -> Value {
    match pointer.rsplit_once('/') {
        Some((parent, key)) => identity.pointer_mut(parent).unwrap()[key] = value,
        None => identity[pointer] = value,
    }
    identity
}

fn federation(kind: &str, provider: &str, name: &str) -> Value {
    json!({
        "type": kind,
        "principalId": format!("{provider}:{name}"),
        "userName": name,
        "identityProvider": provider,
    })
}

fn web_session(name: &str, provider: &str) -> Value {
    let web = json!({ "federatedProvider": provider, "attributes": {} });
    but(session("job", name), "/sessionContext/webIdFederationData", web)
}

#[test]
fn every_identity_type_has_its_principal() {
    use Kind::{
        AwsService, Ci, Container, Instance, Role, RolePerson, Root, SsoPerson, UserHuman, Vendor,
    };
    let role = |path: &str| format!("arn:aws:iam::{ACCOUNT}:role/{path}");
    let alice = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let pathed = format!("arn:aws:iam::{ACCOUNT}:user/team/blue/alice");
    let federated = format!("arn:aws:sts::{ACCOUNT}:federated-user/bob");
    let missing = json!({ "arn": alice, "accountId": ACCOUNT });
    let vendor = json!({
        "type": "AWSAccount", "principalId": "AROAVENDOR:scan-1", "accountId": STRANGER_ACCOUNT,
    });
    let person = json!({
        "type": "IdentityCenterUser",
        "accountId": ACCOUNT,
        "onBehalfOf": {
            "userId": "11-aa", "identityStoreArn": "arn:aws:identitystore::1:identitystore/d-1",
        },
    });
    let linked = "AWSServiceRoleForConfig";
    let cases: Vec<(&str, Value, String, Kind)> = vec![
        ("a user", user("alice"), alice.clone(), UserHuman),
        ("a user with a path", but(user("alice"), "arn", json!(pathed)), alice.clone(), UserHuman),
        (
            "a user without a name",
            but(user("alice"), "userName", json!(null)),
            alice.clone(),
            UserHuman,
        ),
        ("root", root(), format!("arn:aws:iam::{ACCOUNT}:root"), Root),
        (
            "a person behind a role",
            session("admin", "alice@example.com"),
            role("admin/alice@example.com"),
            RolePerson,
        ),
        (
            "a role with a path",
            but(
                session("admin", "deploy"),
                "/sessionContext/sessionIssuer/arn",
                json!(role("teams/admin")),
            ),
            role("teams/admin/deploy"),
            Role,
        ),
        ("an instance", instance(), role("web/i-0123456789abcdef0"), Instance),
        ("an instance of old", session("web", "i-0a1b2c3d"), role("web/i-0a1b2c3d"), Instance),
        (
            "an instance by how it got its credentials",
            but(session("web", "node"), "/sessionContext/ec2RoleDelivery", json!("2.0")),
            role("web/node"),
            Instance,
        ),
        (
            "a task of ECS",
            session("batch", "c95c6bcfe9033cfff4d3d0c295caf16e"),
            role("batch/*"),
            Container,
        ),
        ("a pod of EKS", session("pod", "eks-prod-web"), role("pod/eks-prod-web"), Container),
        (
            "a session numbered by the SDK",
            session("sync", "botocore-session-1700000000"),
            role("sync/botocore-session-*"),
            Role,
        ),
        ("a named job", session("sync", "nightly"), role("sync/nightly"), Role),
        (
            "a workflow of GitHub",
            web_session("GitHubActions", GITHUB),
            role("job/GitHubActions"),
            Ci,
        ),
        (
            "a pod by its service account",
            web_session("botocore-session-1700000001", EKS),
            role("job/botocore-session-*"),
            Container,
        ),
        (
            "a person of Identity Center",
            sso("carol@example.com"),
            "sso:carol@example.com".into(),
            SsoPerson,
        ),
        (
            "the same with another permission set",
            session("AWSReservedSSO_Administrator_fedcba9876543210", "Carol@Example.com"),
            "sso:carol@example.com".into(),
            SsoPerson,
        ),
        (
            "a person by name and store",
            person,
            "sso-user:arn:aws:identitystore::1:identitystore/d-1/11-aa".into(),
            SsoPerson,
        ),
        (
            "a federated user",
            json!({ "type": "FederatedUser", "arn": federated, "accountId": ACCOUNT }),
            federated.clone(),
            UserHuman,
        ),
        (
            "a workflow that takes a role",
            federation("WebIdentityUser", GITHUB, "repo:a/b:ref:refs/heads/main"),
            format!("{GITHUB}:repo:a/b:ref:refs/heads/main"),
            Ci,
        ),
        (
            "a pod that takes a role",
            federation("WebIdentityUser", EKS, "system:serviceaccount:web:web"),
            format!("{EKS}:system:serviceaccount:web:web"),
            Container,
        ),
        (
            "a person that takes a role",
            federation("SAMLUser", "hash=", "alice@example.com"),
            "hash=:alice@example.com".into(),
            RolePerson,
        ),
        ("another account", vendor, format!("account:{STRANGER_ACCOUNT}/AROAVENDOR"), Vendor),
        (
            "a service",
            json!({ "type": "AWSService", "invokedBy": "ec2.amazonaws.com" }),
            "service:ec2.amazonaws.com".into(),
            AwsService,
        ),
        (
            "a service-linked role",
            session(linked, "configrecorder"),
            role("AWSServiceRoleForConfig/configrecorder"),
            AwsService,
        ),
        ("no type, but an ARN", missing, alice, UserHuman),
        (
            "a type of the future",
            json!({ "type": "Robot", "principalId": "R2" }),
            "R2".into(),
            Vendor,
        ),
    ];
    for (name, identity, id, kind) in cases {
        assert_eq!(principal(&identity), Some((id, kind)), "{name}");
    }
}

#[test]
fn anonymous_calls_are_nobodys() {
    for identity in [
        json!({ "type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL" }),
        json!({ "type": "Unknown" }),
        json!({}),
        json!(null),
    ] {
        assert_eq!(principal(&identity), None, "{identity}");
    }
}

#[test]
fn a_session_named_by_a_uuid_is_not_a_new_principal_each_time() {
    let build = |uuid: &str| principal(&session("build", &format!("AWSCodeBuild-{uuid}")));
    assert_eq!(
        build("1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        build("6fa459ea-ee8a-3ca4-894e-db77e160355e")
    );
}
