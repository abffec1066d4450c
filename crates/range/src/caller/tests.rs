use serde_json::Value;

use super::*;
use crate::seed::Seed;

fn parsed(caller: &Caller) -> Value {
    serde_json::from_str(&caller.identity).unwrap()
}

#[test]
fn every_identity_is_json_of_its_type() {
    let mut dice = Seed::new(1).dice();
    let begun: Timestamp = "2025-03-04T08:00:00Z".parse().unwrap();
    let role = Role::new("111122223333", "web-role", &mut dice);
    let full = SessionContext {
        mfa: true,
        source_identity: Some("maria"),
        provider: Some(
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        ),
        ec2_role_delivery: Some("2.0"),
        in_scope_of: Some((
            "AWS::Lambda::Function",
            "arn:aws:lambda:eu-west-1:111122223333:function:f",
        )),
        on_behalf_of: Some(("c2f5", "arn:aws:identitystore::111122223333:identitystore/d-99")),
        invoked_by: Some("lambda.amazonaws.com"),
        console: false,
    };
    let account = "111122223333";
    for (caller, kind) in [
        (Caller::user(account, "u", "AIDAX", "AKIAX"), "IAMUser"),
        (Caller::user_session(account, "u", "AIDAX", "ASIAX", begun, &full), "IAMUser"),
        (Caller::signing_in(account, Some(("u", "AIDAX"))), "IAMUser"),
        (Caller::signing_in(account, None), "Root"),
        (Caller::root(account, "ASIAX", Some(begun)), "Root"),
        (Caller::session(&role, "i-0123", "ASIAX", begun, &full), "AssumedRole"),
        (Caller::federated(account, "f", "ASIAX", begun, ("u", "AIDAX"), false), "FederatedUser"),
        (Caller::web_identity("arn:p", "repo:acme/app:ref:refs/heads/main"), "WebIdentityUser"),
        (Caller::saml("m@acme.example", "hash"), "SAMLUser"),
        (Caller::identity_center(account, "c2f5", "arn:store", "cred"), "IdentityCenterUser"),
        (Caller::foreign("444455556666", "AROAX:s"), "AWSAccount"),
        (Caller::service("ec2.amazonaws.com"), "AWSService"),
    ] {
        let identity = parsed(&caller);
        assert_eq!(identity["type"], kind);
        if !caller.arn.is_empty() {
            assert_eq!(identity["arn"], caller.arn);
        }
    }
    let session = parsed(&Caller::session(&role, "i-0123", "ASIAX", begun, &full));
    assert_eq!(session["sessionContext"]["ec2RoleDelivery"], "2.0");
    assert_eq!(session["sessionContext"]["attributes"]["creationDate"], "2025-03-04T08:00:00Z");
}

#[test]
fn an_access_key_names_its_account() {
    let mut dice = Seed::new(9).dice();
    for account in ["111122223333", "000000000001", "999999999999"] {
        let key = access_key("AKIA", account, &mut dice);
        assert_eq!(key.len(), 20);
        let bits = key[4..].bytes().fold(0_u128, |bits, digit| {
            bits << 5 | BASE32.iter().position(|d| *d == digit).unwrap() as u128
        });
        let first = (bits >> 32) as u64;
        assert_eq!(format!("{:012}", (first & 0x7fff_ffff_ff80) >> 7), account);
    }
}
