//! Rights, keys, passwords and trust: ways to stay.

use cloudtrail::AccountId;
use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, deployer, root, session};
use crate::court::Court;
use crate::script::{ACCOUNT, STRANGER_ACCOUNT, Script};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

fn on(user: &str) -> Value {
    json!({ "userName": user })
}

fn attach(user: &str, policy: &str) -> Value {
    json!({ "userName": user, "policyArn": policy })
}

fn trust(principal: &Value) -> Value {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal,
        }],
    });
    json!({ "roleName": "audit", "policyDocument": document.to_string() })
}

/// The court of an organisation that named its other account.
fn with_own_account() -> Court {
    let mut court = Court::default();
    court.settings.accounts.insert(STRANGER_ACCOUNT.parse::<AccountId>().unwrap());
    court
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let everything =
        json!({ "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let denied = json!({ "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] });
    let few = json!({ "Statement": [{
        "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*",
    }] });
    let inline = |document: &Value| json!({ "userName": "bob", "policyName": "p", "policyDocument": document.to_string() });
    let everyone = |what: &Value| json!({ "AWS": what });
    let stranger = format!("arn:aws:iam::{STRANGER_ACCOUNT}:root");
    let own = format!("arn:aws:iam::{ACCOUNT}:role/build");
    vec![
        fires(
            "new-administrator",
            "a user is made, given all rights and a key",
            alice()
                .quiet(20)
                .asks("iam:CreateUser", on("backup"))
                .asks("iam:AttachUserPolicy", attach("backup", ADMINISTRATOR))
                .asks("iam:CreateAccessKey", on("backup")),
        )
        .shows(&["administrator-policy", "key-for-another", "new-administrator"]),
        fires(
            "new-administrator",
            "a role is made with a trust policy and given all rights",
            alice()
                .quiet(20)
                .asks(
                    "iam:CreateRole",
                    json!({
                        "roleName": "support",
                        "assumeRolePolicyDocument": json!({ "Statement": [{
                            "Effect": "Allow",
                            "Principal": { "AWS": "arn:aws:iam::111122223333:user/alice" },
                        }]}).to_string(),
                    }),
                )
                .asks(
                    "iam:AttachRolePolicy",
                    json!({ "roleName": "support", "policyArn": ADMINISTRATOR }),
                ),
        )
        .shows(&["administrator-policy", "new-administrator"]),
        near(
            "new-administrator",
            "the rights are refused",
            alice()
                .quiet(20)
                .asks("iam:CreateUser", on("backup"))
                .asks("iam:AttachUserPolicy", attach("backup", ADMINISTRATOR))
                .error("AccessDenied")
                .asks("iam:CreateAccessKey", on("backup")),
        )
        .shows(&["administrator-policy", "key-for-another"]),
        near(
            "new-administrator",
            "the key comes an hour later",
            alice()
                .quiet(20)
                .asks("iam:CreateUser", on("backup"))
                .asks("iam:AttachUserPolicy", attach("backup", ADMINISTRATOR))
                .wait_minutes(60)
                .asks("iam:CreateAccessKey", on("backup")),
        )
        .shows(&["administrator-policy", "key-for-another"]),
        benign(
            "new-administrator",
            "automation makes a user for a machine with few rights",
            deployer()
                .habits(&["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"])
                .quiet(20)
                .asks("iam:CreateUser", on("mailer"))
                .asks("iam:AttachUserPolicy", attach("mailer", READ_ONLY))
                .asks("iam:CreateAccessKey", on("mailer")),
        ),
        fires(
            "administrator-policy",
            "all rights in an own policy",
            alice().quiet(20).asks("iam:PutUserPolicy", inline(&everything)),
        )
        .shows(&["administrator-policy"]),
        near(
            "administrator-policy",
            "the same document forbids",
            alice().quiet(20).asks("iam:PutUserPolicy", inline(&denied)),
        ),
        near(
            "administrator-policy",
            "the managed policy only reads",
            alice().quiet(20).asks("iam:AttachUserPolicy", attach("bob", READ_ONLY)),
        ),
        benign(
            "administrator-policy",
            "automation gives a user what it needs",
            deployer().quiet(20).asks("iam:PutUserPolicy", inline(&few)),
        ),
        fires(
            "key-for-another",
            "a key for another user",
            alice().quiet(20).asks("iam:CreateAccessKey", on("bob")),
        )
        .shows(&["key-for-another"]),
        near(
            "key-for-another",
            "a key for herself, by name",
            alice().quiet(20).asks("iam:CreateAccessKey", on("alice")),
        ),
        near(
            "key-for-another",
            "a key for herself, without a name",
            alice().quiet(20).calls("iam:CreateAccessKey"),
        ),
        near(
            "key-for-another",
            "the key is refused",
            alice().quiet(20).asks("iam:CreateAccessKey", on("bob")).error("AccessDenied"),
        ),
        benign(
            "key-for-another",
            "who rotates keys by trade",
            app()
                .habits(&["iam:ListAccessKeys", "iam:CreateAccessKey", "iam:DeleteAccessKey"])
                .quiet(20)
                .asks("iam:CreateAccessKey", on("bob")),
        ),
        fires(
            "password-for-another",
            "a password for a user who had none",
            alice().quiet(20).asks("iam:CreateLoginProfile", on("bob")),
        )
        .shows(&["password-for-another"]),
        near(
            "password-for-another",
            "her own password is made anew",
            alice().quiet(20).asks("iam:UpdateLoginProfile", on("alice")),
        ),
        benign(
            "password-for-another",
            "the helpdesk does it every day",
            alice()
                .habits(&["iam:GetUser", "iam:UpdateLoginProfile"])
                .quiet(20)
                .asks("iam:UpdateLoginProfile", on("bob")),
        ),
        fires(
            "root-key-made",
            "root makes itself a key",
            root_script().calls("iam:CreateAccessKey"),
        )
        .shows(&["root-key-made"]),
        near("root-key-made", "the key is refused", root_script().refused("iam:CreateAccessKey")),
        benign(
            "root-key-made",
            "root makes the first user of the account a key",
            root_script().asks("iam:CreateAccessKey", on("alice")),
        )
        .shows(&["key-for-another"]),
        fires(
            "federation-token",
            "a user fetches one for the first time",
            alice().quiet(20).asks("sts:GetFederationToken", json!({ "name": "x" })),
        )
        .shows(&["federation-token"]),
        near(
            "federation-token",
            "it is refused",
            alice().quiet(20).refused("sts:GetFederationToken"),
        ),
        near("federation-token", "a session token", alice().quiet(20).calls("sts:GetSessionToken")),
        benign(
            "federation-token",
            "a sign-in portal",
            app()
                .habits(&["sts:GetFederationToken", "iam:GetUser"])
                .quiet(20)
                .asks("sts:GetFederationToken", json!({ "name": "carol" })),
        ),
        fires(
            "trust-opened",
            "a role is opened to a foreign account",
            alice()
                .quiet(20)
                .asks("iam:UpdateAssumeRolePolicy", trust(&everyone(&json!([stranger])))),
        )
        .shows(&["trust-opened"]),
        fires(
            "trust-opened",
            "a role is opened to everybody",
            alice().quiet(20).asks("iam:UpdateAssumeRolePolicy", trust(&json!("*"))),
        )
        .shows(&["trust-opened"]),
        fires(
            "trust-opened",
            "a function is opened to a foreign account",
            alice().quiet(20).asks(
                "lambda:AddPermission20150331v2",
                json!({ "functionName": "f", "principal": STRANGER_ACCOUNT }),
            ),
        )
        .shows(&["trust-opened"]),
        near(
            "trust-opened",
            "the foreign account is one's own",
            alice()
                .quiet(20)
                .asks("iam:UpdateAssumeRolePolicy", trust(&everyone(&json!([stranger])))),
        )
        .before(with_own_account()),
        near(
            "trust-opened",
            "it is refused",
            alice()
                .quiet(20)
                .asks("iam:UpdateAssumeRolePolicy", trust(&json!("*")))
                .error("AccessDenied"),
        ),
        benign(
            "trust-opened",
            "a role for a service and another role of the account",
            deployer().quiet(20).asks(
                "iam:UpdateAssumeRolePolicy",
                trust(&json!({ "Service": "lambda.amazonaws.com", "AWS": own })),
            ),
        ),
        benign(
            "trust-opened",
            "a bucket may call a function",
            deployer().quiet(20).asks(
                "lambda:AddPermission20150331v2",
                json!({ "functionName": "f", "principal": "s3.amazonaws.com" }),
            ),
        ),
        fires(
            "quarantined-by-aws",
            "the policy of this year",
            quarantine("iam:AttachUserPolicy", "AWSCompromisedKeyQuarantineV4"),
        )
        .shows(&["quarantined-by-aws"]),
        fires(
            "quarantined-by-aws",
            "a policy of the future",
            quarantine("iam:AttachUserPolicy", "AWSCompromisedKeyQuarantineV11"),
        )
        .shows(&["quarantined-by-aws"]),
        near(
            "quarantined-by-aws",
            "the policy is taken off again",
            quarantine("iam:DetachUserPolicy", "AWSCompromisedKeyQuarantineV4"),
        )
        .shows(&["quarantine-lifted"]),
        near(
            "quarantined-by-aws",
            "it is refused",
            quarantine("iam:AttachUserPolicy", "AWSCompromisedKeyQuarantineV4")
                .error("AccessDenied"),
        ),
        benign(
            "quarantined-by-aws",
            "an own policy with such a word in its name",
            quarantine("iam:AttachUserPolicy", "NetworkQuarantine"),
        ),
    ]
}

fn root_script() -> Script {
    Script::of(root())
        .in_console()
        .habits(&["iam:GetAccountSummary", "ce:GetCostAndUsage"])
        .quiet(20)
}

/// Somebody, in truth AWS itself, attaches or detaches a policy.
fn quarantine(action: &str, policy: &str) -> Script {
    let arn = format!("arn:aws:iam::aws:policy/{policy}");
    Script::of(session("guard", "guard"))
        .habits(&["iam:AttachUserPolicy", "iam:DetachUserPolicy"])
        .quiet(20)
        .asks(action, attach("alice", &arn))
}
